// [data-sketch]: paper to draw on. Lines are remembered as points, so that the last can be taken back; the form gets a PNG of them.
const WHITE = "#FFFFFF";

class Sketch {
  constructor(place) {
    this.place = place;
    this.form = place.closest("form");
    this.canvas = place.querySelector("canvas");
    this.pen = this.canvas.getContext("2d");
    this.lines = [];
    this.group("colour");
    this.group("thick");
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, (event) => this.end(event));
    this.undo = place.querySelector("[data-undo]");
    this.clear = place.querySelector("[data-clear]");
    this.undo.addEventListener("click", () => this.keep(this.lines.slice(0, -1)));
    this.clear.addEventListener("click", () => this.keep([]));
    this.form.addEventListener("formdata", ({ formData }) => this.lines.length && formData.set("file", this.file()));
    this.paint();
    place.hidden = false;
  }

  // Radio buttons belong together by a name; without one in the page they are not sent.
  group(name) {
    const name_ = `sketch-${name}`;
    for (const choice of this.place.querySelectorAll(`[data-${name}]`)) choice.name = name_;
    this.form.addEventListener("formdata", ({ formData }) => formData.delete(name_));
  }

  chosen(name) {
    return this.place.querySelector(`[data-${name}]:checked`).dataset[name];
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const { width, height } = this.canvas;
    return [((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height];
  }

  begin(event) {
    if (event.button !== 0 || this.line) return;
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.line = { colour: this.chosen("colour"), thick: Number(this.chosen("thick")), points: [this.at(event)] };
    this.draw(this.line);
  }

  go(event) {
    if (!this.line || event.pointerId !== this.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) this.line.points.push(this.at(each));
    this.draw(this.line);
  }

  end(event) {
    if (!this.line || event.pointerId !== this.pointer) return;
    const line = this.line;
    this.line = null;
    this.keep([...this.lines, line]);
  }

  keep(lines) {
    this.lines = lines;
    this.paint();
    this.undo.disabled = this.clear.disabled = !lines.length;
    if (lines.length) this.form.dataset.made = "";
    else delete this.form.dataset.made;
    const { saysNothing, saysOne, saysMany } = this.place.dataset;
    const says = lines.length > 1 ? saysMany.replace("{n}", lines.length) : lines.length ? saysOne : saysNothing;
    this.canvas.setAttribute("aria-label", says);
    this.place.querySelector("[data-says]").textContent = says;
  }

  paint() {
    this.pen.fillStyle = WHITE;
    this.pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    for (const line of this.lines) this.draw(line);
  }

  // Through the middles between two points, so that a quick hand draws no corners.
  draw({ colour, thick, points }) {
    const { pen } = this;
    Object.assign(pen, { strokeStyle: colour, lineWidth: thick, lineCap: "round", lineJoin: "round" });
    pen.beginPath();
    pen.moveTo(...points[0]);
    for (let number = 1; number < points.length - 1; number += 1) {
      const [[x, y], [nextX, nextY]] = [points[number], points[number + 1]];
      pen.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
    }
    pen.lineTo(...points.at(-1));
    pen.stroke();
  }

  file() {
    const written = atob(this.canvas.toDataURL("image/png").split(",")[1]);
    const bytes = Uint8Array.from(written, (letter) => letter.charCodeAt(0));
    return new File([bytes], this.place.dataset.fileName, { type: "image/png" });
  }
}

for (const place of document.querySelectorAll("[data-sketch]")) new Sketch(place);
