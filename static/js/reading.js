// Tells the server which heading is being read, so that "Carry on" returns to it: when scrolling has come to rest, and on leaving.

const article = document.querySelector("[data-reading]");
const headings = article ? [...article.querySelectorAll(".prose [id]")] : [];
const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
const REST = 700; // ms
let told = "";
let resting;

function current() {
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight * 0.4);
  return passed.at(-1)?.id ?? "";
}

function tell() {
  const anchor = current();
  if (!token || anchor === told) return;
  told = anchor;
  const body = new URLSearchParams({ anchor, csrfmiddlewaretoken: token });
  fetch(article.dataset.reading, { method: "POST", body, keepalive: true }).catch(() => {
    told = ""; // no connection: the next look tells again
  });
}

function moved() {
  clearTimeout(resting);
  resting = setTimeout(tell, REST);
}

if (headings.length) {
  document.addEventListener("scroll", moved, { passive: true });
  if (scrollY > 0) moved(); // somebody was faster than this file
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && tell());
}
