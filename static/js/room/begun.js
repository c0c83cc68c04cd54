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
    for (const [what, words] of kept) if (!this.words.has(what)) this.words.set(what, words);
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

  keep() {
    clearTimeout(this.timer);
    this.timer = null;
    return this.all.length ? this.store?.keep(this.name, this.all) : this.store?.forget(this.name);
  }
}

/** What was begun in the forms of a place that come and go, each known by its address and its textarea. */
export class BegunForms extends Begun {
  constructor(place) {
    super(place.dataset.begun);
    this.place = place;
    place.addEventListener("input", ({ target }) => target.matches("textarea") && this.written(target.form));
  }

  written(form) {
    const { text, client_id: id } = form.elements;
    this.put(form.getAttribute("action"), text.value.trim() ? { text: text.value, id: id?.value } : null);
  }

  // What was sent stands in the place by now, and its form is another one or gone; the rest goes back to where it was written.
  refill() {
    if (!this.place.childElementCount) return; // nobody has looked yet
    const later = this.place.querySelector("[data-questions-more]"); // what it is for may stand among those that are not shown
    for (const [what, { text, id }] of this.all) {
      const form = this.place.querySelector(`form[action="${CSS.escape(what)}"]`);
      if (id ? this.place.querySelector(`[data-asked="${CSS.escape(id)}"]`) : !form && !later) this.drop(what);
      else if (form && !form.elements.text.value) put(form, text, id);
    }
  }
}

function put(form, text, id) {
  form.elements.text.value = text;
  if (id) form.elements.client_id.value = id; // sent again it is the same
  form.closest("details.slight")?.setAttribute("open", "");
}
