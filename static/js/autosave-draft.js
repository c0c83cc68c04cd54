// One form whose words are kept on this device.
import { forget, keep } from "./drafts.js";
import { sayKept, say, words } from "./save-status.js";

const QUIET = 200; // ms without a key before the draft store is written
const TEXT = new Set(["text", "search", "url", "tel", "email", "textarea"]);

export class Draft {
  constructor(form, name) {
    this.form = form;
    this.name = name;
    this.dirty = false;
    this.sent = false;
    this.last = this.snapshot();
    form.addEventListener("input", () => this.changed());
    form.addEventListener("words:stood", () => this.stood());
    form.addEventListener("words:hold", (event) => event.detail.push(this.keepHere()));
    form.addEventListener("words:kept", () => this.done());
    form.addEventListener("words:cleared", () => this.begin());
    form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.leave());
    window.addEventListener("pagehide", () => this.leave());
    document.addEventListener("words:flush", (event) => event.detail.push(this.flush()));
  }

  // --- what stands in the form

  get fields() {
    return [...this.form.elements].filter((field) => field.name && TEXT.has(field.type));
  }

  // What is ticked belongs to the words: who wrote them to be anonymous must not find them again under their name.
  get ticks() {
    return [...this.form.elements].filter((field) => field.name && field.type === "checkbox");
  }

  one(mark) {
    return this.form.querySelector(`[data-${mark}]`);
  }

  snapshot() {
    return JSON.stringify([this.fields.map((field) => [field.name, field.value]), this.ticked(), this.one("body-form")?.value]);
  }

  /** The names of what is ticked. */
  ticked() {
    return this.ticks.filter((tick) => tick.checked).map((tick) => tick.name);
  }

  get empty() {
    return this.fields.every((field) => !field.value.trim());
  }

  value() {
    return {
      fields: Object.fromEntries(this.fields.map((field) => [field.name, field.value])),
      ticked: this.ticked(),
      form: this.one("body-form")?.value,
      client: this.one("client-id")?.value,
      version: this.one("version")?.value,
      sent: this.sent,
    };
  }

  /** Puts a draft back, and tells the editor. */
  fill(value) {
    for (const field of this.fields) if (field.name in value.fields) field.value = value.fields[field.name];
    if (value.ticked) for (const tick of this.ticks) tick.checked = value.ticked.includes(tick.name);
    for (const [mark, kept] of [["body-form", value.form], ["client-id", value.client], ["version", value.version]]) {
      if (kept && this.one(mark)) this.one(mark).value = kept;
    }
    for (const field of this.fields) field.dispatchEvent(new CustomEvent("words:restored", { bubbles: true }));
  }

  // --- what happens

  /** Whether the words are others than before; a field without a name, like the link's address, is none of them. */
  changed() {
    const now = this.snapshot();
    if (now === this.last) return false;
    this.last = now;
    this.dirty = true;
    this.sent = false;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.keepHere(), QUIET);
    return true;
  }

  holds(value) {
    const same = this.fields.every((field) => field.value === (value.fields[field.name] ?? field.value));
    const ticked = !value.ticked || String(value.ticked) === String(this.ticked());
    return same && ticked && (this.one("body-form")?.value ?? "") === (value.form ?? "");
  }

  // The editor took the textarea's place: the same words are written differently now, but nobody changed them.
  stood() {
    this.last = this.snapshot();
  }

  async keepHere() {
    clearTimeout(this.soon);
    if (this.empty && !this.one("version")) {
      this.kept = await forget(this.name).then(() => true);
      return say(this.form, "");
    }
    this.kept = await keep(this.name, this.value());
    this.shown();
    return this.kept;
  }

  shown() {
    if (this.kept) sayKept(this.form, "device");
    else say(this.form, words.nowhere, "device");
  }

  /** The draft that belongs here, if it is not what stands here already. */
  async restore(drafts) {
    const draft = drafts.find(({ name }) => name === this.name);
    if (!draft || this.dirty) return;
    if (!this.empty) return; // the server gave the words back with a reason
    this.fill(draft.value);
    this.last = this.snapshot();
    this.dirty = true;
    say(this.form, words.restored, "device");
  }

  // Sent is not arrived: the draft goes when a page shows what came of it (data-kept), or comes back under the same name.
  submitted(event) {
    if (event.defaultPrevented) return;
    clearTimeout(this.soon);
    this.sent = true;
    if (!this.empty) keep(this.name, this.value());
  }

  leave() {
    if (this.dirty && !this.sent) this.keepHere();
  }

  /** Before signing out: whether nothing would be lost. */
  async flush() {
    return !this.dirty || this.sent || this.empty;
  }

  done() {
    clearTimeout(this.soon);
    this.dirty = false;
    return forget(this.name);
  }

  begin() {
    clearTimeout(this.soon);
    this.dirty = this.sent = false;
    const id = this.one("client-id");
    if (id) id.value = newId();
    this.last = this.snapshot();
    say(this.form, "");
  }
}

// crypto.randomUUID is not there without HTTPS.
export function newId() {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
