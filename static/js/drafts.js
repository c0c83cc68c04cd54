// Words that are not on the server yet, kept in this browser's IndexedDB: AES-GCM under a key of this person on this device,
// which the server hands out after sign-in. The key lives in this page's memory only, so a shared computer shows nothing.
// keep, recall, forget and names never throw: what cannot be kept is answered with false, null or [].

const ADDRESS = document.querySelector("[data-save-words]")?.dataset.keyUrl ?? "/draft-key/";
const OLD = 60 * 24 * 3600 * 1000; // ms after which a draft nobody came back for is removed

let opening = null; // a promise of {key, store}, asked for once
let line = Promise.resolve(); // writing goes in the order it was asked for

export function keep(name, value) {
  line = line.then(() => write(name, value)).catch(() => false);
  return line;
}

/** {value, at} or null; `at` in milliseconds since 1970. */
export async function recall(name) {
  try {
    await line;
    const mine = await open();
    const id = await place(mine, name); // before the transaction: it closes while anything else is waited for
    const row = await ask("readonly", (drafts) => drafts.get(id));
    return row ? { value: (await unseal(mine, row)).value, at: row.at } : null;
  } catch {
    return null;
  }
}

export function forget(name) {
  line = line
    .then(async () => {
      const mine = await open();
      const id = await place(mine, name);
      await ask("readwrite", (drafts) => drafts.delete(id));
      return true;
    })
    .catch(() => false);
  return line;
}

/** The names of everything this person keeps here. */
export async function names() {
  return (await everything()).map((draft) => draft.name);
}

/** [{name, value, at}] of everything this person keeps here. */
export async function everything() {
  try {
    await line;
    if (!(await ask("readonly", (drafts) => drafts.count()))) return []; // most pages: nothing to ask the server for
    const mine = await open();
    const rows = await ask("readonly", (drafts) => drafts.getAll());
    const own = rows.filter((row) => row.id.startsWith(`${mine.store}.`));
    const opened = await Promise.all(own.map((row) => unseal(mine, row).then((draft) => ({ ...draft, at: row.at }), () => null)));
    return opened.filter(Boolean);
  } catch {
    return [];
  }
}

/** Asks the server who is signed in now: {store, token}, or null if nobody is or it cannot be reached. `store` tells the person. */
export async function whoIsHere() {
  try {
    const answer = await fetch(ADDRESS, { redirect: "manual", cache: "no-store", headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** The name of this person's part of the store, as it was when the page opened; null without a key. */
export async function mine() {
  return open().then(({ store }) => store, () => null);
}

// --- inside

function open() {
  opening ??= fetchKey().catch((problem) => {
    opening = null; // another time, perhaps, when the connection is back
    throw problem;
  });
  return opening;
}

async function fetchKey() {
  const given = await whoIsHere();
  if (!given || !crypto.subtle) throw new Error("no key"); // without HTTPS browsers have no crypto.subtle
  const raw = Uint8Array.from(atob(given.key), (letter) => letter.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  sweep();
  return { key, store: given.store };
}

async function write(name, value) {
  const mine = await open();
  const id = await place(mine, name);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bound = new TextEncoder().encode(id);
  const plain = new TextEncoder().encode(JSON.stringify({ name, value }));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound }, mine.key, plain);
  await ask("readwrite", (drafts) => drafts.put({ id, iv, sealed, at: Date.now() }));
  return true;
}

async function unseal({ key }, { id, iv, sealed }) {
  const bound = new TextEncoder().encode(id);
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bound }, key, sealed);
  return JSON.parse(new TextDecoder().decode(plain));
}

// Names can tell something too ("reply to …"), so the store holds only their digest.
async function place({ store }, name) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${store}:${name}`));
  return `${store}.${Array.from(new Uint8Array(digest).slice(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function database() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("words", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("drafts", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
}

async function ask(mode, act) {
  const db = await database();
  try {
    const transaction = db.transaction("drafts", mode, { durability: "strict" });
    const request = act(transaction.objectStore("drafts"));
    return await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    db.close();
  }
}

function sweep() {
  ask("readwrite", (drafts) => {
    const request = drafts.openCursor();
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return;
      if (cursor.value.at < Date.now() - OLD) cursor.delete();
      cursor.continue();
    };
    return request;
  }).catch(() => {});
}
