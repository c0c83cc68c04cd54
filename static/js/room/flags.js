import { Begun } from "./begun.js";

// Pointing a message out: a dialog for the reason, and a word that it was told. Nobody else in the room notices.
export class Flags {
  // send(seq, reason): false if the line is down.
  constructor(log, mine, words, send) {
    Object.assign(this, { me: mine.me, words, send, said: document.querySelector("[data-keep-said]") });
    this.dialog = document.querySelector("dialog[data-flag]");
    this.reason = this.dialog.querySelector("textarea");
    this.begun = new Begun(`flags-${mine.room}`);
    this.reason.addEventListener("input", () => this.begun.put(this.seq, this.reason.value.trim() && this.reason.value));
    log.place.addEventListener("click", (event) => this.pressed(event));
    this.dialog.addEventListener("close", () => this.closed());
  }

  acts(said) {
    if (said.dataset.author === this.me) return [];
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button plain", textContent: this.words.flag });
    button.setAttribute("aria-label", this.words.flagWhole);
    button.dataset.flagOf = said.dataset.seq;
    return [button];
  }

  press() {}

  pressed(event) {
    const seq = event.target.closest("[data-flag-of]")?.dataset.flagOf;
    if (!seq) return;
    this.seq = seq;
    this.reason.value = this.begun.get(seq) ?? "";
    this.begun.ready.then(() => this.seq === seq && this.recall(seq));
    this.dialog.returnValue = "";
    this.dialog.showModal();
  }

  // What the store held, and what was written while it was opened.
  recall(seq) {
    const words = this.begun.get(seq) ?? "";
    if (words.endsWith(this.reason.value)) this.reason.value = words;
  }

  // What was written stays in the dialog until it has been told.
  closed() {
    const reason = this.reason.value.trim();
    if (this.dialog.returnValue === "flag" && reason && !this.send(Number(this.seq), reason)) this.tell(this.words.flagLater);
  }

  told({ seq }) {
    this.begun.drop(String(seq));
    this.tell(this.words.flagged);
  }

  tell(sentence) {
    this.said.textContent = sentence;
  }
}
