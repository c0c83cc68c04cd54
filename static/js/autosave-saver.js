// One form whose words go to the server by themselves. Only the server's 201 or 204 counts as kept there.
import { Draft } from "./autosave-draft.js";
import { forget, keep, mine, whoIsHere } from "./drafts.js";
import { say, sayKept, words } from "./save-status.js";

const QUIET = 2000; // ms without a key before the words are posted
const BACKOFF = [2000, 60_000]; // ms, first and longest wait before another try
const SIGN_IN = 5000; // ms between looks whether somebody has signed in again
const SMALL = 60_000; // bytes a browser still sends while it leaves the page

export class Saver extends Draft {
  constructor(form) {
    super(form, address(form));
    this.wait = BACKOFF[0];
    this.conflict = false;
    this.tries = 0;
    this.who = mine(); // whose words these are, before anybody else can sign in
    this.isNew = !this.one("version");
    if (this.isNew) this.reserve(this.newName);
    window.addEventListener("online", () => this.dirty && this.post());
    for (const event of ["focus", "pageshow"]) window.addEventListener(event, () => this.lookForSignIn?.());
    window.addEventListener("beforeprint", () => this.toPaper());
  }

  // A new entry has no address yet: each window's has a name of its own, so that two do not overwrite each other.
  get newName() {
    return `${address(this.form)}#${this.one("client-id")?.value}`;
  }

  // While this window lives, no other takes its draft for one that was left behind.
  reserve(name) {
    this.name = name;
    navigator.locks?.request(name, () => new Promise((release) => (this.release = release)));
  }

  async restore(drafts) {
    if (this.dirty) return;
    if (this.form.querySelector("[aria-invalid=true]")) return this.changedFrom(""); // given back by the server with a reason
    const draft = this.one("version") ? drafts.find(({ name }) => name === this.name) : await this.leftBehind(drafts);
    if (!draft) return;
    if (!this.one("version")) this.reserve(draft.name);
    if (this.holds(draft.value)) return;
    // With the version it was written on: if the entry has changed since, both are shown.
    this.fill(draft.value);
    this.last = this.snapshot();
    this.dirty = true;
    say(this.form, words.restored, "device");
    this.later();
  }

  changedFrom(before) {
    this.last = before;
    this.changed();
  }

  async leftBehind(drafts) {
    for (const draft of drafts) {
      if (!draft.name.startsWith(`${address(this.form)}#`)) continue;
      const free = !navigator.locks || (await navigator.locks.request(draft.name, { ifAvailable: true }, (lock) => Boolean(lock)));
      if (free) return draft;
    }
    return null;
  }

  changed() {
    if (super.changed()) this.later();
  }

  shown() {
    if (!this.problem) super.shown();
  }

  later(pause = QUIET) {
    clearTimeout(this.posting);
    this.posting = setTimeout(() => this.post(), pause);
  }

  // Words that are added to an entry without the editor would be added again with every save.
  get silent() {
    const adds = this.form.querySelector("[data-read-only]") && this.one("body-form")?.value !== "html";
    return this.conflict || (adds && this.form.querySelector("textarea[data-editor]").value.trim() !== "");
  }

  /** Sends what is not on the server. Answers whether it is there now. One request at a time. */
  async post({ leaving = false } = {}) {
    clearTimeout(this.posting);
    if (this.busy) return leaving ? false : this.busy.then(() => this.post());
    if (!this.dirty) return true;
    if (this.silent || (this.empty && !this.one("version"))) return false;
    this.busy = this.send(leaving).finally(() => (this.busy = null));
    return this.busy;
  }

