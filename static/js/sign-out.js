// Signing out forgets what is only on this device. So words go to the server first if they can, and if they cannot, one is asked.
for (const form of document.querySelectorAll("form[data-sign-out]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const savers = [];
    document.dispatchEvent(new CustomEvent("words:flush", { detail: savers }));
    const arrived = (await Promise.all(savers)).every(Boolean);
    const left = await waiting();
    const question = document.querySelector("[data-save-words]")?.dataset.leave ?? "";
    if ((arrived && !left.length) || window.confirm(question)) form.submit();
  });
}

// Loaded only now: most pages are left without it.
async function waiting() {
  try {
    const { names } = await import("./drafts.js");
    return [...(await names()), ...Object.keys(localStorage).filter((name) => name.startsWith("sheet:"))];
  } catch {
    return []; // not connected: the sign-out itself will say so
  }
}
