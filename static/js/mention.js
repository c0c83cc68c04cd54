// An @ and the beginning of a name: names of people who meet this forum stand below the words, to be taken by key or press.
// The words stay words; the server finds out whom they name. Works in the textarea and in the editor, whichever is there.
const QUIET = 150; // ms without a key before names are asked for
const BEGUN = /(?:^|[^\p{L}\p{N}@])@([^\s@][^@\n]{0,60})?$/u;

class Mention {
  constructor(place) {
    this.place = place;
    this.form = place.closest("form");
    this.list = place.querySelector("[role=listbox]");
    this.status = this.form.querySelector("[data-mention-status]");
    this.textarea = this.form.elements.body;
    this.names = [];
    this.at = 0;
    this.turn = 0; // of the questions asked: an answer that comes late is not shown
    this.form.addEventListener("input", (event) => this.isWords(event.target) && this.later());
    this.form.addEventListener("keydown", (event) => this.isWords(event.target) && this.key(event), { capture: true }); // before the editor
    this.form.addEventListener("focusout", (event) => this.form.contains(event.relatedTarget) || this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the caret stays where it is
    this.list.addEventListener("click", (event) => this.pressed(event.target.closest("[role=option]")));
  }

  isWords(target) {
    return target === this.textarea || Boolean(target.closest?.("[data-words] [contenteditable=true]"));
  }

  get box() {
    return this.form.querySelector("[data-words] [contenteditable=true]") ?? this.textarea;
  }

  get open() {
    return !this.place.hidden;
  }

  /** What was typed after the @ before the caret; null where there is none. */
  typed() {
    const asked = { text: "" };
    this.textarea.dispatchEvent(new CustomEvent("words:before", { detail: asked }));
    const found = BEGUN.exec(asked.text);
    return found ? (found[1] ?? "") : null;
  }

  later() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.look(), QUIET);
  }

  async look() {
    const typed = this.typed();
    const turn = (this.turn += 1);
    const over = typed === null || (this.taken && typed.startsWith(this.taken)) || (this.nobody && typed.startsWith(this.nobody));
    if (typed === null) this.taken = this.nobody = "";
    if (over) return this.close();
    const names = await this.ask(typed);
    if (turn !== this.turn) return undefined;
    if (!names.length) this.nobody = typed; // nor for anything longer
    return names.length ? this.show(names) : this.close();
  }

  async ask(typed) {
    try {
      const address = new URL(this.place.dataset.mention, location.href);
      address.searchParams.set("q", typed);
      const answer = await fetch(address);
      return answer.ok && !answer.redirected ? (await answer.json()).people : [];
    } catch (problem) {
      return []; // the name can be written out
    }
  }

  show(names) {
    const opens = !this.open;
    this.names = names;
    this.list.replaceChildren(...names.map((name, at) => this.option(name, at)));
    this.place.hidden = false;
    this.box.setAttribute("aria-autocomplete", "list");
    this.box.setAttribute("aria-haspopup", "listbox");
    this.box.setAttribute("aria-controls", this.list.id);
    this.choose(0);
    if (opens) this.status.textContent = this.place.dataset.found;
  }

  option(name, at) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${at}`;
    option.setAttribute("role", "option");
    option.dir = "auto";
    option.textContent = name;
    return option;
  }

  choose(at) {
    this.at = (at + this.names.length) % this.names.length;
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === this.at)));
    const chosen = this.list.children[this.at];
    this.box.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.turn += 1;
    if (!this.open) return;
    this.place.hidden = true;
    this.list.replaceChildren();
    this.status.textContent = "";
    for (const name of ["aria-autocomplete", "aria-haspopup", "aria-controls", "aria-activedescendant"]) this.box.removeAttribute(name);
  }

  key(event) {
    if (!this.open || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose(this.at + step);
    else if (event.key === "Enter") this.take(this.at);
    else if (event.key === "Escape") this.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  leave() {
    this.taken = this.typed() ?? ""; // not asked again while these words grow
    this.nobody = this.taken;
    this.close();
  }

  pressed(option) {
    if (option) this.take([...this.list.children].indexOf(option));
  }

  take(at) {
    const [name, typed] = [this.names[at], this.typed()];
    this.close();
    if (typed === null) return;
    clearTimeout(this.soon);
    this.taken = name;
    this.textarea.dispatchEvent(new CustomEvent("words:replace", { detail: { count: typed.length, text: `${name} ` } }));
    this.status.textContent = this.place.dataset.taken.replace("%name%", () => name);
  }
}

for (const place of document.querySelectorAll("[data-mention]")) new Mention(place);
