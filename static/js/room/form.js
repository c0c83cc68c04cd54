// The form of the dialogue: whose turn it is, and what this person sees of it. Every event that changes it carries it whole; the
// server has the last word on who may speak, this file only shows it. live/reading.py says the same sentences for the first page.
const IN_TURN = ["round", "landing"];
const GIVEN = ["arriving", "conversation", "response", ...IN_TURN];
const LONG = 8 * 60_000; // of reflecting

export class Form {
  constructor(talk, words, named) {
    const { form, names } = JSON.parse(talk.dataset.form);
    Object.assign(this, { words, named, now: form, names: new Map(Object.entries(names).map(([id, name]) => [Number(id), name])) });
    this.me = Number(talk.dataset.me);
    this.seat = talk.dataset.seat;
    this.listens = document.querySelector("[data-listens]");
    this.floor = document.querySelector("[data-floor]");
    setInterval(() => this.now.phase === "reflecting" && this.show(), 30_000);
  }

  // What an event says of the form. Returns what it was before.
  take(event) {
    if (!event.form) return null;
    const before = this.now;
    this.now = event.form;
    this.show();
    return before;
  }

  name(id) {
    return this.named(id) ?? this.names.get(id)?.[0] ?? this.words.somebody;
  }

  // The seat somebody was given, else that of their part; who was given none may listen with all the others.
  seatOf(id, own) {
    return this.now.seats[id] ?? (this.now.others_listen && own === "speaker" ? "listener" : own);
  }

  get away() {
    return this.now.away.includes(this.me);
  }

  get speaks() {
    const { seats, people } = this.now.speaking;
    return !this.away && (seats.includes(this.seatOf(this.me, this.seat)) || people.includes(this.me));
  }

  get everybody() {
    const { holder, waiting, first, spoken } = this.now.turns;
    return [...spoken, ...(holder && !spoken.includes(holder) ? [holder] : []), ...waiting, ...first];
  }

  // The names of `data-when`, as live/reading.py has them.
  when() {
    const { phase, turns, hands, since } = this.now;
    const [speaks, away, hand] = [this.speaks, this.away, hands.includes(this.me)];
    return {
      speaks,
      listens: !speaks && !away,
      away,
      present: !away,
      turn: speaks && IN_TURN.includes(phase),
      answers: phase === "response" && turns.first.includes(this.me) && !away,
      ends: speaks && (turns.holder === this.me || turns.first.includes(this.me)),
      interpreted: this.now.waits_for_interpreter && this.seat === "interpreter",
      waits: this.now.waits_for_interpreter,
      hand_up: hand,
      hand_down: !hand && !away && GIVEN.includes(phase) && turns.holder !== this.me,
      round: this.everybody.length > 0,
      hands: hands.length > 0,
      quiet: phase === "silence",
      long: phase === "reflecting" && Date.now() - Date.parse(since) > LONG,
    };
  }

  show() {
    const when = this.when();
    const wrote = document.activeElement?.closest("[data-when=speaks]");
    const pressed = document.activeElement?.closest(".button[data-when]");
    for (const element of document.querySelectorAll("[data-when]")) element.hidden = !when[element.dataset.when];
    if (wrote && !when.speaks) (when.listens ? this.listens : document.querySelector("[data-turn] button:not([hidden])"))?.focus();
    if (pressed?.hidden) pressed.closest("form").querySelector("button:not([hidden])")?.focus();
    this.listens.querySelector(".listening").classList.toggle("silence", when.quiet);
    const icon = this.listens.querySelector("use");
    icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, when.quiet ? "#moon" : "#ear"));
    this.listens.querySelector("b").textContent = this.listening();
    this.listens.querySelector("small").textContent = this.now.phase === "reflecting" ? this.words.afterReflecting : "";
    this.floor.textContent = this.floorWords();
    this.line();
    list("[data-round]", this.everybody, (id) => this.name(id), this.now.turns.holder);
    list("[data-hands]", this.now.hands, (id) => this.name(id));
  }

  // A silence stands behind what it interrupts, and only while it lasts.
  line() {
    const { phase, before } = this.now;
    const line = document.querySelector("[data-phase-line] ol");
    const silence = line.querySelector("[data-phase=silence]");
    silence.hidden = phase !== "silence";
    if (before) line.querySelector(`[data-phase=${before}]`)?.after(silence);
    for (const item of line.children) {
      if (item.dataset.phase === phase) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    }
  }

  listening() {
    const { phase, turns } = this.now;
    if (phase === "silence") return this.words.quiet;
    if (phase === "reflecting") return this.words.reflections;
    if (!IN_TURN.includes(phase)) return this.words.listening;
    if (turns.waiting[0] === this.me && turns.holder) return fill(this.words.afterIsYou, this.name(turns.holder));
    return turns.waiting.includes(this.me) ? this.words.later : this.words.listening;
  }

  floorWords() {
    const { phase, turns } = this.now;
    const held = turns.holder ? fill(this.words.hasFloor, this.name(turns.holder)) : "";
    if (IN_TURN.includes(phase)) {
      if (held && this.now.waits_for_interpreter) return `${held} ${this.words.waitInterpreter}`;
      if (!held) return turns.waiting.length ? this.words.weWait : this.words.allSpoke;
      return turns.waiting.length ? `${held} ${fill(this.words.next, this.name(turns.waiting[0]))}` : held;
    }
    if (phase === "response" && turns.first.length) return [fill(this.words.first, this.list(turns.first)), held].filter(Boolean).join(" ");
    const reflect = Object.keys(this.now.seats).filter((id) => this.now.seats[id] === "reflector");
    if (phase === "reflecting" && reflect.length) return fill(this.words.reflectTogether, this.list(reflect.map(Number)));
    return { reflecting: this.words.reflecting, response: this.words.spokeAnswer, silence: this.words.quietSentence }[phase] ?? held;
  }

  list(ids) {
    return new Intl.ListFormat(document.documentElement.lang).format(ids.map((id) => this.name(id)));
  }

  // What else is said of somebody in the list of who is here.
  marks({ id, part }) {
    const seat = this.seatOf(id, part);
    const marks = seat === "speaker" ? [] : [this.words[seat]];
    if (this.now.speaking.people.includes(id)) marks.push(this.words.floorMark);
    if (this.now.hands.includes(id)) marks.push(this.words.handMark);
    if (this.now.away.includes(id)) marks.push(this.words.awayMark);
    return marks;
  }
}

function list(place, ids, name, current) {
  const items = ids.map((id) => {
    const item = document.createElement("li");
    item.textContent = name(id);
    if (id === current) item.setAttribute("aria-current", "step");
    return item;
  });
  const shown = document.querySelector(place);
  shown?.replaceChildren(...items);
  const here = items[ids.indexOf(current)];
  if (here) shown.scrollLeft = here.offsetLeft - shown.offsetLeft - 16; // on a phone it is one line
}

export function fill(sentence, name) {
  return sentence.replace("%s", () => name);
}
