// A thread: answer a post, or the words selected in it, without leaving the place.
import "./forum-files.js";

const LONGEST_QUOTE = 500;
const form = document.getElementById("composer");
const fold = (text) => text.replace(/\s+/g, " ").trim();

function write() {
  const editor = form.querySelector("[contenteditable=true]");
  (editor ?? form.elements.body).focus();
}

// --- whom the composer answers ---------------------------------------------------------------------------------------

function quote(words) {
  const field = form.elements.quoted;
  field.value = words;
  field.closest("details").open = words !== "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function answer(link, words = "") {
  const said = form.querySelector("[data-answering-name]");
  form.elements.answers.value = link ? link.dataset.answer : "";
  said.textContent = link ? said.dataset.words.replace("%name%", () => link.dataset.name) : "";
  form.querySelector("[data-answering]").hidden = !link;
  quote(words);
  write();
}

// A draft brings back the quoted words, not the post they came from.
function find_quoted() {
  if (form.elements.answers.value || !form.elements.quoted.value) return;
  const words = fold(form.elements.quoted.value);
  const post = [...document.querySelectorAll(".thread .post")].find((one) => fold(one.querySelector(".prose").innerText).includes(words));
  const link = post?.querySelector("[data-answer]");
  if (link) form.elements.answers.value = link.dataset.answer;
  else form.elements.quoted.value = "";
}

// --- words selected in a post ----------------------------------------------------------------------------------------

let offer = null;

function selected() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const inside = range.commonAncestorContainer;
  const prose = (inside.nodeType === Node.ELEMENT_NODE ? inside : inside.parentElement).closest(".thread .post .prose");
  const words = fold(selection.toString());
  return prose && words ? { post: prose.closest(".post"), words, range } : null;
}

function shortened(words) {
  return words.length <= LONGEST_QUOTE ? words : words.slice(0, LONGEST_QUOTE + 1).replace(/\s\S*$/, "").slice(0, LONGEST_QUOTE);
}

// The button stands in the page right after the words, so that Tab leads to it.
function offer_answer() {
  const found = selected();
  if (!found && offer?.contains(document.activeElement)) return;
  offer?.remove();
  offer = null;
  const link = found?.post.querySelector("[data-answer]");
  if (!link) return;
  offer = document.querySelector("template[data-answer-words]").content.firstElementChild.cloneNode(true);
  const words = shortened(found.words);
  offer.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
  offer.addEventListener("click", () => {
    offer.remove();
    offer = null;
    document.getSelection().removeAllRanges();
    answer(link, words);
  });
  found.post.querySelector(".prose").after(offer);
  const below = found.range.getBoundingClientRect().bottom - found.post.getBoundingClientRect().top;
  offer.style.insetBlockStart = `${Math.round(below) + 4}px`;
}

if (form?.elements.answers) {
  let later = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(later);
    later = setTimeout(offer_answer, 150);
  });
  offer_answer(); // somebody was faster than this file
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-answer]");
    const nobody = event.target.closest("[data-answer-nobody]");
    if ((!link && !nobody) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    answer(link);
  });
  form.addEventListener("submit", find_quoted, { capture: true });
  // Somebody who answered before this file had come was led here by the link's own address.
  // Only once the page has loaded: going to the place in the address takes the focus away.
  if (location.hash === "#composer" && form.elements.answers.value) addEventListener("load", () => setTimeout(write));
}
