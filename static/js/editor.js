// textarea[data-editor] becomes a rich editor as soon as somebody begins to write in it; until then and without this file it is a
// textarea. The editor writes back into the textarea with every change, so drafts, autosave and the form see its words.
// Events on the textarea: "words:insert" (detail: text) puts words where the caret is; "words:restored" shows what was put into it;
// "words:headings" (detail: texts) puts headings after the words; "words:before" writes what stands before the caret into its
// detail's `text`; "words:replace" (detail: count, text) puts words in the place of so many signs before the caret.
// On the form: "words:cleared" empties it. The textarea tells "words:stood" once the editor has taken its place.
import { Writing } from "./editor-writing.js";

const writings = new WeakMap();

function take(root) {
  for (const place of root.querySelectorAll("[data-words][data-editor-url]")) {
    const textarea = place.querySelector("textarea[data-editor]");
    if (!textarea || writings.has(textarea)) continue;
    const writing = new Writing(place, textarea);
    writings.set(textarea, writing);
    textarea.addEventListener("focus", () => writing.open());
    textarea.addEventListener("words:restored", () => writing.restored());
    textarea.form?.addEventListener("words:cleared", () => writing.clear());
    if (writing.form.value === "html" && textarea.value) writing.restored(); // a refused form, or a draft that was faster
    if (document.activeElement === textarea) writing.open();
    if (place.querySelector("[data-read-only]")) offer(place, writing);
  }
  for (const textarea of root.querySelectorAll("[data-words] textarea")) {
    textarea.addEventListener("words:insert", (event) => insert(textarea, event.detail));
    textarea.addEventListener("words:before", (event) => (event.detail.text = before(textarea)));
    textarea.addEventListener("words:replace", (event) => replace(textarea, event.detail));
    textarea.addEventListener("words:headings", (event) => writings.get(textarea)?.headings(event.detail));
  }
  for (const openers of root.querySelectorAll("[data-openers]")) openers.hidden = !document.getElementById(openers.dataset.openers);
}

// Words a textarea would lose something of: they stand to be read until one wants to change them.
function offer(place, writing) {
  const bare = place.querySelectorAll("[data-bare], [data-bare-label], textarea[data-editor]");
  const button = place.querySelector("[data-open-editor]");
  const show = (offered) => {
    button.hidden = !offered;
    for (const part of bare) part.hidden = offered;
  };
  show(true);
  const open = async () => {
    if (await writing.open({ focus: true })) button.hidden = true;
    else show(false);
  };
  button.querySelector("button").addEventListener("click", open);
  place.querySelector("[data-read-only]").addEventListener("dblclick", open);
}

function insert(textarea, text) {
  const writing = writings.get(textarea);
  if (writing?.editor) return writing.insert(text);
  const [start, end] = [textarea.selectionStart, textarea.selectionEnd];
  const gap = start && !/\s$/.test(textarea.value.slice(0, start)) ? " " : "";
  textarea.setRangeText(`${gap}${text}`, start, end, "end");
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
  return textarea.focus();
}

function before(textarea) {
  const writing = writings.get(textarea);
  return writing?.editor ? writing.before() : textarea.value.slice(0, textarea.selectionStart);
}

function replace(textarea, { count, text }) {
  const writing = writings.get(textarea);
  if (writing?.editor) return writing.replace(count, text);
  const at = textarea.selectionStart;
  textarea.setRangeText(text, at - count, at, "end");
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
  return textarea.focus();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-openers] button");
  if (!opener) return;
  const words = `${opener.textContent.trim().replace(/\s*…$/, "")} `;
  document.getElementById(opener.parentElement.dataset.openers)?.dispatchEvent(new CustomEvent("words:insert", { detail: words }));
});

take(document);
document.addEventListener("htmx:load", (event) => take(event.detail.elt.parentElement ?? event.detail.elt));

