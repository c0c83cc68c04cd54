// The chosen colours show at once and the server keeps them. Without this file the form posts and the page comes back.
for (const form of document.querySelectorAll("[data-theme-form]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = event.submitter;
    const body = new FormData(form);
    body.set("theme", chosen.value);
    document.documentElement.dataset.theme = chosen.value;
    for (const button of form.querySelectorAll("[aria-pressed]")) {
      button.setAttribute("aria-pressed", String(button === chosen));
    }
    fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => {});
  });
}
