// The bell's dot appears while a page is open. Without this file it appears with the next page.
const FIRST = 1_000;
const LONGEST = 60_000;
const OURS_TO_STAY_AWAY = [4400, 4408, 4429];

const bell = document.querySelector("[data-bell]");
const words = bell?.querySelector("[data-bell-words]");
let ticket = bell?.dataset.bell;
let socket;
let tries = 0;
let timer;

function show(waiting) {
  bell.classList.toggle("bar-dot", waiting);
  words.textContent = waiting ? words.dataset.waiting : words.dataset.nothing;
}

function open() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/me/`);
  socket.onopen = () => socket.send(JSON.stringify({ type: "come_in", ticket }));
  socket.onmessage = (message) => {
    const { type, anchor } = JSON.parse(message.data);
    if (type === "notice") show(true);
    if (type === "gone") document.dispatchEvent(new CustomEvent("words:gone", { detail: anchor }));
    if (type === "welcome") {
      tries = 0;
      bell.dataset.bellHere = "";
    }
  };
  socket.onclose = ({ code }) => {
    delete bell.dataset.bellHere;
    if (!OURS_TO_STAY_AWAY.includes(code)) soon();
  };
}

// Full jitter: a whole cohort that fell out at once comes back spread over the time.
function soon(wait = Math.random() * Math.min(LONGEST, FIRST * 2 ** tries++)) {
  clearTimeout(timer);
  timer = setTimeout(back, wait);
}

// What happened meanwhile, and a ticket that is not too old. Whoever is signed out is led elsewhere: then the page is left alone.
async function back() {
  if (document.hidden) return; // it comes back when somebody looks at it
  try {
    const answer = await fetch(bell.dataset.now, { redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect") return;
    if (!answer.ok) throw new Error("away");
    const now = await answer.json();
    ticket = now.ticket;
    show(now.waiting);
    open();
  } catch {
    soon();
  }
}

const away = () => socket.readyState === WebSocket.CLOSED && soon(0);

if (bell) {
  addEventListener("online", away);
  document.addEventListener("visibilitychange", () => document.hidden || away());
  open();
}
