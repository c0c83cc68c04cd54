// Choosing words by selecting them, and underlining in a text the words that somebody took up. Without it the same fields are filled by hand.
const LONGEST = 20_000;
const fold = (text) => text.replace(/\s+/g, " ").trim();

// --- words that are selected go into a field -------------------------------------------------------------------------

function selected(from) {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return "";
  const inside = selection.getRangeAt(0).commonAncestorContainer;
  return from.contains(inside) ? selection.toString().trim() : "";
}

function take(button) {
  const from = document.querySelector(button.dataset.takeFrom);
  const into = document.getElementById(button.dataset.takeInto);
  const longest = into.maxLength > 0 ? into.maxLength : LONGEST;
  let words = "";
  const look = () => {
    const now = selected(from);
    if (now) words = now;
    button.hidden = !now && document.activeElement !== button;
  };
  document.addEventListener("selectionchange", look);
  look(); // somebody was faster than this file
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // or the selection would be gone before the click
  button.addEventListener("click", () => {
    into.value = words.length <= longest ? words : fold(words).slice(0, longest + 1).replace(/\s\S*$/, "");
    into.dispatchEvent(new Event("input", { bubbles: true }));
    button.hidden = true;
    into.focus();
  });
}

// --- the whole entry or a passage ------------------------------------------------------------------------------------

function follow(form) {
  const passage = form.querySelector("[data-passage]");
  const words = form.elements.words;
  if (!passage || !words) return;
  const show = () => (passage.hidden = form.elements.what.value !== "passage");
  words.addEventListener("input", () => {
    if (words.value.trim()) for (const box of form.querySelectorAll("[name=paragraphs]")) box.checked = false;
  });
  form.addEventListener("change", show);
  show();
}

// --- underlining what was taken up -----------------------------------------------------------------------------------

// The text as one line with single spaces, and for each sign of it the node and offset where it stands.
function signs(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  let block = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const here = node.parentElement.closest("p, li, h2, h3, blockquote, pre");
    if (here !== block && found.at(-1)?.sign !== " ") found.push({ sign: " " });
    block = here;
    for (let offset = 0; offset < node.length; offset += 1) {
      const sign = /\s/.test(node.data[offset]) ? " " : node.data[offset];
      if (sign !== " " || found.at(-1)?.sign !== " ") found.push({ sign, node, offset });
    }
  }
  return found;
}

function underline(root, words) {
  const all = signs(root);
  const start = words ? all.map((one) => one.sign).join("").indexOf(words) : -1;
  if (start < 0) return;
  const ranges = new Map();
  for (const { node, offset } of all.slice(start, start + words.length)) {
    if (node) ranges.set(node, [ranges.get(node)?.[0] ?? offset, offset + 1]);
  }
  for (const [node, [from, to]] of ranges) {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    const mark = document.createElement("span");
    mark.className = "taken shared";
    range.surroundContents(mark);
  }
}

for (const form of document.querySelectorAll("[data-share]")) follow(form);
for (const button of document.querySelectorAll("[data-take-from]")) take(button);
const text = document.querySelector("[data-shared-words]");
if (text) for (const taken of document.querySelectorAll("[data-taken]")) underline(text, fold(taken.textContent));
