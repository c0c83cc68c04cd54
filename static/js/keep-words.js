// Words that stay with somebody go into their journal without leaving the page. a[data-keep-words] keeps what is marked in its post or
// message, or all of it; form[data-keep-note] keeps a note. Without this file both lead to an ordinary page.
import { newId } from "./autosave-draft.js";
import { say as sayIn, words as saved } from "./save-status.js";

const LONGEST = 2000; // characters
const place = document.querySelector("[data-keep-said]");
let marked = null; // what was marked when a link was pressed: on a phone the press itself takes the marking away

function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

function wordsOf(link) {
  return link.closest(".post")?.querySelector(".prose") ?? link.closest(".lane")?.querySelector(".lane-words") ?? link.closest(".said")?.querySelector(".said-words");
}

// Beside a conversation what was kept stands as long as the page does.
function show(words) {
  const here = document.querySelector("[data-kept-here]");
  if (!here || !words) return;
  const line = document.createElement("li");
  Object.assign(line, { className: "well", dir: "auto", textContent: words });
  here.querySelector("ul").append(line);
  here.hidden = false;
}

function chosen(link) {
  const words = wordsOf(link);
  const selection = document.getSelection();
  if (!words || !selection.rangeCount || selection.isCollapsed) return "";
  return words.contains(selection.getRangeAt(0).commonAncestorContainer) ? selection.toString().trim().slice(0, LONGEST) : "";
}

/** "kept", "signed out", "lost", or the server's sentences. */
async function post(url, fields) {
  const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: token() });
  try {
    const answer = await fetch(url, { method: "POST", body, redirect: "manual", headers: { "X-Autosave": "1" } });
    if (answer.status === 201) return "kept";
    if (answer.status === 422) return (await answer.json()).sentences.join(" ");
    return answer.type === "opaqueredirect" || answer.status === 403 ? "signed out" : "lost";
  } catch {
    return "lost";
  }
}

const SENTENCES = { kept: "keptInJournal", "signed out": "signedOut", lost: "notKept" };

function say(outcome) {
  place.textContent = "";
  setTimeout(() => (place.textContent = place.dataset[SENTENCES[outcome]] ?? outcome), 50); // the same sentence twice is said twice
}

document.addEventListener("pointerdown", (event) => {
  const link = event.target.closest?.("a[data-keep-words]");
  marked = link ? { link, words: chosen(link) } : null;
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-keep-words]");
  if (!link || !place || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const words = (marked?.link === link && marked.words) || chosen(link);
  marked = null;
  const kept = words || wordsOf(link)?.innerText.trim();
  const { origin, pathname, searchParams } = new URL(link.href);
  link.dataset.keepId ??= newId(); // pressed again after a lost answer it is the same one
  const outcome = await post(origin + pathname, { source: searchParams.get("source"), words, client_id: link.dataset.keepId });
  if (outcome === "kept") {
    delete link.dataset.keepId;
    show(kept);
  }
  say(outcome);
});

const HELD = { lost: saved.refused, "signed out": saved.signedOut };
const NOWHERE = { lost: saved.refusedNowhere, "signed out": saved.nowhere };

/** Whether the form's words are kept on this device now. */
async function hold(form) {
  const held = [];
  form.dispatchEvent(new CustomEvent("words:hold", { detail: held }));
  return (await Promise.all(held)).some(Boolean);
}

// Before autosave's listener: what is posted here is not sent by the form.
document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target.closest("form[data-keep-note]");
    if (!form) return;
    event.preventDefault();
    const field = form.elements.note;
    const note = field.value;
    if (!note.trim()) return field.focus();
    const here = await hold(form); // whatever becomes of the post
    const outcome = await post(form.action, { source: form.elements.source.value, note, client_id: form.elements.client_id.value });
    if (outcome !== "kept") return sayIn(form, (here ? HELD : NOWHERE)[outcome] ?? outcome, "device");
    const since = field.value.startsWith(note) ? field.value.slice(note.length) : field.value; // typed while it was on its way
    field.value = "";
    for (const told of ["words:kept", "words:cleared"]) form.dispatchEvent(new CustomEvent(told));
    if (since) field.value = since;
    if (since) field.dispatchEvent(new Event("input", { bubbles: true }));
    return sayIn(form, place.dataset.keptInJournal, "kept");
  },
  { capture: true },
);
