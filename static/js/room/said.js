// What people can do with words that were said: take up, take back; and how unsent words look.
export class Said {
  constructor(log, mine, words) {
    Object.assign(this, { log, mine, words, on: {}, others: [] }); // others: {acts(said), press(said)}, more that can be done
    this.shape = document.querySelector("[data-unsent]");
    log.place.addEventListener("click", (event) => this.pressed(event));
  }

  // Buttons under every message that has none yet; nothing of them is in the page the server sends.
  dress(place) {
    const atEnd = this.log.atEnd();
    for (const said of place.querySelectorAll(".said[data-seq]:not(.withdrawn, .dressed)")) {
      said.classList.add("dressed");
      const acts = document.createElement("div");
      acts.className = "said-acts";
      acts.setAttribute("aria-live", "off"); // what can be done with words is not read out with them
      acts.append(button("quote", this.words.quote, this.words.quoteWhole));
      acts.append(this.keep(said.dataset.seq));
      if (said.dataset.author === this.mine.me) acts.append(button("withdraw", this.words.withdraw, this.words.withdrawWhole));
      acts.append(...this.others.flatMap((other) => other.acts(said)));
      said.append(acts);
      const more = said.querySelector(".said-more a");
      more?.setAttribute("role", "button");
      more?.setAttribute("aria-expanded", "false");
      for (const other of this.others) other.press(said);
    }
    if (atEnd) this.log.toEnd(); // the buttons take room of their own
  }

  // A link to a page where they can be kept; keep-words.js keeps them in place.
  keep(seq) {
    const link = document.createElement("a");
    const query = new URLSearchParams({ source: `room:${this.mine.room}:${seq}`, next: location.pathname });
    Object.assign(link, { className: "button plain", textContent: this.words.keep, href: `${this.words.keepUrl}?${query}` });
    link.setAttribute("aria-label", this.words.keepWhole);
    link.dataset.keepWords = "";
    return link;
  }

  pressed(event) {
    const act = event.target.closest("button[data-act]")?.dataset.act;
    const said = event.target.closest(".said");
    const more = said?.matches(".dressed") && event.target.closest(".said-more a");
    if (more) {
      event.preventDefault();
      this.fold(said, more);
    }
    if (!act || !said) return;
    if (act === "quote") this.on.quote(Number(said.dataset.seq), chosen(said));
    else if (act === "withdraw") this.on.withdraw(Number(said.dataset.seq));
    else this.on[act](said.dataset.client);
  }

  // Where nothing hovers, what can be done is folded behind the link to the page that does the same.
  fold(said, more) {
    more.setAttribute("aria-expanded", String(said.classList.toggle("acting")));
    if (this.log.place.lastElementChild === said) this.log.toEnd();
  }

  waiting(one, sending) {
    const article = this.shape.content.firstElementChild.cloneNode(true);
    article.dataset.client = one.client_id;
    article.querySelector(".face").textContent = this.mine.initials;
    article.querySelector(".said-who").append(this.mine.name, " ", small(sending ? this.words.sending : this.words.waiting));
    article.querySelector(".said-words").textContent = one.text;
    this.log.place.querySelector("[data-nothing]")?.remove();
    this.log.place.append(article);
    this.log.toEnd();
    if (one.held) this.held(one);
  }

  waitingAgain() {
    for (const label of this.log.place.querySelectorAll(".unsent small")) label.textContent = this.words.waiting;
  }

  held(one) {
    const article = this.find(one.client_id);
    if (!article) return;
    const atEnd = this.log.atEnd();
    article.querySelector("small").textContent = this.words.waiting;
    article.querySelector(".said-acts").replaceChildren(button("again", this.words.tryAgain), button("edit", this.words.edit));
    if (atEnd) this.log.toEnd();
  }

  sending(id) {
    const article = this.find(id);
    article.querySelector("small").textContent = this.words.sending;
    article.querySelector(".said-acts").replaceChildren();
  }

  drop(id) {
    this.find(id)?.remove();
  }

  find(id) {
    return this.log.place.querySelector(`.unsent[data-client="${CSS.escape(id)}"]`);
  }
}

// The words marked with the pointer, or the beginning of the message.
function chosen(said) {
  const place = said.querySelector(".said-words");
  const marked = getSelection();
  const inside = marked.rangeCount && place.contains(marked.getRangeAt(0).commonAncestorContainer);
  return ((inside && marked.toString().trim()) || place.innerText.trim()).slice(0, 300);
}

// `whole` says to those who listen to the page what the short word means.
function button(act, word, whole) {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", className: "button plain", textContent: word });
  if (whole) element.setAttribute("aria-label", whole);
  element.dataset.act = act;
  return element;
}

function small(text) {
  const element = document.createElement("small");
  element.textContent = text;
  return element;
}
