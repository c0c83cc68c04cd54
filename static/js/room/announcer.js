// What is read out besides the log itself: line after line, so that none takes the place of one that was not heard yet.
const HEARD = 3_000; // milliseconds after which a line need not stand there; the last one stays

export class Announcer {
  constructor(place) {
    this.place = place;
  }

  say(...lines) {
    for (const line of lines.filter(Boolean)) {
      const said = document.createElement("p");
      said.textContent = line;
      this.place.append(said);
    }
    const last = this.place.lastChild;
    setTimeout(() => this.forget(last), HEARD);
  }

  // What stood before this line was heard.
  forget(last) {
    while (last && this.place.firstChild !== last && this.place.contains(last)) this.place.firstChild.remove();
  }
}
