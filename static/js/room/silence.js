// A shared silence: a soft bell at both ends, and how long it lasts only for who asked to see it.
import { readyOnPress, ring } from "../soft-bell.js";

export class Silence {
  constructor(settings) {
    Object.assign(this, { settings, until: null });
    this.place = document.querySelector("[data-listens] .listening > div");
    this.left = document.createElement("small");
    this.left.hidden = true;
    this.left.dataset.left = "";
    this.place.append(this.left);
    readyOnPress();
    setInterval(() => this.tick(), 1_000);
  }

  show(form, before) {
    this.until = form.phase === "silence" && form.until ? Date.parse(form.until) : null;
    if (before && (before.phase === "silence") !== (form.phase === "silence") && this.settings.now.bell) ring().catch(() => {}); // no sound here: the words say the same
    this.tick();
  }

  tick() {
    const seconds = Math.max(0, Math.ceil((this.until - Date.now()) / 1_000));
    this.left.hidden = !this.until || !this.settings.now.countdown;
    if (!this.left.hidden) this.left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}
