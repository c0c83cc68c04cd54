// Some networks let no socket through. The same frames then go by requests: what happened is asked for every few seconds, and what is
// done here is posted. The server has both beside the room's page (live/views/by_requests.py).
const EVERY = 4_000;
const PEOPLE_A_SECOND = 15; // so many pages of a full room look together
const LOST = 12_000; // so long an answer may take: two seconds more than the server waits until it says that it has too much to do

export class Requests {
  // position() -> {epoch, after}; on: {frame(frame), well(is), again(), end(word), people(), lost(frame)}
  constructor({ position, on }) {
    Object.assign(this, { position, on, running: false, well: false, rest: 0 });
  }

  start() {
    if (this.running) return;
    this.running = true;
    this.look();
  }

  stop() {
    this.running = this.well = false;
    clearTimeout(this.timer);
  }

  // What happened since. Asks again by itself, spread out, so that a full room does not come all at once.
  async look() {
    clearTimeout(this.timer);
    if (!this.running) return;
    if (this.looking) return (this.once = true);
    this.looking = true;
    const query = new URLSearchParams(this.position());
    const frames = await this.ask(`news/?${query}`, {});
    this.looking = false;
    if (!this.running) return;
    this.well = Boolean(frames);
    this.on.well(this.well);
    frames?.forEach((frame) => this.on.frame(frame));
    const soon = !this.rest && (this.once || frames?.some(({ complete }) => complete === false));
    this.once = false;
    const pause = Math.max(EVERY, this.rest, (this.on.people() / PEOPLE_A_SECOND) * 1_000);
    this.timer = setTimeout(() => this.look(), soon ? 0 : pause * (0.7 + 0.6 * Math.random()));
  }

  async post(frame) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const frames = await this.ask("frame/", { method: "POST", body: JSON.stringify(frame), headers });
    if (!frames) return this.on.lost(frame);
    frames.forEach((one) => this.on.frame(one));
    return this.look();
  }

  // The frames of the answer; null where none came.
  async ask(where, how) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), LOST);
    this.rest = 0;
    try {
      const answer = await fetch(location.pathname + where, { cache: "no-store", redirect: "manual", signal: late.signal, ...how });
      if (answer.ok) return await answer.json();
      this.rest = Number(answer.headers.get("Retry-After")) * 1_000 || 0; // it has more to do than it can
      if (answer.status === 410) this.end("closed");
      else if (answer.status === 404) this.end("removed");
      else if (answer.status === 409 || answer.type === "opaqueredirect") this.on.again(); // the page says how we stand
    } catch {
      // No line at all: the next time asks again.
    } finally {
      clearTimeout(timer);
    }
    return null;
  }

  end(word) {
    this.stop();
    this.on.end(word);
  }
}
