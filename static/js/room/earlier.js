// A page that is open all day stays light: the oldest lines leave it while its reader is at the end. The link to what was said before
// brings them back, as the server shows them now.
import { localise } from "./log.js";

const MOST = 300; // lines
const FAR = 10; // so many pages are asked for when somebody follows a quotation

export class Earlier {
  // dress(): gives new lines what can be done with them; quietly(): what comes now is not read out.
  constructor(log, words, { dress, quietly }) {
    Object.assign(this, { log, words, dress, quietly, asking: null });
    this.place = log.place.querySelector("[data-earlier]");
    this.link = this.place.querySelector("a");
    this.link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.bring();
    });
    document.addEventListener("click", (event) => this.follow(event));
  }

  get lines() {
    return this.log.place.querySelectorAll(":scope > [data-seq]");
  }

  // Nothing goes while somebody reads further up or a dialog is open. A line that is held keeps all after it, so that no gap arises.
  trim() {
    const lines = this.lines;
    if (lines.length <= MOST || this.asking || !this.log.atEnd() || document.querySelector("dialog[open]")) return;
    const going = [...lines].slice(0, lines.length - MOST);
    const held = going.findIndex(holds);
    if (held === 0) return;
    for (const line of held < 0 ? going : going.slice(0, held)) line.remove();
    this.offer(true);
    this.log.toEnd();
  }

  // Whether there is more before the first line. Who had the link in hand is led to the log.
  offer(more) {
    if (!more && this.place.contains(document.activeElement)) this.log.place.focus({ preventScroll: true });
    this.place.hidden = !more;
    this.link.href = `?before=${this.lines[0]?.dataset.seq ?? ""}`;
  }

  // The hundred lines before the first. True if they came.
  bring() {
    this.asking ??= this.ask().finally(() => (this.asking = null));
    return this.asking;
  }

  async ask() {
    const takenBack = this.log.takenBack.length;
    const answer = await fetch(this.link.href, { cache: "no-store", redirect: "manual" }).catch(() => null);
    const text = answer?.ok ? await answer.text().catch(() => "") : "";
    const there = new DOMParser().parseFromString(text, "text/html").querySelector("[data-log]");
    this.place.querySelector("[role=status]").textContent = there ? "" : this.words.notReached;
    if (!there) return false;
    const more = Boolean(there.querySelector("[data-earlier]:not([hidden])"));
    this.insert([...there.querySelectorAll(":scope > [data-seq]")], more);
    // What was taken back, or is no longer kept, since the server drew them.
    for (const seq of this.log.takenBack.slice(takenBack)) this.log.withdraw(seq);
    if (this.log.purged) this.log.purge();
    return true;
  }

  // What somebody reads stays where it is.
  insert(lines, more) {
    const first = this.lines[0];
    const was = first?.getBoundingClientRect().top;
    this.quietly();
    this.place.after(...lines);
    for (const line of lines) for (const time of line.querySelectorAll("time[data-time]")) localise(time);
    this.dress();
    this.offer(more);
    if (first) this.log.scroller().scrollTop += first.getBoundingClientRect().top - was;
  }

  // A quotation leads to where its words were said, though that line has left the page.
  async follow(event) {
    const to = event.target.closest?.('a[href^="#said-"]')?.hash.slice(1);
    const gone = () => !document.getElementById(to) && !this.place.hidden;
    if (!to || !gone()) return;
    event.preventDefault();
    for (let page = 0; page < FAR && gone(); page++) if (!(await this.bring())) return;
    document.getElementById(to)?.scrollIntoView({ block: "center" });
  }
}

// Focused, marked, pointed at, or being worked with.
function holds(line) {
  const marked = getSelection();
  const marks = marked.rangeCount > 0 && !marked.isCollapsed && marked.getRangeAt(0).intersectsNode(line);
  return marks || line.contains(document.activeElement) || line.matches(":hover, :target, .acting") || Boolean(line.querySelector("details[open], .translating, :target"));
}
