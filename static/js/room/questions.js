// Questions beside the talk, without leaving the room. Without this file they are a page of their own.
import { BegunForms } from "./begun.js";
import { newId } from "./ids.js";

const FEWEST_SECONDS = 1;
const PEOPLE_A_SECOND = 50; // so many pages of a full room look again together

export class Questions {
  constructor({ send, people }) {
    Object.assign(this, { send, people, fold: document.querySelector("[data-questions]") });
    if (!this.fold) return;
    this.here = this.fold.querySelector("[data-questions-here]");
    this.news = document.querySelectorAll("[data-questions-news]"); // on the fold, and on the way to it
    this.begun = new BegunForms(this.here);
    this.begun.ready.then(() => {
      this.begun.refill();
      if (this.begun.all.length) this.fold.open = true;
    });
    this.fold.addEventListener("toggle", () => this.fold.open && this.opened());
    if (this.fold.open) this.opened(); // somebody was quicker than this file
    this.fold.querySelector("[data-questions-again]").addEventListener("click", () => this.look());
    this.here.addEventListener("submit", (event) => this.submitted(event));
    this.here.addEventListener("click", (event) => this.pressed(event));
  }

  // As much of them as fits is shown to who opened them.
  async opened() {
    await this.look();
    if (this.fold.contains(document.activeElement)) this.fold.scrollIntoView({ block: "nearest" });
  }

  // Something changed in them. Everybody hears it at once and looks a little apart; what somebody is typing is left alone.
  take(event) {
    if (event.type !== "questions.changed" || !this.fold) return;
    if (!this.fold.open) {
      this.tell(true);
      return;
    }
    const within = Math.max(FEWEST_SECONDS, this.people() / PEOPLE_A_SECOND) * 1_000;
    this.timer ??= setTimeout(() => (this.writing() ? this.offer() : this.look(true)), Math.random() * within);
  }

  tell(news) {
    for (const tag of this.news) tag.hidden = !news;
  }

  offer() {
    this.timer = null;
    this.say(this.fold.dataset.changed);
  }

  writing() {
    return this.here.contains(document.activeElement);
  }

  look(unasked = false) {
    clearTimeout(this.timer);
    this.timer = null;
    return this.show(fetch(this.fold.dataset.questions, { cache: "no-store" }), { unasked });
  }

  // unasked: nobody pressed anything, so whoever began to write meanwhile is left alone. gone: what is said where there is no such
  // question any more.
  async show(asking, { unasked = false, gone = this.fold.dataset.away }) {
    try {
      const answer = await asking;
      if (answer.status === 404) return this.say(gone);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector("[data-questions-here]");
      if (!found) throw new Error("away"); // signed out, or the room is over: its own page says so
      if (unasked && this.writing()) return this.offer();
      const folds = [...this.here.querySelectorAll("details[open]")].map((one) => one.id).filter(Boolean);
      this.here.replaceChildren(...found.childNodes);
      for (const id of folds) document.getElementById(id)?.setAttribute("open", "");
      this.begun.refill();
      for (const link of this.here.querySelectorAll('a[href*="#said-"]')) link.href = link.hash; // it stands on this page
      this.tell(false);
      this.say("");
      return true;
    } catch {
      this.say(this.fold.dataset.away);
      return false;
    }
  }

  // The next of many, below those that stand there.
  async pressed(event) {
    const link = event.target.closest("[data-questions-more] a");
    if (!link) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector("[data-questions-list]");
      const first = found.firstElementChild;
      this.here.querySelector("[data-questions-list]").append(...found.children);
      const more = page.querySelector("[data-questions-more]");
      link.closest("[data-questions-more]").replaceWith(...(more ? [more] : []));
      this.begun.refill();
      first.tabIndex = -1;
      first.focus();
    } catch {
      this.say(this.fold.dataset.away);
    }
  }

  async submitted(event) {
    event.preventDefault();
    const { target: form, submitter: button } = event;
    if (form.matches("[data-ask]") && this.ask(form)) return;
    button.setAttribute("aria-disabled", "true");
    const done = await this.show(fetch(form.action, { method: "POST", body: new FormData(form) }), { gone: this.fold.dataset.gone });
    if (!done) button.removeAttribute("aria-disabled"); // what was typed is still there
    const what = form.getAttribute("action");
    if (!done || this.here.querySelector(`form[action="${CSS.escape(what)}"]`)) this.begun.sent(what, false);
    if (done) this.fold.querySelector("summary").focus();
  }

  // The words stay in the form until the server has them.
  ask(form) {
    const { text, client_id: id } = form.elements;
    if (!text.value.trim() || !this.send({ type: "ask", client_id: id.value, text: text.value.trim() })) return false;
    this.say("");
    return true;
  }

  async asked({ client_id: id }) {
    const form = this.here.querySelector("[data-ask]");
    if (form?.elements.client_id.value !== id) return;
    form.reset();
    form.elements.client_id.value = newId(); // what is written before the next look is another one
    await this.begun.drop(form.getAttribute("action"));
    await this.look();
    this.fold.querySelector("summary").focus();
  }

  // True if the refusal was about a question.
  refused({ client_id: id, sentence }) {
    if (!id || this.here?.querySelector("[data-ask]")?.elements.client_id.value !== id) return false;
    this.say(sentence);
    return true;
  }

  say(words) {
    this.fold.querySelector("[data-questions-says]").textContent = words;
  }
}
