// Opens the sheets of a cohort without a line: what was shown last, and what it needs to look right. The line always comes first.
// It keeps nothing but sheets; signing out empties it with everything else on this device.
const SHELF = "sheets-1";
const SHEET = /\/attendance\/\d+\/$/;
const MOST = 60; // addresses kept

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const page = request.mode === "navigate";
  if (page ? !SHEET.test(pathname) : !pathname.startsWith("/static/")) return;
  event.respondWith(lineFirst(request, page ? pathname : request.url));
});

async function lineFirst(request, name) {
  const shelf = await caches.open(SHELF);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) {
      await shelf.put(name, answer.clone());
      const names = await shelf.keys();
      for (const old of names.slice(0, Math.max(0, names.length - MOST))) await shelf.delete(old);
    }
    return answer;
  } catch (problem) {
    const kept = await shelf.match(name);
    if (kept) return kept;
    throw problem;
  }
}
