// Answers without words: names under a message, and the buttons that put one's own there or take it away.
const KINDS = { heard: "heard", moved: "moved", with_you: "withYou" }; // kind -> its word in data-words
const UNANSWERED = ["reflecting", "silence", "closed"]; // as may_react in lms/floor.py has it

export class Quiet {
  // on(seq, kind, wanted): asks for it; what comes back as an event is what stands.
  constructor(log, mine, words, on) {
    Object.assign(this, { log, me: mine.me, words, on });
    log.place.addEventListener("click", (event) => this.pressed(event));
    log.kinds["message.reacted"] = (event) => this.take(event);
  }

  // Nothing is offered while everybody listens.
  follow({ phase }) {
    this.log.place.classList.toggle("unanswered", UNANSWERED.includes(phase));
  }

  take({ of, author, quiet, on, html }) {
    const said = document.getElementById(`said-${of}`);
    if (!said || said.classList.contains("withdrawn") || !quiet) return;
    said.querySelector(`[data-quiet="${CSS.escape(quiet)}"][data-person="${Number(author)}"]`)?.remove();
    const list = said.querySelector("[data-quiet-list]");
    if (on) (list ?? this.list(said)).insertAdjacentHTML("beforeend", html);
    else if (!list?.children.length) list?.remove();
    if (String(author) === this.me) this.press(said);
  }

  list(said) {
    const list = document.createElement("ul");
    list.className = "quiet-answers";
    list.dataset.quietList = "";
    list.setAttribute("aria-label", this.words.quietList);
    said.append(list);
    return list;
  }

  // A folded row of three; nobody answers their own words.
  acts(said) {
    if (said.dataset.author === this.me) return [];
    const fold = document.createElement("details");
    fold.className = "quiet-acts";
    const summary = document.createElement("summary");
    Object.assign(summary, { className: "button plain", textContent: this.words.quietly });
    const row = document.createElement("div");
    row.append(...Object.entries(KINDS).map(([kind, word]) => toggle(kind, this.words[word])));
    fold.append(summary, row);
    return [fold];
  }

  // Which of the three are one's own.
  press(said) {
    for (const button of said.querySelectorAll("[data-quiet-kind]")) {
      button.setAttribute("aria-pressed", String(Boolean(this.own(said, button.dataset.quietKind))));
    }
  }

  own(said, kind) {
    return said.querySelector(`[data-quiet="${kind}"][data-person="${this.me}"]`);
  }

  pressed(event) {
    const kind = event.target.closest("[data-quiet-kind]")?.dataset.quietKind;
    const said = event.target.closest(".said[data-seq]");
    if (kind && said) this.on(Number(said.dataset.seq), kind, !this.own(said, kind));
  }
}

function toggle(kind, word) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button plain", textContent: word });
  button.dataset.quietKind = kind;
  button.setAttribute("aria-pressed", "false");
  return button;
}
