// Everybody who is here: a circle of seats, a strip on a phone, and a list of names. Who reflects sits on the inner arc. What a seat's
// colour says its place, its edge, a mark or a word says too.
const SVG = "http://www.w3.org/2000/svg";
const MIDDLE = 170;
const INNER = 80;
const SEAT = 46; // of full size, with room around it
const FLOOR = 27; // what marks who has the floor reaches so far from the middle of a seat
const READABLE = 0.4; // smaller seats have no initials: their title and the list of names say who it is
const TONES = { facilitator: "", interpreter: "c" }; // of components/face.css, as the seats are

export class Circle {
  constructor(root, words) {
    this.words = words;
    this.picture = root.querySelector("[data-picture]");
    this.svg = root.querySelector("[data-circle]");
    this.strip = root.querySelector("[data-strip]");
    this.list = root.querySelector("[data-people]");
    this.people = new Map();
    this.known = new Map(); // also those who have left
    this.writing = [];
    this.as("faces");
  }

  // All faces (the list of names stands beside them for those who listen to the page), or all names, or text alone.
  as(show) {
    this.show = show;
    this.picture.hidden = show !== "faces";
    this.strip.hidden = show !== "faces";
    this.list.classList.toggle("named", show === "faces");
    if (show === "faces") this.list.removeAttribute("tabindex");
    else this.list.tabIndex = 0; // on a phone it scrolls
    document.body.classList.toggle("text-only", show === "text");
    this.draw();
  }

  // What the form of the dialogue says of everybody.
  take(form) {
    this.form = form;
    this.draw();
  }

  all(roster) {
    const told = JSON.stringify(roster);
    if (told === this.told) return;
    this.told = told;
    this.people = new Map(roster.map((person) => [person.id, person]));
    this.draw();
  }

  change({ joined, left }) {
    this.told = "";
    for (const id of left) this.people.delete(id);
    for (const person of joined) this.people.set(person.id, person);
    this.draw();
  }

  // Who writes just now: their seats are lit, without drawing all of them anew.
  writes(ids) {
    if (String(ids) === String(this.writing)) return;
    this.writing = ids;
    for (const seat of [...this.svg.querySelectorAll(".seat"), ...this.strip.children]) seat.classList.toggle("writes", ids.includes(Number(seat.dataset.person)));
  }

  name(id) {
    return this.known.get(id)?.name;
  }

  draw() {
    if (!this.form || !this.people.size) return; // until we are in, the page says who is here
    const people = [...this.people.values()];
    for (const person of people) this.known.set(person.id, person);
    this.list.replaceChildren(...people.map((person) => this.row(person)));
    if (this.show !== "faces") return;
    this.svg.setAttribute("aria-label", this.summary(people));
    for (const seat of this.svg.querySelectorAll(".seat")) seat.remove();
    const inside = people.filter((person) => this.form.seatOf(person.id, person.part) === "reflector");
    const around = people.filter((person) => !inside.includes(person));
    this.rings(around, inside.length ? INNER + SEAT / 2 : SEAT);
    this.arc(inside, INNER, Math.min(1, 10 / inside.length), 0.5); // between those around, not in front of them
    this.strip.replaceChildren(...people.map((person) => this.face(person)));
  }

  // One circle as long as everybody has a seat on it; then several, one within the other, and smaller seats.
  rings(people, least) {
    let size = 1;
    while (size > 0.1 && seats(size, least) < people.length) size -= 0.02;
    let from = 0;
    for (const [radius, fits] of radii(size, least)) {
      this.arc(people.slice(from, from + fits), radius, size);
      from += fits;
    }
  }

  arc(people, radius, size, turned = 0) {
    people.forEach((person, place) => this.svg.append(this.seat(person, (2 * Math.PI * (place + turned)) / people.length, radius, size)));
  }

  // In words what the picture shows at a glance: how many sit here and how, and who has the floor. The list of names says the rest.
  summary(people) {
    const counts = new Map();
    for (const person of people) for (const mark of this.form.marks(person)) counts.set(mark, (counts.get(mark) ?? 0) + 1);
    const floor = people.filter(({ id }) => this.form.now.speaking.people.includes(id)).map((person) => `${person.name} ${this.words.floorMark}`);
    counts.delete(this.words.floorMark);
    const marks = [...counts].map(([mark, count]) => `${count} ${mark}`);
    return [this.words.circle.replace("%s", people.length), ...marks, ...floor].join(", ");
  }

  classes({ id, part }) {
    const { speaking, hands, away } = this.form.now;
    const marks = { writes: this.writing.includes(id), "has-floor": speaking.people.includes(id), "has-hand": hands.includes(id), out: away.includes(id) };
    return [this.form.seatOf(id, part), ...Object.keys(marks).filter((mark) => marks[mark])].join(" ");
  }

  whole(person) {
    return [person.name, ...this.form.marks(person)].join(" – ");
  }

  seat(person, angle, radius, size) {
    const [x, y] = [MIDDLE + radius * Math.sin(angle), MIDDLE - radius * Math.cos(angle)].map(Math.round);
    const group = drawn("g", { class: `seat ${this.classes(person)}`, "data-person": person.id, transform: `translate(${x} ${y}) scale(${size.toFixed(2)})` });
    const { speaking, hands } = this.form.now;
    if (speaking.people.includes(person.id)) group.append(drawn("circle", { class: "speaking", r: 27 }));
    group.append(drawn("title", {}, this.whole(person)), drawn("circle", { r: 21 }));
    if (size >= READABLE) group.append(drawn("text", {}, person.initials));
    if (hands.includes(person.id)) group.append(hand(size));
    return group;
  }

  face(person) {
    const face = tag("li", `face ${this.classes(person)}`, person.initials);
    face.dataset.person = person.id;
    return face;
  }

  row(person) {
    const row = tag("li", "", "");
    const face = tag("span", `face small ${TONES[this.form.seatOf(person.id, person.part)] ?? "b"}`, person.initials);
    face.setAttribute("aria-hidden", "true");
    row.append(face, tag("span", "", person.name));
    const marks = this.form.marks(person).join(", ");
    if (marks) row.append(tag("small", "", marks));
    return row;
  }
}

// Seen among hundreds too: it grows as its seat shrinks.
function hand(size) {
  const larger = Math.max(1, READABLE / size);
  return drawn("circle", { class: "hand", cx: 15 / larger, cy: -15 / larger, r: 6, transform: `scale(${larger.toFixed(2)})` });
}

// Circles from the outermost to the least, each with how many seats of this size it holds.
function radii(size, least) {
  const all = [];
  for (let radius = MIDDLE - FLOOR * size - 3; radius >= least || !all.length; radius -= SEAT * size)
    all.push([radius, Math.floor((2 * Math.PI * radius) / (SEAT * size))]);
  return all;
}

function seats(size, least) {
  return radii(size, least).reduce((sum, [, fits]) => sum + fits, 0);
}

function drawn(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}

function tag(name, classes, text) {
  const element = document.createElement(name);
  if (classes) element.className = classes;
  element.textContent = text;
  return element;
}
