// Language lanes: what interpreters wrote beneath a message, which of it this person reads, and the form in which an interpreter writes.
import { touches } from "./composer.js";
import { newId } from "./ids.js";

const KEEP_AFTER = 800; // milliseconds

export class Lanes {
  // keep(seq): the link that keeps words in one's journal.
  constructor(log, talk, words, { send, keep }) {
    Object.assign(this, { log, mine: talk.dataset, words, send, keep });
    this.lang = this.mine.lane;
    this.original = this.mine.original === "1";
    this.shape = document.querySelector("[data-translating]");
    this.choice = document.querySelector("[data-lane-choice]");
    log.kinds["message.interpreted"] = (event) => this.take(event);
    log.place.addEventListener("click", (event) => this.pressed(event));
    log.place.addEventListener("submit", (event) => this.submitted(event));
    log.place.addEventListener("keydown", (event) => this.typed(event));
    this.choice?.addEventListener("change", () => this.choose(this.choice.elements.reads.value));
    if (this.choice) this.choice.querySelector("button").hidden = true; // what is chosen shows at once
    if (this.mine.seat === "interpreter" && this.shape) this.keepWords();
  }

  take({ of, seq, html, client_id: id }) {
    const said = document.getElementById(`said-${of}`);
    this.log.place.querySelector(`.translating[data-id="${CSS.escape(id ?? "")}"]`)?.remove();
    this.kept?.();
    if (!html || !said || said.classList.contains("withdrawn") || document.getElementById(`said-${seq}`)) return;
    const lanes = said.querySelectorAll(".lane");
    (lanes[lanes.length - 1] ?? said.querySelector(".said-words")).insertAdjacentHTML("afterend", html);
    this.press(said);
  }

  // Kept for this person in every room; a lane that is missing leaves the words as they were said.
  choose(reads) {
    this.lang = reads.replace("+", "");
    this.original = !this.lang || reads.startsWith("+");
    for (const said of this.log.place.querySelectorAll(".said[data-seq]")) this.press(said);
    const body = new FormData(this.choice);
    fetch(this.choice.action, { method: "POST", body, headers: { "X-Autosave": "1" } }).catch(() => {}); // chosen again the next time
  }

  acts(said) {
    if (this.mine.seat !== "interpreter" || !this.shape) return [];
    return [act("translate", this.words.translate, this.words.translateWhole, said.dataset.seq)];
  }

  // Hides what this person does not read, and gives every lane what can be done with it.
  press(said) {
    const lanes = [...said.querySelectorAll(".lane")];
    for (const lane of lanes) {
      lane.hidden = lane.dataset.lane !== this.lang;
      if (!lane.querySelector(".said-acts")) lane.append(this.actsOf(lane));
    }
    const there = lanes.some((lane) => !lane.hidden);
    said.querySelector(".said-words").hidden = !this.original && there;
  }

  actsOf(lane) {
    const acts = document.createElement("div");
    acts.className = "said-acts";
    acts.setAttribute("aria-live", "off");
    acts.append(this.keep(lane.dataset.seq));
    if (lane.dataset.author === this.mine.me) acts.append(act("unlane", this.words.withdraw, this.words.withdrawWhole, lane.dataset.seq));
    return acts;
  }

  pressed(event) {
    const button = event.target.closest("[data-lane-act]");
    if (!button) return;
    const seq = Number(button.dataset.of);
    if (button.dataset.laneAct === "translate") this.write(button.closest(".said"), seq);
    else if (confirm(this.words.withdrawSure)) this.send({ type: "withdraw", seq });
  }

  write(said, seq) {
    const id = newId(); // sent again it is the same translation
    const form = said.querySelector(".translating") ?? this.form(said, { of: seq, id, lang: this.lang, text: "" });
    form.querySelector("textarea").focus();
  }

  // As in the composer Enter sends; Escape leaves a form in which nothing stands.
  typed(event) {
    const form = event.target.closest("textarea")?.closest(".translating");
    if (!form || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !touches()) {
      event.preventDefault();
      form.requestSubmit();
    }
    if (event.key !== "Escape" || event.target.value.trim()) return;
    const said = form.closest(".said");
    form.remove();
    said.querySelector("[data-lane-act=translate]")?.focus();
  }

  // The newest words that have no translation of one's own yet, for whoever interprets without a mouse.
  newest() {
    const mine = `.lane[data-author="${this.mine.me}"]`;
    const open = [...this.log.place.querySelectorAll(".said[data-seq]:not(.withdrawn)")].filter((said) => !said.querySelector(mine));
    const said = open.at(-1);
    if (said && said.querySelector("[data-lane-act=translate]")) this.write(said, Number(said.dataset.seq));
  }

  // A translation that is being written outlives the page, as words in the composer do.
  async keepWords() {
    const store = await import("../drafts.js").catch(() => null);
    if (!store) return;
    const name = `lanes-${this.mine.room}`;
    for (const { of, id, lang, text } of (await store.recall(name))?.value ?? []) {
      const said = document.getElementById(`said-${of}`);
      if (said?.matches(".withdrawn") === false && !said.querySelector(".translating")) this.form(said, { of, id, lang, text });
    }
    const begun = () => [...this.log.place.querySelectorAll(".translating")].map((form) => ({ ...form.dataset, ...Object.fromEntries(new FormData(form)) }));
    const keep = () => {
      const written = begun().filter(({ text }) => text.trim());
      return written.length ? store.keep(name, written) : store.forget(name);
    };
    let timer;
    this.kept = () => (clearTimeout(timer), (timer = null), keep());
    this.log.place.addEventListener("input", () => (timer ??= setTimeout(this.kept, KEEP_AFTER)));
    document.addEventListener("visibilitychange", () => timer && this.kept());
  }

  form(said, { of, id, lang, text }) {
    const form = this.shape.content.firstElementChild.cloneNode(true);
    Object.assign(form.dataset, { of, id });
    if (lang) form.querySelector("select").value = lang;
    form.querySelector("textarea").value = text;
    said.append(form);
    return form;
  }

  // The words stay in their form until they come back as an event.
  submitted(event) {
    const form = event.target.closest(".translating");
    if (!form) return;
    event.preventDefault();
    const text = form.querySelector("textarea").value.trim();
    const frame = { type: "interpret", client_id: form.dataset.id, of: Number(form.dataset.of), lang: form.querySelector("select").value, text };
    form.querySelector("[role=status]").textContent = "";
    if (text && !this.send(frame)) form.querySelector("[role=status]").textContent = this.words.lost;
  }

  // True if the refusal was about a translation.
  refused({ client_id: id, sentence }) {
    const form = id && this.log.place.querySelector(`.translating[data-id="${CSS.escape(id)}"]`);
    if (form) form.querySelector("[role=status]").textContent = sentence;
    return Boolean(form);
  }
}

function act(name, word, whole, seq) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button plain", textContent: word });
  button.setAttribute("aria-label", whole);
  button.dataset.laneAct = name;
  button.dataset.of = seq;
  return button;
}