  async send(leaving) {
    const sent = this.snapshot();
    const body = new URLSearchParams(new FormData(this.form));
    const options = { method: "POST", body, redirect: "manual", headers: { "X-Autosave": "1" } };
    let answer;
    try {
      answer = await fetch(this.form.action, { ...options, keepalive: leaving && String(body).length < SMALL });
    } catch {
      return this.notConnected();
    }
    if (answer.status === 201 || answer.status === 204) return this.arrived(answer, sent);
    if (answer.status === 409) return this.twoVersions();
    if ([400, 413, 422].includes(answer.status)) return this.refused(answer);
    if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) return this.signedOut();
    return this.notConnected();
  }

  async arrived(answer, sent) {
    this.wait = BACKOFF[0];
    this.problem = "";
    this.tries = 0;
    const before = this.name;
    if (answer.status === 201) this.move(answer.headers.get("Location"));
    this.one("version").value = answer.headers.get("X-Version");
    this.dirty = this.snapshot() !== sent;
    if (this.dirty) {
      this.kept = await keep(this.name, this.value());
      this.later();
    } else {
      clearTimeout(this.soon);
      await forget(this.name);
    }
    if (before !== this.name) await forget(before);
    const here = this.kept ?? true;
    if (!this.dirty) sayKept(this.form, here ? "server" : "serverOnly");
    return !this.dirty;
  }

  // The new entry has its own address now: a reload, a bookmark and the next save go there.
  move(location) {
    this.form.action = location;
    history.replaceState(null, "", location);
    this.name = address(this.form);
    this.release?.();
    const version = document.createElement("input");
    Object.assign(version, { type: "hidden", name: "version", autocomplete: "off" });
    version.dataset.version = "";
    this.form.append(version);
  }

  notConnected() {
    this.problem = "offline";
    say(this.form, this.kept === false ? words.offlineNowhere : words.offline, "device");
    this.later(this.wait * (0.5 + Math.random()));
    this.wait = Math.min(this.wait * 2, BACKOFF[1]);
    return false;
  }

  twoVersions() {
    this.conflict = true;
    this.problem = "conflict";
    const button = document.createElement("button");
    Object.assign(button, { className: "button quiet", textContent: words.showBoth });
    say(this.form, words.conflict, "conflict", button);
    return false;
  }

  async refused(answer) {
    this.problem = "refused";
    const { sentences = [] } = await answer.json().catch(() => ({}));
    const where = this.kept === false ? words.refusedNowhere : words.refused;
    say(this.form, [where, ...sentences].join(" "), "conflict");
    return false;
  }

  // The sign-in ran out (or the page's token did). The words wait here and go on by themselves once this person is back.
  async signedOut() {
    this.problem = "signed out";
    const look = async () => {
      if (this.looking) return;
      this.looking = true;
      const [here, who] = [await whoIsHere(), await this.who];
      this.looking = false;
      if (here && here.store === who) return this.signedInAgain(here.token);
      if (here) return say(this.form, words.somebodyElse, "conflict");
      const link = document.createElement("a");
      Object.assign(link, { href: words.signInUrl, target: "_blank", rel: "noopener", textContent: words.signIn });
      const place = this.form.querySelector("[data-save-status]");
      if (place?.dataset.said !== words.signedOut) say(this.form, words.signedOut, "conflict", link);
    };
    if (this.lookForSignIn) return false;
    this.lookForSignIn = look;
    this.looks = setInterval(look, SIGN_IN);
    this.tries += 1;
    look();
    return false;
  }

  signedInAgain(token) {
    clearInterval(this.looks);
    this.lookForSignIn = null;
    if (this.tries > 2) {
      // Signed in as the same person and still refused: the entry is not there any more.
      this.conflict = true;
      return say(this.form, words.gone, "conflict");
    }
    for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = token;
    this.problem = "";
    return this.post();
  }

  // "Keep": what is there already needs no new page. Two versions, words to be added, and an empty page with something to add to
  // it go the ordinary way. "then" is what is to be added once the words are kept.
  async submitted(event) {
    const then = event.submitter?.name === "then" ? `add/${event.submitter.value}/` : "";
    const nothing = this.empty && !this.one("version");
    if (this.silent || (nothing && then)) return super.submitted(event);
    event.preventDefault();
    if (nothing) return this.form.submit();
    this.dirty = true;
    await this.keepHere();
    say(this.form, "");
    if (!(await this.postUntilStill())) return null;
    // A new entry's own page has what can be done with it: share it, its versions, delete it.
    if (then) return location.assign(new URL(this.form.action, location.href).pathname + then);
    return this.isNew ? location.assign(this.form.action) : null;
  }

  // The editor may have taken the textarea's place while the words were on their way: the same words are written differently then.
  async postUntilStill(tries = 3) {
    if (await this.post()) return true;
    return !this.problem && tries > 1 && this.postUntilStill(tries - 1);
  }

  leave() {
    if (!this.dirty || this.sent) return;
    this.keepHere();
    this.post({ leaving: true });
  }

  async flush() {
    if (!this.dirty || (this.empty && !this.one("version"))) return true;
    return this.post();
  }

  // On paper stand the words, not a field.
  toPaper() {
    const paper = this.form.querySelector("[data-print]");
    if (!paper || this.one("body-form")?.value === "html") return;
    const lines = this.form.querySelector("[data-editor]").value.split(/\n\s*\n/);
    paper.replaceChildren(...lines.map((line) => Object.assign(document.createElement("p"), { innerText: line })));
  }
}

function address(form) {
  const { pathname, search } = new URL(form.action, location.href);
  return pathname + search;
}
