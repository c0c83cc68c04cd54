// Questions beside the talk, without leaving the room. Without this file they are a page of their own.
const fold = document.querySelector("[data-questions]");
const here = fold?.querySelector("[data-questions-here]");

async function show(asking) {
  try {
    const answer = await asking;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("[data-questions-here]");
    if (!found) throw new Error("away"); // signed out, or the room is over: its own page says so
    here.replaceChildren(...found.childNodes);
    for (const link of here.querySelectorAll('a[href*="#said-"]')) link.href = link.hash; // it stands on this page
    say("");
    return true;
  } catch {
    say(fold.dataset.away);
    return false;
  }
}

function say(words) {
  fold.querySelector("[data-questions-says]").textContent = words;
}

const look = () => show(fetch(fold.dataset.questions, { cache: "no-store" }));

if (fold) {
  fold.addEventListener("toggle", () => fold.open && look());
  if (fold.open) look(); // somebody was quicker than this file
  fold.querySelector("[data-questions-again]").addEventListener("click", look);
  here.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { target: form, submitter: button } = event;
    button.setAttribute("aria-disabled", "true");
    const done = await show(fetch(form.action, { method: "POST", body: new FormData(form) }));
    if (!done) button.removeAttribute("aria-disabled"); // what was typed is still there
    else fold.querySelector("summary").focus();
  });
}
