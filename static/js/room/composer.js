// Where words are written: Enter sends, Shift+Enter begins a new line.
const TYPING_EVERY = 3_000;

export class Composer {
  constructor(form, on) {
    Object.assign(this, { form, on, area: form.elements.text, told: 0 });
    this.status = form.querySelector("[data-note]");
    this.well = form.querySelector("[data-quote]");
    form.querySelector("[data-hint]").hidden = touches();
    form.addEventListener("submit", (event) => this.say(event));
    this.area.addEventListener("keydown", (event) => {
      // While an input method is open, Enter chooses a word.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !touches()) this.say(event);
    });
    this.area.addEventListener("input", () => this.typed());
    this.well.querySelector("button").addEventListener("click", () => {
      this.quote(null, "");
      this.area.focus();
    });
  }

  say(event) {
    event.preventDefault();
    const text = this.area.value.trim();
    if (!text) return;
    const { longest, tooLong } = this.form.dataset;
    if ([...text].length > Number(longest)) {
      this.note(tooLong); // where they can still be divided, not in the conversation as something unsent
      this.area.focus();
      return;
    }
    this.on.say({ ...this.words(), text });
    this.area.value = "";
    this.note("");
    this.quote(null, "");
    this.area.focus();
  }

  words() {
    const { answers, quote } = this.form.elements;
    return { text: this.area.value, answers: Number(answers.value) || null, quote: quote.value };
  }

  typed() {
    if (this.status.textContent) this.note("");
    this.on.writing(this.area.value.trim() ? this.words() : null);
    if (Date.now() - this.told < TYPING_EVERY || !this.area.value) return;
    this.told = Date.now();
    this.on.typing();
  }

  quote(seq, words, focus = true) {
    this.form.elements.answers.value = seq ?? "";
    this.form.elements.quote.value = words;
    this.well.hidden = !seq;
    this.well.querySelector("[data-quoted]").textContent = words;
    if (seq && focus) this.area.focus();
  }

  fill(message, focus = true) {
    if (!message) return;
    this.area.value = [message.text, this.area.value].filter(Boolean).join("\n");
    if (message.answers) this.quote(message.answers, message.quote, focus);
    if (focus) this.area.focus();
  }

  // To wait in a slow room is nothing that went wrong.
  note(sentence, code = "") {
    this.status.className = code === "slow_mode" ? "calm" : "error";
    this.status.textContent = sentence;
  }

  // What was said of waiting is no longer true.
  slowed() {
    if (this.status.className === "calm") this.note("");
  }
}

// On a phone the keyboard's Enter begins a new line and the button sends.
export function touches() {
  return matchMedia("(hover: none) and (pointer: coarse)").matches;
}
