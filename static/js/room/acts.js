// Buttons of the room: each is a form that works without this file, and a frame with it. Pressed twice it is done once.
import { newId } from "./ids.js";

const TURNS = {
  done: { type: "done" },
  pass: { type: "pass" },
  pass_back: { type: "pass", back: true },
  nothing_now: { type: "nothing_now" },
  hand_up: { type: "hand", up: true },
  hand_down: { type: "hand", up: false },
  step_out: { type: "step_out" },
  step_in: { type: "step_in" },
};

export class Acts {
  constructor(act) {
    this.act = act;
    this.note = document.querySelector("[data-act-note]");
    document.addEventListener("submit", (event) => this.submitted(event));
  }

  submitted(event) {
    const { target: form, submitter } = event;
    const frame = form.matches("[data-turn]") ? TURNS[submitter?.value] : form.matches("[data-frame]") && read(form, submitter);
    if (!frame) return;
    event.preventDefault();
    this.note.textContent = "";
    this.act({ client_id: newId(), ...frame });
  }

  refused(sentence) {
    this.note.textContent = sentence;
  }
}

const READ = {
  move_phase: (data) => ({ phase: data.get("phase"), minutes: Number(data.get("minutes")) || null, first: data.getAll("first").filter(Boolean).map(Number) }),
  give_floor: (data) => ({ person: Number(data.get("person")) }),
  set_parts: (data) => ({ seats: data.getAll("seats").filter((seat) => !seat.endsWith(":")), others_listen: data.has("others_listen") }),
};

function read(form, submitter) {
  return { type: form.dataset.frame, ...READ[form.dataset.frame](new FormData(form, submitter)) };
}
