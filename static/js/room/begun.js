// Words that were begun and not sent yet, by what they are for. In memory they outlive a part of the page that is fetched anew, in the
// draft store the page itself. Without the store they are there as long as the page is open.
const KEEP_AFTER = 800; // milliseconds

export class Begun {
  constructor(name) {
    Object.assign(this, { name, words: new Map() });
    this.ready = this.open();
    for (const [where, event] of [[document, "visibilitychange"], [window, "pagehide"]])
      where.addEventListener(event, () => this.timer && this.keep());
  }

  async open() {
    this.store = await import("../drafts.js").catch(() => null);
    const kept = (await this.store?.recall(this.name))?.value ?? [];
    for (const [what, words] of kept) this.words.set(what, this.words.has(what) ? joined(words, this.words.get(what)) : words);
  }

  /** [what they are for, words] of everything that was begun. */
  get all() {
    return [...this.words].filter(([, words]) => words);
  }

  get(what) {
    return this.words.get(what) ?? null;
  }

  // Nothing (null) takes the place of what the store may still hold.
  put(what, words) {
    this.words.set(what, words);
    this.timer ??= setTimeout(() => this.keep(), KEEP_AFTER);
  }

  drop(what) {
    this.words.set(what, null);
    return this.keep();
  }

  async keep() {
    clearTimeout(this.timer);
    this.timer = null;
    await this.ready; // else what is kept already would be written over
    return this.all.length ? this.store?.keep(this.name, this.all) : this.store?.forget(this.name);
  }
}

// Somebody was quicker than the store: what it held stands before what they have written since.
function joined(kept, since) {
  if (!since) return kept;
  return kept.text ? { ...since, text: `${kept.text}\n${since.text}` } : `${kept}\n${since}`;
}

/** What was begun in the forms of a place that come and go, each known by its address and its textarea. */
export class BegunForms extends Begun {
  constructor(place) {
    super(place.dataset.begun);
    Object.assign(this, { place, drawn: false });
    place.addEventListener("input", ({ target }) => target.matches("textarea") && this.written(target.form));
    place.addEventListener("submit", ({ target }) => this.sent(target.getAttribute("action")));
  }

  written(form) {
    const { text, client_id: id } = form.elements;
    this.put(form.getAttribute("action"), text.value.trim() ? { text: text.value, id: id?.value } : null);
  }

  // Under way: if its form is gone when the place is drawn next, it arrived. `is` false: it did not get through.
  sent(what, is = true) {
    const words = this.get(what);
    if (words) this.put(what, { ...words, sent: is });
  }

  // What was sent stands in the place by now; the rest goes back to where it was written, or is shown where that is gone.
  refill() {
    if (!this.place.childElementCount) return; // nobody has looked yet
    for (const [what, { text, id, sent }] of this.all) {
      const form = this.place.querySelector(`form[action="${CSS.escape(what)}"]`);
      const arrived = id ? this.place.querySelector(`[data-asked="${CSS.escape(id)}"]`) : sent && !form;
      if (arrived) this.drop(what);
      else if (!form) this.left(what, text);
      else if (text.endsWith(form.elements.text.value)) put(form, text, id);
      if (form && sent && !this.drawn) this.sent(what, false); // the page is new: nothing is under way
    }
    this.drawn = true;
  }

  // Whether what has no form here has none at all: not one among those that are not shown, nor one for when the room is open again.
  get showsAll() {
    return !this.place.querySelector("[data-questions-more]") && this.place.querySelector("[data-ask]") && !location.search;
  }

  // What it was for has been brought in, set aside or taken back meanwhile: the words are shown until their writer lets them go.
  left(what, text) {
    if (!this.showsAll || this.place.querySelector(`[data-left="${CSS.escape(what)}"]`)) return;
    const box = document.querySelector("[data-begun-left]").content.firstElementChild.cloneNode(true);
    box.dataset.left = what;
    box.querySelector(".said-words").textContent = text;
    box.querySelector("button").addEventListener("click", () => {
      this.drop(what);
      box.remove();
      Object.assign(this.place, { tabIndex: -1 }).focus();
    });
    this.place.prepend(box);
  }
}

function put(form, text, id) {
  if (form.elements.text.value !== text) form.elements.text.value = text;
  if (id) form.elements.client_id.value = id; // sent again it is the same
  form.closest("details.slight")?.setAttribute("open", "");
}
