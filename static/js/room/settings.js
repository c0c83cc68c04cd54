// How the room looks and sounds, chosen by the person and kept on this device.
const KEY = "room-settings";
const CHOICES = { announce: "messages", show: "faces", bell: true, countdown: false };

export class Settings {
  constructor(changed) {
    this.now = { ...CHOICES, ...recall() };
    const details = document.querySelector("[data-settings]");
    const form = details.querySelector("form");
    for (const [name, value] of Object.entries(this.now)) {
      const field = form.elements[name];
      if (typeof value === "boolean") field.checked = value;
      else field.value = value;
    }
    form.addEventListener("change", () => {
      const { announce, show, bell, countdown } = form.elements;
      this.now = { announce: announce.value, show: show.value, bell: bell.checked, countdown: countdown.checked };
      keep(this.now);
      changed(this.now);
    });
    details.hidden = false;
  }
}

// Where a browser keeps nothing, the choice lasts as long as the page.
function recall() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

function keep(choices) {
  try {
    localStorage.setItem(KEY, JSON.stringify(choices));
  } catch {
    // Nothing is kept; nothing is lost.
  }
}
