// Lets this browser be rung, or not any more. Without this file the letter and the page remain.
const place = document.querySelector("[data-push]");
const state = place.querySelector("[data-push-state]");
const token = place.querySelector("[name=csrfmiddlewaretoken]").value;
const buttons = [...place.querySelectorAll("[data-push-turn]")];

const say = (word) => (state.textContent = state.dataset[word]);

function bytes(text) {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
}

function send(url, fields) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, ...fields });
  return fetch(url, { method: "POST", body, redirect: "manual" });
}

async function here() {
  const worker = await navigator.serviceWorker.getRegistration(place.dataset.worker);
  return worker?.pushManager.getSubscription();
}

async function show(word) {
  const on = Boolean(await here());
  for (const button of buttons) button.hidden = (button.dataset.pushTurn === "on") === on;
  say(word ?? (on ? "on" : "off"));
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return show("blocked");
  await navigator.serviceWorker.register(place.dataset.worker);
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(place.dataset.push) });
  const { endpoint, keys } = subscription.toJSON();
  const answer = await send(place.dataset.onUrl, { endpoint, ...keys });
  if (answer.status !== 204) {
    await subscription.unsubscribe();
    return show("failed");
  }
  return show();
}

async function turnOff() {
  const subscription = await here();
  if (subscription) {
    await send(place.dataset.offUrl, { endpoint: subscription.endpoint });
    await subscription.unsubscribe();
  }
  return show();
}

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  place.querySelector("[data-push-without]").hidden = true;
  for (const button of buttons) {
    const turn = button.dataset.pushTurn === "on" ? turnOn : turnOff;
    button.addEventListener("click", () => turn().catch(() => show("failed")));
  }
  show(Notification.permission === "denied" ? "blocked" : undefined);
}
