// The lobby tries what a room needs: the soft bell, and a line that stays open. Without this file nothing here can be tried.
import { ring } from "./soft-bell.js";

const PATIENCE = 8_000;

const trying = document.querySelector("[data-trying]");

function say(what, word) {
  const place = trying.querySelector(`[data-says=${what}]`);
  place.textContent = place.dataset[word];
  place.dataset.word = word;
}

async function tryBell() {
  const rang = await ring().catch(() => false);
  say("bell", rang ? "rang" : "silent");
}

// Any line that opens will do: what stands in the way of one stands in the way of all.
function tryLine() {
  say("line", "trying");
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/me/`);
  const slow = setTimeout(() => over("blocked"), PATIENCE);
  function over(word) {
    clearTimeout(slow);
    socket.onopen = socket.onclose = null;
    socket.close();
    say("line", word);
  }
  socket.onopen = () => over("opens");
  socket.onclose = () => over("blocked");
}

if (trying) {
  trying.querySelector("[data-try=bell]").addEventListener("click", tryBell);
  trying.querySelector("[data-try=line]").addEventListener("click", tryLine);
  trying.querySelectorAll("[data-try]").forEach((button) => (button.hidden = false));
  trying.querySelector("[data-without]").remove();
}

// A full room: looks by itself now and then, spread out, and says so when there is a place. Nobody is moved anywhere.
const LOOK_EVERY = 45_000;
const door = document.querySelector("[data-door]");

async function lookAgain() {
  const answer = await fetch(location.pathname, { cache: "no-store" }).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page || page.querySelector("[data-door]")) return soon();
  door.prepend(`${door.dataset.free} `);
}

const soon = () => setTimeout(lookAgain, LOOK_EVERY * (0.5 + Math.random()));

if (door) soon();
