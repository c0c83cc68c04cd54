// What was said here and has not come back yet. Kept in the draft store, so that a sentence outlives the page; without the store
// it is kept as long as the page is open. The same client_id goes out again, so nothing is said twice.
import { newId } from "./ids.js";

const AGAIN = 2_000;

export class Outbox {
  constructor({ room, send, draw, drop, refuse, begun }) {
    Object.assign(this, { send, draw, drop, refuse, begun, key: `room-${room}`, writing: null });
    this.waiting = new Map(); // client_id -> {client_id, text, answers, quote, held}
    this.ready = this.restore();
    for (const [where, event] of [[document, "visibilitychange"], [window, "pagehide"]])
      where.addEventListener(event, () => this.timer && this.keep()); // a phone may not come back to this page
  }

  async restore() {
    try {
      this.store = await import("../drafts.js");
    } catch {
      this.keeps = false;
      return;
    }
    const kept = (await this.store.recall(this.key))?.value;
    for (const one of kept?.waiting ?? []) {
      if (this.waiting.has(one.client_id)) continue;
      this.waiting.set(one.client_id, one);
      this.draw(one);
    }
    if (kept?.writing && !this.writing) this.begun(kept.writing);
    this.keeps = true;
  }

  // What waits and what is being written, as one draft. Whether it is kept is known only afterwards.
  async keep() {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.store) return;
    const value = { waiting: [...this.waiting.values()], writing: this.writing };
    if (this.empty) await this.store.forget(this.key);
    else this.keeps = (await this.store.keep(this.key, value)) !== false;
  }

  get empty() {
    return !this.waiting.size && !this.writing;
  }

  // The words in the composer, kept a moment after a key; who writes on without a pause is not kept waiting.
  write(words) {
    this.writing = words;
    this.timer ??= setTimeout(() => this.keep(), 800);
  }

  // Before signing out: true once everything that waited has come back.
  async emptied() {
    for (let tries = 0; tries < 20 && this.waiting.size; tries++) await new Promise((done) => setTimeout(done, 150));
    return this.empty;
  }

  say(words) {
    const one = { client_id: newId(), ...words };
    this.writing = null;
    this.waiting.set(one.client_id, one);
    this.draw(one);
    this.keep();
    this.put(one);
  }

  put(one) {
    if (one.held) return;
    const frame = { type: "say", client_id: one.client_id, text: one.text };
    if (one.answers) Object.assign(frame, { answers: one.answers, quote: one.quote ?? "" });
    this.send(frame);
  }

  // After coming back: everything that is still here goes again.
  flush() {
    for (const one of this.waiting.values()) this.put(one);
  }

  came(clientId) {
    if (!this.waiting.delete(clientId)) return;
    this.drop(clientId);
    this.keep();
  }

  refused({ client_id: id, code, sentence }) {
    const one = this.waiting.get(id);
    if (one && (code === "not_kept" || code === "too_fast")) setTimeout(() => this.waiting.has(id) && this.put(one), AGAIN + Math.random() * AGAIN);
    else if (one) one.held = true; // it waits for the person, not for the line
    this.refuse(one, sentence, Boolean(one?.held), code);
    this.keep();
  }

  again(id) {
    const one = this.waiting.get(id);
    if (one) {
      one.held = false;
      this.put(one);
    }
    return one;
  }

  takeBack(id) {
    const one = this.waiting.get(id);
    this.came(id);
    return one;
  }
}
