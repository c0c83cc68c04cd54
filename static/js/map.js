// form[data-map]: a relational map one moves things in. The drawing is written as JSON into the form's textarea, which autosave
// keeps like an entry's words; without this file the map is drawn by the rows of fields below it, which go when it stands.
import { circleOf, fill, freeSpot, inWords, MOST, newId } from "./map/drawing.js";
import { Picture } from "./map/picture.js";
import { ask, drawLists } from "./map/words.js";

class RelationalMap {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("[data-drawing]");
    this.says = JSON.parse(form.dataset.mapSentences);
    this.drawing = read(this.field.value) ?? JSON.parse(form.dataset.mapDrawing);
    this.picture = new Picture(form.querySelector(".map-picture"), this.says, this);
    form.querySelector("[data-map-rows]").remove();
    const tools = form.querySelector("[data-map-tools]");
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      const tool = event.target.closest("[data-map-do]")?.dataset.mapDo;
      if (tool) this.use(tool);
    });
    this.field.addEventListener("words:restored", () => this.restored());
    this.field.value = JSON.stringify(this.drawing);
    this.draw();
  }

  draw() {
    this.picture.draw(this.drawing);
    drawLists(this.form, this.drawing, this.says, this);
  }

  /** Writes the drawing down and shows it. */
  changed() {
    this.draw();
    this.field.value = JSON.stringify(this.drawing);
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A draft was put into the field.
  restored() {
    this.drawing = read(this.field.value) ?? this.drawing;
    this.field.value = JSON.stringify(this.drawing);
    this.draw();
  }

  say(sentence, parts = {}) {
    this.form.querySelector("[data-map-said]").textContent = fill(this.says[sentence], parts);
  }

  // --- what the picture tells

  move(id, x, y) {
    Object.assign(circleOf(this.drawing, id), { x, y });
    this.picture.draw(this.drawing);
  }

  moved(id) {
    this.changed();
    const circle = circleOf(this.drawing, id);
    this.say("moved", { name: circle.name, words: inWords(circle, this.drawing, this.says) });
  }

  chosen() {}

  act(name, id) {
    if (name === "leave") return this.leaveLine();
    if (this.lineFrom && ["pressed", "change", "line"].includes(name)) return this.endLine(id);
    if (name === "line") return this.beginLine(id);
    if (name === "change") return this.changeCircle(id);
    if (name === "remove") return this.remove(id);
    return null;
  }

  // --- the tools below the picture

  use(tool) {
    if (tool === "add") return this.add();
    const id = this.picture.chosenId;
    if (!id) return this.say("choose_first");
    this.act(tool, id);
    return tool === "line" && this.picture.focus(id);
  }

  async add() {
    if (this.drawing.circles.length >= MOST.circles) return this.say("full");
    const { act, values } = await ask("circle", { title: this.says.add, values: { kind: "person", size: "2" } });
    if (act !== "done" || !values.name) return null;
    const id = newId(this.drawing);
    this.drawing.circles.push({ id, ...values, size: Number(values.size), ...freeSpot(this.drawing) });
    this.changed();
    return this.picture.focus(id);
  }

  async changeCircle(id) {
    const circle = circleOf(this.drawing, id);
    const title = fill(this.says.change_of, { name: circle.name });
    const { act, values } = await ask("circle", { title, values: { ...circle, size: String(circle.size) }, removable: true });
    if (act === "remove") return this.remove(id);
    if (act !== "done" || !values.name) return null;
    Object.assign(circle, values, { size: Number(values.size) });
    return this.changed();
  }

  async remove(id) {
    const { name } = circleOf(this.drawing, id);
    const { act } = await ask("remove", { title: fill(this.says.remove, { name }) });
    if (act !== "done") return null;
    const at = this.drawing.circles.findIndex((circle) => circle.id === id);
    this.drawing.circles.splice(at, 1);
    this.drawing.lines = this.drawing.lines.filter((line) => line.from !== id && line.to !== id);
    if (this.lineFrom === id) this.lineFrom = null;
    this.changed();
    const next = this.drawing.circles[at] ?? this.drawing.circles[at - 1];
    if (next) this.picture.focus(next.id);
    else this.form.querySelector("[data-map-do=add]").focus();
    return this.say("removed", { name });
  }

  // --- lines

  beginLine(id) {
    if (this.drawing.circles.length < 2) return this.say("line_alone");
    if (this.drawing.lines.length >= MOST.lines) return this.say("full");
    this.lineFrom = id;
    return this.say("line_from", { name: circleOf(this.drawing, id).name });
  }

  leaveLine() {
    if (!this.lineFrom) return null;
    this.lineFrom = null;
    return this.say("line_left");
  }

  async endLine(id) {
    const from = this.lineFrom;
    if (from === id) return null;
    this.lineFrom = null;
    const ends = { name: circleOf(this.drawing, from).name, other: circleOf(this.drawing, id).name };
    const { act, values } = await ask("line", { title: fill(this.says.line_drawn, ends), values: { manner: "near" } });
    if (act !== "done") return this.say("line_left");
    this.drawing.lines.push({ from, to: id, ...values });
    this.changed();
    return this.say("line_drawn", ends);
  }

  async changeLine(number) {
    const line = this.drawing.lines[number];
    const ends = { name: circleOf(this.drawing, line.from).name, other: circleOf(this.drawing, line.to).name };
    const { act, values } = await ask("line", { title: fill(this.says.change_line, ends), values: line, removable: true });
    if (act === "remove") this.drawing.lines.splice(number, 1);
    else if (act === "done") Object.assign(line, values);
    else return null;
    return this.changed();
  }
}

function read(json) {
  try {
    return json ? JSON.parse(json) : null;
  } catch {
    return null;
  }
}

for (const form of document.querySelectorAll("form[data-map]")) new RelationalMap(form);
