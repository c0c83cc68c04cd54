// The sheet of a day in a building. Each mark is kept on this phone first and sent when there is a line; numbers and choices only,
// no names and no words. Signing out takes them along (sign-out.js asks first). Without this file the whole sheet is one form.
const sheet = document.querySelector("[data-sheet]");
const AGAIN = 15_000; // ms between two tries without a line
const PREFIX = "sheet:";

if (sheet) {
  const rows = [...sheet.querySelectorAll("[data-row]")].filter((row) => row.querySelector("fieldset"));
  const place = `${PREFIX}${sheet.dataset.sheet}:`;
  const part = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const chosen = (row) => row.querySelector('[name$="-how"]:checked')?.value ?? "";
  const number = (row, name) => Number.parseInt(part(row, name).value, 10) || 0;
  let sending = null;

  // --- what waits on this phone --------------------------------------------------------------------------------------

  const key = (row) => place + row.dataset.row;

  function waiting(row) {
    try {
      return JSON.parse(localStorage.getItem(key(row)));
    } catch {
      return row.waits ?? null; // a browser that keeps nothing: as long as this page stands
    }
  }

  function keep(row, mark) {
    row.waits = mark;
    try {
      if (mark) localStorage.setItem(key(row), JSON.stringify(mark));
      else localStorage.removeItem(key(row));
    } catch {
      // it stays with the page
    }
  }

  function say(row, words, waits = false) {
    const state = row.querySelector("[data-state]");
    state.textContent = words;
    state.classList.toggle("waits", waits);
  }

  // --- noting and sending -------------------------------------------------------------------------------------------

  function note(row) {
    const [how, late, early] = [chosen(row), number(row, "late"), number(row, "early")];
    if (!how && !late && !early) return;
    if (how === "away") for (const name of ["late", "early"]) part(row, name).value = "";
    else if (!how) row.querySelector('[name$="-how"][value=here]').checked = true;
    const minutes = how === "away" ? { late: 0, early: 0 } : { late, early };
    const mark = { how: chosen(row), ...minutes, seen: part(row, "seen").value, client_id: newId(), noted_at: new Date().toISOString() };
    keep(row, mark);
    hide(row);
    say(row, sheet.dataset.waits, true);
    send();
  }

  // Rows go one after the other; what is noted meanwhile goes with the next round. Answers whether nothing is left.
  function send() {
    sending ??= everything().finally(() => (sending = null));
    return sending;
  }

  async function everything() {
    for (let left = rows.filter(due); left.length; left = rows.filter(due)) {
      for (const row of left) if (!(await one(row))) return false;
    }
    return !rows.some(waiting);
  }

  const due = (row) => waiting(row) && row.querySelector("[data-conflict]").hidden && !row.refused;

  async function one(row) {
    const mark = waiting(row);
    const body = new URLSearchParams({ ...mark, csrfmiddlewaretoken: sheet.querySelector("[name=csrfmiddlewaretoken]").value });
    let answer;
    try {
      answer = await fetch(row.dataset.url, { method: "POST", body, redirect: "manual" });
    } catch {
      say(row, sheet.dataset.waits, true);
      return false; // no line
    }
    if (answer.status === 403 && (await freshToken(body))) return one(row);
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      say(row, sheet.dataset.signIn, true);
      return false;
    }
    if (answer.status >= 500) return false;
    const told = await answer.json().catch(() => ({}));
    const same = waiting(row)?.client_id === mark.client_id; // otherwise something newer waits already
    if (answer.ok) {
      part(row, "seen").value = told.mark;
      if (same) keep(row, null);
      if (same) say(row, `${sheet.dataset.kept} ${told.words}`);
      else keep(row, { ...waiting(row), seen: String(told.mark) });
    } else if (answer.status === 409) {
      if (same) ask(row, told);
    } else if (same) {
      row.refused = true; // until it is noted otherwise
      say(row, told.sentence ?? "", true);
    }
    return true;
  }

  // A page that stood here since before a new sign-in carries an old token.
  async function freshToken(body) {
    try {
      const page = await fetch(location.href, { redirect: "error", cache: "no-store" });
      const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]")?.value;
      if (!fresh || fresh === body.get("csrfmiddlewaretoken")) return false;
      const field = sheet.querySelector("[name=csrfmiddlewaretoken]");
      const tried = field.dataset.fresh;
      field.value = fresh;
      field.dataset.fresh = "1";
      return !tried;
    } catch {
      return false;
    }
  }

  // --- somebody else noted another thing -----------------------------------------------------------------------------

  function ask(row, told) {
    row.theirs = told;
    const box = row.querySelector("[data-conflict]");
    const words = sheet.dataset.meanwhile.replace("%(by)s", told.by).replace("%(words)s", told.words);
    box.querySelector("[data-conflict-words]").textContent = words;
    box.querySelector("[data-conflict-acts]").hidden = false;
    box.hidden = false;
    say(row, "");
  }

  const hide = (row) => {
    row.refused = false;
    row.querySelector("[data-conflict]").hidden = true;
  };

  function mine(row) {
    keep(row, { ...waiting(row), seen: String(row.theirs.mark) });
    hide(row);
    send();
  }

  function theirs(row) {
    show(row, row.theirs);
    part(row, "seen").value = row.theirs.mark;
    keep(row, null);
    hide(row);
    say(row, `${sheet.dataset.kept} ${row.theirs.words}`);
  }

  function show(row, mark) {
    for (const radio of row.querySelectorAll('[name$="-how"]')) radio.checked = radio.value === mark.how;
    part(row, "late").value = mark.late || "";
    part(row, "early").value = mark.early || "";
  }

  const newId = () =>
    crypto.randomUUID?.() ??
    "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

  // --- listening -----------------------------------------------------------------------------------------------------

  document.querySelector("[data-sheet-hint]").hidden = false;
  for (const row of rows) {
    row.addEventListener("change", () => note(row));
    row.querySelector("[data-mine]").addEventListener("click", () => mine(row));
    row.querySelector("[data-theirs]").addEventListener("click", () => theirs(row));
    const mark = waiting(row);
    if (mark) show(row, mark);
    if (mark) say(row, sheet.dataset.waits, true);
  }
  sheet.querySelector("[data-sheet-keep]").hidden = true; // every mark is kept by itself
  sheet.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
  document.addEventListener("words:flush", (event) => event.detail.push(send()));
  setInterval(send, AGAIN);
  send();
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(sheet.dataset.worker, { scope: sheet.dataset.scope }).catch(() => {});
}
