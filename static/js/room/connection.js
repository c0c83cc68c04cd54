// The socket of a room: joins, keeps alive, comes back by itself, and says in one word how it is. Where none ever opens, requests do.
import { Requests } from "./requests.js";

const FIRST = 500;
const LONGEST = 10_000;
const PING = 15_000;
const PATIENCE = 8_000; // a line that has not opened by then may never open from here
const SELDOM = 60_000; // so seldom a socket is tried again while requests do
const DEAD = 25_000; // without any frame for so long the other side is gone

const PASSING = new Set(["have", "typing", "ping"]); // of a socket only

export class Connection {
  // position() -> {epoch, after}; on: {state(word), frame(frame), people(), lost(frame)}
  constructor({ address, ticket, position, on }) {
    Object.assign(this, { address, ticket, position, on });
    this.tries = 0;
    this.reached = false; // whether a socket ever opened from this page
    this.requests = new Requests({
      position,
      on: {
        ...on,
        well: (is) => this.joined || this.over || on.state(is ? "requests" : "lost"),
        again: () => this.askAgain(),
        end: (word) => this.end(word),
      },
    });
    setTimeout(() => this.byRequests(), PATIENCE);
    this.open();
    addEventListener("online", () => this.soon(0));
    document.addEventListener("visibilitychange", () => document.hidden || this.ping());
    setInterval(() => this.beat(), PING);
  }

  get joined() {
    return this.here && this.socket.readyState === WebSocket.OPEN;
  }

  // Whether what is sent goes out now, one way or the other.
  get able() {
    return this.joined || this.requests.well;
  }

  byRequests() {
    if (!this.reached && !this.over) this.requests.start();
  }

  open() {
    clearTimeout(this.timer);
    this.timer = null;
    this.here = false;
    const socket = (this.socket = new WebSocket(this.address));
    this.heard = Date.now();
    socket.onopen = () => this.write({ type: "join", ticket: this.ticket, ...this.position() });
    socket.onmessage = (message) => this.socket === socket && this.hear(JSON.parse(message.data));
    socket.onclose = (event) => this.socket === socket && this.closed(event.code);
  }

  hear(frame) {
    this.heard = Date.now();
    if (frame.type === "welcome") {
      this.here = this.reached = true;
      this.tries = 0;
      this.requests.stop();
      this.on.state("here");
    }
    if (frame.type === "pong" && frame.ticket) this.ticket = frame.ticket;
    this.on.frame(frame);
  }

  send(frame) {
    if (this.joined) this.write(frame);
    else if (this.requests.well && !PASSING.has(frame.type)) this.requests.post(frame);
    else return false;
    return true;
  }

  // What somebody pressed waits for no socket.
  act(frame) {
    if (!this.send(frame)) this.requests.post(frame);
  }

  write(frame) {
    this.socket.send(JSON.stringify(frame));
  }

  ping() {
    this.send({ type: "ping" });
  }

  beat() {
    if (this.joined && Date.now() - this.heard > DEAD) {
      this.socket.onclose = null;
      this.socket.close();
      this.closed(1006);
    } else this.ping();
  }

  closed(code) {
    this.here = false;
    if (this.over) return;
    if (code === 4410) this.end("closed");
    else if (code === 4429) this.end("flood");
    else if (code === 4404) this.end("removed");
    else if (code === 4401 || code === 4403) this.askAgain();
    else {
      if (this.tries > 1) this.byRequests();
      if (!this.requests.well) this.on.state("lost");
      this.soon();
    }
  }

  end(word) {
    this.over = true;
    this.requests.stop();
    this.on.state(word);
  }

  // Full jitter: six hundred people who fell out at once come back spread over the time.
  soon(wait = this.requests.well ? SELDOM : Math.random() * Math.min(LONGEST, FIRST * 2 ** this.tries++)) {
    if (this.over || this.joined || this.asking) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), wait);
  }

  // The ticket is no longer good: the page itself says whether we were signed out, removed, or only away for long.
  async askAgain() {
    if (this.asking) return;
    this.asking = true;
    this.on.state("lost");
    await new Promise((done) => setTimeout(done, Math.random() * Math.min(LONGEST, 2 * FIRST * 2 ** this.tries++)));
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (answer.status === 404 || answer.status === 403) return this.end("removed");
      if (answer.ok && answer.url.split(/[?#]/)[0] !== location.href.split(/[?#]/)[0]) {
        return this.end(answer.url.includes("/accounts/") ? "signed-out" : "closed");
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const ticket = page.querySelector("[data-ticket]")?.dataset.ticket;
      if (answer.ok && !ticket) return this.end("closed");
      this.ticket = ticket ?? this.ticket;
    } catch {
      // The line is down as well: the next try asks again.
    } finally {
      this.asking = false;
    }
    this.soon();
  }
}
