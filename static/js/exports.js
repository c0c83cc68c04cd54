// While a file is being made this page looks at itself again and shows how far it is. Without this file "Look again" does.
const LOOK_EVERY = 3000;
const list = document.querySelector("[data-exports]");
const waiting = () => document.querySelector('[data-export="making"]');

async function look() {
  if (!waiting()) return;
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(location.href, { redirect: "error", headers: { Accept: "text/html" } });
      if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // Away or signed out: the link is still there.
    }
  }
  setTimeout(look, LOOK_EVERY);
}

/** Takes over the lines that were waiting; all others stay as they are, with whatever has the focus. */
function show(page) {
  for (const line of list.querySelectorAll('[data-export="making"]')) {
    const now = page.getElementById(line.id);
    if (!now) continue;
    line.replaceWith(now);
    if (now.dataset.export === "ready") tell();
  }
  if (!waiting()) document.querySelector("[data-exports-wait]")?.remove();
}

function tell() {
  const status = document.querySelector("[data-exports-ready]");
  status.textContent = status.dataset.exportsReady;
}

if (list) setTimeout(look, LOOK_EVERY);
