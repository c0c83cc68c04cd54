// On a phone all that is not needed at every moment lies in a sheet over the room. Without this file it stands in the page.
const PHONE = matchMedia("(max-width: 52em)");
const side = document.querySelector(".room-side");
const more = side.querySelector("[data-more]");
const word = more?.querySelector("[data-more-word]");
const names = more && { open: more.dataset.close, shut: word.textContent };

export function listenToSheet() {
  if (!more) return;
  more.hidden = false;
  side.classList.add("folded");
  more.addEventListener("click", () => (side.classList.contains("open") ? shut() : open()));
  side.addEventListener("keydown", (event) => event.key === "Escape" && isOpen() && shut());
  // What was moved shows in the room; whoever goes on to what lies beneath sees it.
  side.addEventListener("submit", (event) => event.target.matches("[data-frame]") && isOpen() && shut());
  document.addEventListener("focusin", (event) => isOpen() && !side.contains(event.target) && !event.target.closest("dialog") && shut(false));
}

// True where it had to be opened for something in it to be seen.
export function open() {
  if (!more || !PHONE.matches) return false;
  const panel = side.querySelector("[data-facilitate]");
  if (panel && !names.seen) panel.open = names.seen = true; // for who facilitates that is mostly what they came for
  show(true);
  more.focus();
  return true;
}

function shut(back = true) {
  show(false);
  if (back) more.focus();
}

function isOpen() {
  return side.classList.contains("open");
}

function show(is) {
  side.classList.toggle("open", is);
  more.setAttribute("aria-expanded", String(is));
  word.textContent = is ? names.open : names.shut;
  if (is) side.scrollTop = 0;
}
