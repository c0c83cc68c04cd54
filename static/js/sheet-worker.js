// Opens the sheets of a cohort without a line: what was shown last, and what it needs to look right. The line always comes first.
// It keeps nothing but sheets, and none longer than somebody may write on it. Signing out empties it with everything else on this
// device; where a sign-in ended by itself, the first page that asks for another does (forget-sheets.js, and here).
const SHELF = "sheets-1"; // forget-sheets.js names it too
const SHEET = /\/attendance\/\d+\/$/;
const MOST = 60; // addresses kept
const KEPT_AT = "x-kept-at";
const KEPT_FOR = 48 * 60 * 60 * 1000; // ms: a sheet is open until a day after its sitting

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const page = request.mode === "navigate";
  if (page ? !SHEET.test(pathname) : !pathname.startsWith("/static/")) return;
  event.respondWith(lineFirst(request, page ? pathname : request.url, page));
});

async function lineFirst(request, name, page) {
  const shelf = await caches.open(SHELF);
  if (page) await tidy(shelf);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await shelf.put(name, await dated(answer.clone()));
    else if (page && answer.type === "opaqueredirect") await caches.delete(SHELF); // whoever is here is not signed in
    else if (page && answer.status >= 400 && answer.status < 500 && answer.status !== 429) await shelf.delete(name); // no longer theirs
    return answer;
  } catch (problem) {
    const kept = await shelf.match(name);
    if (kept) return kept;
    throw problem;
  }
}

async function dated(answer) {
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, Date.now());
  return new Response(await answer.blob(), { headers });
}

async function tidy(shelf) {
  const names = await shelf.keys();
  for (const [number, name] of names.entries()) {
    const kept = await shelf.match(name);
    const age = Date.now() - Number(kept?.headers.get(KEPT_AT));
    if (!(age >= 0 && age < KEPT_FOR) || number < names.length - MOST) await shelf.delete(name);
  }
}
