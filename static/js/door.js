// The code at the door changes before it is too old. Without a line it is hidden, because what it shows no longer counts.
const door = document.querySelector("[data-door-code]");

if (door) {
  const picture = door.querySelector("img");
  const state = door.querySelector("[data-door-state]");
  const shown = (good) => {
    door.classList.toggle("old", !good);
    state.textContent = good ? "" : state.dataset.lost;
  };
  picture.addEventListener("load", () => shown(true));
  picture.addEventListener("error", () => shown(false));
  setInterval(() => (picture.src = `${door.dataset.doorCode}?at=${Date.now()}`), Number(door.dataset.seconds) * 1000);
}
