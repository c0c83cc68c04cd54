// What is on a map, and what can be said of it; nothing here knows the page. The same as courses/views/maps.py says.
export const SPAN = 1000; // how far the paper reaches, in both directions
export const MOST = { circles: 60, lines: 120 };
export const SCALES = { 1: 0.6, 2: 0.85, 3: 1.15 }; // of a sign of radius 50
const WAVE = 25; // units for half a wave of a line that is not easy
const [NEAR, FAR] = [260, 500]; // units from "me"
const [NAME_LINES, LINE_OF_NAME] = [3, 16];
const APART = 200; // two circles nearer than this lie on each other

/** The sentence with its {names} filled in. */
export function fill(sentence, parts) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => parts[name] ?? whole);
}

export function circleOf(drawing, id) {
  return drawing.circles.find((circle) => circle.id === id);
}

export function newId(drawing) {
  for (let number = 1; ; number += 1) if (!circleOf(drawing, `c${number}`)) return `c${number}`;
}

export function inside(number) {
  return Math.round(Math.min(SPAN, Math.max(0, number)));
}

/** The `d` of a line: straight, or in waves. */
export function linePath(start, end, manner) {
  const [across, down] = [end.x - start.x, end.y - start.y];
  const length = Math.hypot(across, down);
  if (manner !== "strained" || !length) return `M${start.x} ${start.y}L${end.x} ${end.y}`;
  const waves = Math.max(2, Math.round(length / WAVE));
  const side = [(-down / length) * WAVE, (across / length) * WAVE];
  const step = [across / waves, down / waves];
  let path = `M${start.x} ${start.y}`;
  for (let wave = 0; wave < waves; wave += 1) {
    const sign = wave % 2 ? 1 : -1;
    const bend = [0, 1].map((at) => (step[at] / 2 + sign * side[at]).toFixed(1));
    path += `q${bend[0]} ${bend[1]} ${step[0].toFixed(1)} ${step[1].toFixed(1)}`;
  }
  return path;
}

/** A name as short lines below its sign: [{words, down}]. */
export function nameLines(circle) {
  const lines = [];
  for (const word of circle.name.split(/\s+/).flatMap((long) => long.match(/.{1,16}/gu) ?? [])) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LINE_OF_NAME) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const shown = lines.slice(0, NAME_LINES);
  if (lines.length > NAME_LINES) shown[NAME_LINES - 1] = `${shown[NAME_LINES - 1].slice(0, LINE_OF_NAME - 1)}…`;
  const below = Math.round(50 * SCALES[circle.size]) + 28;
  return shown.map((words, number) => ({ words, down: below + 25 * number }));
}

/** "a person, close by, near to Me" */
export function inWords(circle, drawing, says) {
  const ties = drawing.lines.filter((line) => [line.from, line.to].includes(circle.id));
  const name = (line) => circleOf(drawing, line.from === circle.id ? line.to : line.from).name;
  const parts = [says[circle.kind], howFar(circle, drawing, says)];
  for (const line of ties) parts.push(fill(says[`tie_${line.manner}`], { name: name(line) }));
  return parts.filter(Boolean).join(", ");
}

function howFar(circle, drawing, says) {
  const me = drawing.circles.find((other) => other.kind === "me");
  if (!me || circle.kind === "me") return "";
  const far = Math.hypot(circle.x - me.x, circle.y - me.y);
  return far <= NEAR ? says.close : far <= FAR ? says.further : says.far;
}

/** The first spot with room around it: rings about the middle. */
export function freeSpot(drawing) {
  const middle = SPAN / 2;
  for (const radius of [0, 250, 380, 480]) {
    for (let step = 0; step < 12; step += 1) {
      const angle = (step * Math.PI) / 6;
      const spot = { x: Math.round(middle + radius * Math.sin(angle)), y: Math.round(middle - radius * Math.cos(angle)) };
      if (drawing.circles.every((circle) => Math.hypot(circle.x - spot.x, circle.y - spot.y) >= APART)) return spot;
    }
  }
  return { x: middle, y: middle };
}
