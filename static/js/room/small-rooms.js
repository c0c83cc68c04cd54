// Small rooms: the way to one's own, being called back, and what a room brings with it.
import { newId } from "./ids.js";

export class SmallRooms {
  constructor(send) {
    this.send = send;
    this.way = document.querySelector("[data-small-rooms]");
    this.called = document.querySelector("[data-called-back]");
    this.form = document.querySelector("[data-bring]");
    this.form?.addEventListener("submit", (event) => this.bring(event));
    this.main = document.querySelector("[data-main]");
  }

  // Beside the line that stands in the log.
  take(event) {
    if (event.type === "rooms.opened" && this.way) this.way.hidden = false;
    if (event.type === "rooms.opened" && this.called) this.stays();
    if (event.type === "rooms.called_back" && this.called) this.callBack(event.until);
    if (event.type === "words.brought_back") this.brought(event.client_id);
  }

  callBack(until) {
    const zone = document.querySelector("[data-zone]").dataset.zone;
    const time = new Date(until).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", timeZone: zone });
    this.called.classList.remove("unseen");
    this.called.textContent = this.called.dataset.sentence.replace("%s", () => time);
  }

  // Opened again before it closed: the line in the log says so.
  stays() {
    this.called.classList.add("unseen");
    this.called.textContent = "";
  }

  // The words stay in the form until the room has heard that they were brought.
  bring(event) {
    const { text, client_id: id } = this.form.elements;
    if (!text.value.trim() || !this.send({ type: "bring_back", client_id: id.value, text: text.value.trim() })) return; // the page itself is posted
    event.preventDefault();
    this.say("");
  }

  brought(id) {
    if (this.form?.elements.client_id.value !== id) return;
    this.form.reset();
    this.form.elements.client_id.value = newId();
    for (const told of ["words:kept", "words:cleared"]) this.form.dispatchEvent(new CustomEvent(told));
    this.form.closest("details").open = false;
  }

  // True if the refusal was about words to be brought back.
  refused({ client_id: id, sentence }) {
    if (!id || this.form?.elements.client_id.value !== id) return false;
    this.say(sentence);
    return true;
  }

  say(sentence) {
    this.form.querySelector("[data-bring-says]").textContent = sentence;
  }
}
