// Single keys in the room. They can be switched off, for this device, and never act while somebody writes.
import { open as openSheet } from "./sheet.js";

const OFF = "room-keys-off";
const dialog = document.getElementById("room-keys");
const toggle = dialog.querySelector("[data-room-keys-switch]");

const writes = (element) => element?.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true]");
const first = (...places) => places.map((place) => document.querySelector(place)).find((element) => element?.checkVisibility());

const ACTS = {
  w: () => first("[data-say] textarea", "[data-listens]", "[data-turn] button:not([hidden])")?.focus(),
  l: () => document.querySelector("[data-log]").focus(),
  t: () => document.querySelector("[data-turn] button:not([hidden])")?.focus(),
  h: () => document.querySelector("[data-turn] [value^=hand]:not([hidden])")?.click(),
  n: noteToSelf,
  c: () => openSheet() || document.querySelector(".room-side").focus(),
  f: facilitate,
  "?": () => dialog.showModal(),
};

function noteToSelf() {
  const note = document.getElementById("note-to-self");
  openSheet();
  note.closest("details").open = true;
  note.focus();
}

function facilitate() {
  const panel = document.querySelector("[data-facilitate]");
  if (!panel) return;
  openSheet();
  panel.open = true;
  panel.querySelector("summary").focus();
}

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

// more: {key: act}, of those who can do more here.
export function listenToKeys(more) {
  Object.assign(ACTS, more);
  toggle.checked = !kept();
  toggle.addEventListener("change", () => kept(!toggle.checked));
  document.querySelector("[data-room-keys-open]").hidden = false;
  document.querySelector("[data-room-keys-open]").addEventListener("click", () => dialog.showModal());
  document.querySelector("[data-note-open]")?.addEventListener("click", (event) => {
    event.preventDefault();
    noteToSelf();
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (kept() || writes(event.target) || document.querySelector("dialog[open]")) return;
    const act = Object.hasOwn(ACTS, event.key) && ACTS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
