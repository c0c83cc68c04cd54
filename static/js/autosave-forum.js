// A composer of the forum: its words are kept on this device with every key and, after two quiet seconds, on the server too, so that
// they can be gone on with on another device. The page begins with what the server has (data-draft-at says of when). What was written
// here later wins, and neither is lost: the other one is kept on this device and shown below.
// The server keeps no words in which the check notices something; then they are on this device only, and the page says so.
import { Draft, newId } from "./autosave-draft.js";
import { forget, keep } from "./drafts.js";
import { asText } from "./editor-writing.js";
import { say, sayKept, words } from "./save-status.js";

const QUIET = 2000; // ms without a key before the words are posted
const SMALL = 60_000; // bytes a browser still sends while it leaves the page
const FIELDS = ["title", "body", "body_form", "quoted", "answers", "anonymous", "client_id", "csrfmiddlewaretoken"];

export class ForumDraft extends Draft {
  constructor(form, name) {
    super(form, name);
    this.synced = Number(form.dataset.draftAt) || null; // what the server has, as this page knows it
    this.unsent = false; // whether something stands here that the server does not have
    this.takeOther();
    window.addEventListener("online", () => this.unsent && this.post());
  }

  value() {
    return { ...super.value(), synced: this.synced };
  }

  // --- what the page begins with

  async restore(drafts) {
    this.other = drafts.find(({ name }) => name === this.otherName)?.value;
    if (this.other) this.showOther("elsewhere" in this.other ? this.other.elsewhere : true);
    const mine = drafts.find(({ name }) => name === this.name);
    if (this.dirty) return;
    const begun = Number(this.form.dataset.draftAt) || null;
    this.showMarks();
    if (!mine) return begun ? say(this.form, words.serverOnly.replace("{time}", clock(begun)), "kept") : undefined;
    if (!begun) return this.empty ? this.goOn(mine.value, begun) : undefined; // else the server gave the words back with a reason
    if (same(this.value(), mine.value)) return;
    if (mine.value.synced === begun) return this.goOn(mine.value, begun); // the same words, written on here
    const theirs = { ...this.value(), client: "", elsewhere: true };
    if (mine.at > begun) {
      this.goOn(mine.value, begun);
      return this.keepOther(theirs);
    }
    return this.keepOther({ ...mine.value, client: "", elsewhere: false });
  }

  // What the server has stands in the textarea without its emphasis and lists: the editor shows them.
  showMarks() {
    const kept = this.form.querySelector("[data-words-html]");
    if (!kept) return;
    this.fill({ fields: { body: kept.innerHTML.trim() }, form: "html" });
    this.last = this.snapshot();
  }

  /** Shows what was kept on this device, and lets the server have it. */
  goOn(value, begun) {
    // Posted or cleared on another device meanwhile: under the same name the server would take these words for those.
    const goneThere = value.synced && !begun && !value.sent;
    this.fill(goneThere ? { ...value, client: newId() } : value);
    this.synced = begun;
    this.last = this.snapshot();
    this.dirty = true;
    say(this.form, words.restored, "device");
    this.form.dataset.look = "";
    this.form.dispatchEvent(new CustomEvent("files:look"));
    this.later();
  }

  // --- the other one

  get otherName() {
    return `${this.name}#other`;
  }

  keepOther(value) {
    this.other = value;
    this.showOther(value.elsewhere);
    return keep(this.otherName, value);
  }

  showOther(elsewhere) {
    const place = this.form.querySelector("[data-other]");
    if (!place) return;
    const title = place.querySelector("[data-other-title]");
    title.textContent = elsewhere ? title.dataset.elsewhere : title.dataset.here;
    const paragraph = (line) => Object.assign(document.createElement("p"), { innerText: line });
    place.querySelector("[data-other-words]").replaceChildren(...linesOf(this.other).map(paragraph));
    place.hidden = false;
  }

