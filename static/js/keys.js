// Single keys on the forum's pages: j k u r e / ?. They can be switched off, for this device, and never act while somebody writes.
const OFF = "forum-keys-off";
const dialog = document.getElementById("keys");
const opener = document.querySelector("[data-keys-open]");
const toggle = dialog?.querySelector("[data-keys-switch]");
const POSTS = ".thread .post";
const THREADS = ".list > li .list-title a";

// Where a browser keeps nothing, the keys are simply on.
function kept(change) {
  try {
    if (change === true) localStorage.setItem(OFF, "1");
    if (change === false) localStorage.removeItem(OFF);
    return localStorage.getItem(OFF) === "1";
  } catch {
    return change ?? false;
  }
}

const writes = (element) => element?.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true]");

// --- where one is ----------------------------------------------------------------------------------------------------

const stops = () => [...document.querySelectorAll(`${POSTS}, ${THREADS}`)];
const current = () => document.activeElement?.closest(`${POSTS}, .list > li`);

function stand(stop) {
  if (!stop) return;
  if (stop.matches(POSTS)) stop.tabIndex = -1; // reached by these keys, not by Tab
  stop.focus({ preventScroll: true });
  stop.scrollIntoView({ block: "start" });
}

// From nowhere j begins with what is in view.
function step(by) {
  const all = stops();
  const here = current();
  let at = all.findIndex((stop) => stop === here || here?.contains(stop));
  if (at < 0) {
    const seen = all.findIndex((stop) => stop.getBoundingClientRect().bottom > 80);
    at = seen < 0 ? all.length : seen;
    if (by > 0) at -= 1;
  }
  stand(all[at + by]);
}

function first_new() {
  const line = document.getElementById("new");
  if (line) stand(line.nextElementSibling);
  else document.querySelector("[data-first-new], .list-title a[href$='#new']")?.click();
}

function search() {
  const field = document.querySelector("[role=search] [type=search]");
  if (field) field.focus();
  else document.querySelector("[data-search]")?.click();
}

const inside = (selector) => current()?.querySelector(selector)?.click();

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  u: first_new,
  r: () => inside("[data-answer]"),
  e: () => inside("a[href$='/edit/']"),
  "/": search,
  "?": () => dialog.showModal(),
};

// --- listening -------------------------------------------------------------------------------------------------------

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (kept() || writes(event.target) || document.querySelector("dialog[open]")) return;
  const act = Object.hasOwn(ACTS, event.key) && ACTS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

if (dialog) {
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  toggle.checked = !kept();
  toggle.addEventListener("change", () => kept(!toggle.checked));
  document.addEventListener("keydown", pressed);
}
