// The log on the page: sorted by number, repeats dropped, nothing skipped.
export class Log {
  constructor(place, talk, words) {
    Object.assign(this, { place, words, me: talk.dataset.me });
    this.epoch = Number(talk.dataset.epoch);
    this.have = Number(talk.dataset.latest);
    this.kinds = {}; // type of an event -> what it changes, where it has no place of its own
    this.early = new Map(); // what came before its turn
    this.takenBack = []; // numbers, so that lines that are on their way come without those words
    this.toldHave = this.have;
    for (const time of place.querySelectorAll("time[data-time]")) localise(time);
    this.toEnd();
    // Who reads the last words goes on seeing them when the window shrinks, as it does for a phone's keyboard.
    // A scroll that comes with another height is not the reader's: the composer came or went.
    this.reads = true;
    this.height = place.clientHeight;
    place.addEventListener("scroll", () => place.clientHeight === this.height && (this.reads = this.atEnd()), { passive: true });
    new ResizeObserver(() => this.resized()).observe(place);
  }

  resized() {
    this.height = this.place.clientHeight;
    if (this.reads && this.scroller() === this.place) this.toEnd();
  }

  // Takes one event. Returns true unless something before it is missing.
  take(event) {
    if (event.seq > this.have) this.early.set(event.seq, event);
    let next;
    while ((next = this.early.get(this.have + 1))) {
      this.early.delete(next.seq);
      this.have = next.seq;
      this.draw(next);
      this.changed?.(next);
    }
    return this.early.size === 0;
  }

  draw(event) {
    if (event.type === "message.withdrawn") {
      this.takenBack.push(event.of);
      return this.withdraw(event.of);
    }
    if (this.kinds[event.type]) return this.kinds[event.type](event);
    if (!event.html) return;
    const atEnd = this.atEnd();
    const holder = document.createElement("template");
    holder.innerHTML = event.html;
    for (const time of holder.content.querySelectorAll("time[data-time]")) localise(time);
    this.place.querySelector("[data-nothing]")?.remove();
    this.place.insertBefore(holder.content, this.place.querySelector(".unsent"));
    if (atEnd || String(event.author) === this.me) this.toEnd();
  }

  // Nothing of what was said here is kept.
  purge() {
    this.purged = true;
    for (const said of this.place.querySelectorAll(".said[data-seq]:not(.withdrawn)")) this.blank(said, this.words.notKept);
  }

  blank(said, instead) {
    said.classList.add("withdrawn");
    const place = said.querySelector(".said-words");
    Object.assign(place, { textContent: instead, hidden: false });
    for (const gone of said.querySelectorAll(".well, .said-acts, .said-more, .quiet-answers, .lane, .translating")) gone.remove();
  }

  withdraw(seq) {
    const said = document.getElementById(`said-${seq}`);
    if (said?.matches(".lane")) said.remove();
    else if (said) this.blank(said, this.words.withdrawn);
    for (const quote of this.place.querySelectorAll(`.well[data-of="${seq}"]`)) quote.remove();
  }

  atEnd() {
    const box = this.scroller();
    return box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  }

  toEnd() {
    const box = this.scroller();
    box.scrollTop = box.scrollHeight;
  }

  scroller() {
    return this.place.scrollHeight > this.place.clientHeight + 1 ? this.place : document.scrollingElement;
  }
}

export function localise(time) {
  const hours = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const zone = document.querySelector("[data-zone]")?.dataset.zone;
  time.textContent = new Date(time.dateTime).toLocaleTimeString(document.documentElement.lang, { ...hours, timeZone: zone });
}