  takeOther() {
    const place = this.form.querySelector("[data-other]");
    place?.querySelector("[data-other-take]").addEventListener("click", () => {
      const here = { ...this.value(), client: "", elsewhere: false };
      this.fill({ ...this.other, client: undefined });
      this.changed();
      if (here.fields.body || here.fields.title) return this.keepOther(here);
      return this.dropOther(place);
    });
    place?.querySelector("[data-other-drop]").addEventListener("click", () => this.dropOther(place));
  }

  dropOther(place) {
    place.hidden = true;
    this.form.querySelector("[data-words] textarea")?.focus();
    return forget(this.otherName);
  }

  // --- to the server

  changed() {
    if (!super.changed()) return false;
    this.unsent = true;
    this.later();
    return true;
  }

  shown() {
    if (!this.problem) super.shown();
  }

  later() {
    this.unsent = true;
    clearTimeout(this.posting);
    this.posting = setTimeout(() => this.post(), QUIET);
  }

  /** Sends what stands here, or that nothing does any more. Answers whether the server has it. One request at a time. */
  async post({ leaving = false } = {}) {
    clearTimeout(this.posting);
    if (this.busy) return leaving ? false : this.busy.then(() => this.post());
    if (!this.unsent || this.sent) return true;
    if (this.elsewhere) return false;
    this.busy = this.send(leaving).finally(() => (this.busy = null));
    return this.busy;
  }

  async send(leaving) {
    const sent = this.snapshot();
    const all = new FormData(this.form);
    const known = [["place", this.name], ["version", this.synced ?? ""]];
    const body = new URLSearchParams([...known, ...FIELDS.flatMap((name) => all.getAll(name).map((value) => [name, value]))]);
    const keepalive = leaving && String(body).length < SMALL;
    const answer = await fetch(this.form.dataset.draftUrl, { method: "POST", body, redirect: "manual", keepalive }).catch(() => null);
    if (answer?.status === 204) return this.arrived(answer, sent);
    this.problem = answer?.status === 422 || answer?.status === 409 ? "refused" : "away";
    this.elsewhere = answer?.status === 409; // the page shows both when it is opened again
    if (this.problem === "away") return this.shownHere();
    const { sentences = [] } = await answer.json().catch(() => ({}));
    say(this.form, [this.kept === false ? words.refusedNowhere : words.refused, ...sentences].join(" "), "device");
    return false;
  }

  // Not connected, or signed out: the words are on this device, and the next key tries again.
  shownHere() {
    super.shown();
    return false;
  }

  async arrived(answer, sent) {
    this.problem = "";
    this.synced = Number(answer.headers.get("X-Version")) || null;
    this.unsent = this.snapshot() !== sent;
    if (this.unsent) this.later();
    else if (this.synced && !this.sent) {
      clearTimeout(this.soon);
      this.kept = await keep(this.name, this.value()); // with what it is the same as
      sayKept(this.form, this.kept ? "server" : "serverOnly");
    }
    return !this.unsent;
  }

  submitted(event) {
    clearTimeout(this.posting);
    super.submitted(event);
  }

  leave() {
    super.leave();
    if (this.unsent && !this.sent) this.post({ leaving: true });
  }

  /** Before signing out, which forgets what is on this device. */
  async flush() {
    if (!(await super.flush()) && !(await this.post())) return false;
    if (this.synced && !this.unsent) await forget(this.name);
    return true;
  }
}

function linesOf({ fields, form }) {
  const body = form === "html" ? asText(fields.body ?? "") : (fields.body ?? "");
  return [fields.title, fields.quoted, ...body.split(/\n\s*\n/)].map((line) => line?.trim()).filter(Boolean);
}

// The server keeps markup cleaned, so that the same words may be written differently there.
function same(one, other) {
  return JSON.stringify(linesOf(one)) === JSON.stringify(linesOf(other));
}

function clock(at) {
  const zone = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: words.zone };
  return new Intl.DateTimeFormat(document.documentElement.lang, zone).format(new Date(at));
}
