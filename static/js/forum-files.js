// Pictures and files of a composer: brought and removed without leaving the words. Without this file, and wherever it meets something
// unexpected, the buttons are ordinary ones of the form. "files:look" on the form asks for what the server has.
async function ask(form, then) {
  const data = new FormData(form);
  data.set("then", then);
  if (then === "list") data.delete("file");
  const answer = await fetch(form.action || location.href, { method: "POST", body: data, redirect: "manual", headers: { "X-Files": "1" } });
  if (answer.status !== 200 && answer.status !== 422) throw new Error("unexpected");
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-files]");
}

// What was typed about the pictures meanwhile stays; what was refused comes back as it was sent.
function put(form, fresh) {
  const place = form.querySelector("[data-files]");
  place.replaceWith(fresh);
  return fresh;
}

async function act(form, button) {
  const place = form.querySelector("[data-files]");
  if (place.getAttribute("aria-busy") === "true") return;
  place.setAttribute("aria-busy", "true");
  try {
    const fresh = put(form, await ask(form, button.value));
    form.dispatchEvent(new Event("input", { bubbles: true }));
    const wrong = fresh.querySelector("[aria-invalid=true]");
    const said = wrong ?? fresh.querySelector("[data-files-said]") ?? fresh.querySelector("summary");
    said?.focus();
  } catch {
    place.removeAttribute("aria-busy");
    form.requestSubmit(button); // the ordinary way says what is the matter
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-files-act]");
  if (!button?.form || button.dataset.plain) return;
  event.preventDefault();
  button.dataset.plain = "1"; // a second press, or the ordinary way, is not caught again
  act(button.form, button);
});

for (const place of document.querySelectorAll("[data-files]")) {
  const form = place.closest("form");
  const look = () => ask(form, "list").then((fresh) => put(form, fresh), () => {});
  form.addEventListener("files:look", look);
  if ("look" in form.dataset) look(); // the draft was faster than this file
}

// From what was noticed back to the words: the editor may stand where the textarea was.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-to-words]");
  if (!link) return;
  const words = link.closest("form").querySelector("[data-words]");
  const field = words.querySelector("[contenteditable=true]") ?? words.querySelector("textarea");
  event.preventDefault();
  field.focus();
});
