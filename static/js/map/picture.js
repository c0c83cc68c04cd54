// The picture: draws a drawing, and tells what hands and keys do to its circles.
// `hears` has move(id, x, y), moved(id), act(name, id) with name "change", "remove", "line" or "leave", and chosen(id).
import { circleOf, inWords, inside, linePath, nameLines, SCALES } from "./drawing.js";

const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const [SMALL_STEP, LARGE_STEP] = [10, 50]; // units of the paper's thousand
const STILL = 6; // px a hand may tremble before a press is a move

export class Picture {
  constructor(svg, says, hears) {
    Object.assign(this, { svg, says, hears, drawn: new Map() });
    svg.setAttribute("role", "application");
    svg.setAttribute("aria-label", says.picture);
    this.lines = svg.querySelector(".map-lines");
    this.circles = svg.querySelector(".map-circles");
    this.circles.replaceChildren();
    svg.addEventListener("keydown", (event) => this.pressed(event));
    svg.addEventListener("focusin", (event) => this.chosen(idOf(event.target)));
    svg.addEventListener("dblclick", (event) => idOf(event.target) && hears.act("change", idOf(event.target)));
    svg.addEventListener("pointerdown", (event) => this.taken(event));
    // touch-action alone does not keep every browser from scrolling away with a circle inside an SVG.
    svg.addEventListener("touchstart", (event) => idOf(event.target) && event.preventDefault(), { passive: false });
    svg.addEventListener("pointermove", (event) => this.carried(event));
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, (event) => this.letGo(event));
  }

  /** Draws everything; circles that stand already keep their element, and so the focus. */
  draw(drawing) {
    this.drawing = drawing;
    this.drawLines();
    for (const [id, group] of this.drawn) if (!circleOf(drawing, id)) this.drop(id, group);
    for (const circle of drawing.circles) this.drawCircle(circle);
  }

  drawLines() {
    const { drawing } = this;
    const paths = drawing.lines.map(({ from, to, manner }) =>
      element("path", { class: manner, d: linePath(circleOf(drawing, from), circleOf(drawing, to), manner) }));
    this.lines.replaceChildren(...paths);
  }

  drawCircle(circle) {
    let group = this.drawn.get(circle.id);
    if (!group) {
      group = element("g", { tabindex: "0", role: "button", "data-circle": circle.id });
      this.drawn.set(circle.id, group);
      this.circles.append(group);
    }
    group.setAttribute("class", `map-circle ${circle.kind}`);
    group.setAttribute("transform", `translate(${circle.x} ${circle.y})`);
    group.setAttribute("aria-label", `${circle.name}, ${inWords(circle, this.drawing, this.says)}`);
    const sign = element("g", { class: "map-sign", "aria-hidden": "true" }); // the label says it all
    sign.append(element("use", { href: `#map-${circle.kind}`, transform: `scale(${SCALES[circle.size]})` }));
    for (const { words, down } of nameLines(circle)) sign.append(Object.assign(element("text", { y: down }), { textContent: `${words} ` }));
    if (group.innerHTML !== sign.outerHTML) group.replaceChildren(sign);
    group.classList.toggle("chosen", circle.id === this.chosenId);
  }

  drop(id, group) {
    group.remove();
    this.drawn.delete(id);
    if (this.chosenId === id) this.chosenId = null;
  }

  focus(id) {
    this.drawn.get(id)?.focus();
  }

  chosen(id) {
    if (!id) return;
    this.chosenId = id;
    for (const [other, group] of this.drawn) group.classList.toggle("chosen", other === id);
    this.hears.chosen(id);
  }

  // --- keys

  pressed(event) {
    const id = idOf(event.target);
    if (!id || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEP[event.key];
    const act = { Enter: "change", " ": "change", Delete: "remove", Backspace: "remove", l: "line", L: "line", Escape: "leave" }[event.key];
    if (!step && !act) return;
    event.preventDefault();
    if (act) return this.hears.act(act, id);
    const size = event.shiftKey ? LARGE_STEP : SMALL_STEP;
    const circle = circleOf(this.drawing, id);
    this.hears.move(id, inside(circle.x + step[0] * size), inside(circle.y + step[1] * size));
    this.hears.moved(id);
  }

  // --- mouse, pen and finger

  taken(event) {
    const id = idOf(event.target);
    if (!id || event.button) return;
    event.preventDefault();
    this.focus(id);
    this.svg.setPointerCapture(event.pointerId);
    const [point, circle] = [this.onPaper(event), circleOf(this.drawing, id)];
    this.hand = { id, pointer: event.pointerId, from: [event.clientX, event.clientY], off: [circle.x - point.x, circle.y - point.y] };
  }

  carried(event) {
    const { hand } = this;
    if (hand?.pointer !== event.pointerId) return;
    hand.moves ||= Math.hypot(event.clientX - hand.from[0], event.clientY - hand.from[1]) > STILL;
    if (!hand.moves) return;
    const point = this.onPaper(event);
    this.hears.move(hand.id, inside(point.x + hand.off[0]), inside(point.y + hand.off[1]));
  }

  letGo(event) {
    const { hand } = this;
    if (hand?.pointer !== event.pointerId) return;
    this.hand = null;
    if (hand.moves) this.hears.moved(hand.id);
    else this.hears.act("pressed", hand.id);
  }

  onPaper(event) {
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
  }
}

function idOf(target) {
  return target.closest?.("[data-circle]")?.dataset.circle ?? null;
}

function element(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
