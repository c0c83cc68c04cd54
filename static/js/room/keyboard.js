// A phone's keyboard lies over the page; what is left to see is told by the visual viewport. The room then fits into that.
const COVERS = 120; // less than this is a bar of the browser, not a keyboard
const view = window.visualViewport;
let tallest = { width: 0, height: 0 };

export function fitAboveKeyboard() {
  if (!view) return;
  view.addEventListener("resize", fit);
  view.addEventListener("scroll", fit);
  document.addEventListener("focusin", fit);
  document.addEventListener("focusout", () => setTimeout(fit)); // focus may only be on its way to the next field
  fit();
}

function fit() {
  const { width, height } = view;
  if (Math.abs(tallest.width - width) > 1) tallest = { width, height }; // turned round
  tallest.height = Math.max(tallest.height, height, innerHeight);
  const { style } = document.documentElement;
  const covered = writes() && touches() && view.scale < 1.05 && tallest.height - height > COVERS;
  document.body.classList.toggle("keyboard", covered);
  style.setProperty("--seen", `${Math.round(height)}px`);
  style.setProperty("--seen-from", `${Math.round(view.offsetTop)}px`);
}

function writes() {
  return document.activeElement?.matches("textarea, input:not([type=radio], [type=checkbox], [type=hidden])");
}

function touches() {
  return matchMedia("(pointer: coarse)").matches;
}
