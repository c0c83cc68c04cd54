// The map as a list with buttons, and the small windows in which a circle or a line is changed.
import { circleOf, fill, inWords } from "./drawing.js";

/** `hears` has changeCircle(id) and changeLine(number). */
export function drawLists(form, drawing, says, hears) {
  const circles = drawing.circles.map((circle) => {
    const label = fill(says.change_of, { name: circle.name });
    return item([circle.name, `, ${inWords(circle, drawing, says)}`], circle.note, button(says.change, label, () => hears.changeCircle(circle.id)));
  });
  const lines = drawing.lines.map((line, number) => {
    const ends = { name: circleOf(drawing, line.from).name, other: circleOf(drawing, line.to).name };
    const words = `: ${fill(says[`tie_${line.manner}`], { name: ends.other })}`;
    return item([ends.name, words], line.note, button(says.change, fill(says.change_line, ends), () => hears.changeLine(number)));
  });
  replace(form.querySelector("[data-map-list]"), circles);
  replace(form.querySelector("[data-map-lines]"), lines);
}

// The button that was pressed last is a new one after every change: the focus goes to it.
function replace(list, items) {
  const label = list.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
  list.replaceChildren(...items);
  list.hidden = !items.length;
  if (label) [...list.querySelectorAll("button")].find((made) => made.getAttribute("aria-label") === label)?.focus();
}

function item([name, words], note, act) {
  const line = document.createElement("li");
  const said = document.createElement("p");
  said.append(Object.assign(document.createElement("b"), { textContent: name }), words);
  line.append(said);
  if (note) line.append(Object.assign(document.createElement("p"), { className: "list-words", textContent: note }));
  const row = document.createElement("p");
  row.className = "no-print";
  row.append(act);
  line.append(row);
  return line;
}

function button(word, label, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: word });
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

/** Shows a window filled with `values`. Answers {act, values}: act is "done", "remove" or "" for leaving it as it was. */
export function ask(name, { title, values = {}, removable = false }) {
  const dialog = document.querySelector(`[data-map-dialog="${name}"]`);
  const parts = [...dialog.querySelectorAll("[data-part]")];
  dialog.querySelector("[data-title]").textContent = title;
  for (const part of parts) part.value = values[part.dataset.part] ?? "";
  const remove = dialog.querySelector("[data-remove]");
  if (remove) remove.hidden = !removable;
  dialog.returnValue = "";
  dialog.showModal();
  parts[0]?.select?.();
  return new Promise((done) => {
    const closed = () => done({ act: dialog.returnValue, values: Object.fromEntries(parts.map((part) => [part.dataset.part, part.value.trim()])) });
    dialog.addEventListener("close", closed, { once: true });
  });
}
