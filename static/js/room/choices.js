// Who facilitates can choose everybody who has come: whoever is new is added, and nothing that was chosen is touched.
export class Choices {
  constructor() {
    this.shape = document.querySelector("template[data-seat-choice]");
  }

  add(people) {
    if (!this.shape) return;
    for (const { id, name } of people) {
      for (const select of document.querySelectorAll("select[data-options]")) {
        if (![...select.options].some((option) => option.value === String(id))) select.add(new Option(name, id));
      }
      const checks = document.querySelector("[data-checks]");
      if (!checks.querySelector(`[value="${id}"]`)) checks.append(check(id, name));
      const seats = document.querySelector("[data-seats]");
      if (!seats.querySelector(`[value="${id}:"]`)) seats.append(this.seat(id, name));
    }
  }

  // Whoever raised a hand first is offered first.
  offer(hands) {
    const select = document.querySelector("select[data-hands-first]");
    if (!select || document.activeElement === select || !hands.length) return;
    const option = [...select.options].find((one) => one.value === String(hands[0]));
    if (option) select.value = option.value;
  }

  pressed(phase, before) {
    for (const button of document.querySelectorAll("[data-to]")) {
      if (button.dataset.to === phase) button.setAttribute("aria-pressed", "true");
      else button.removeAttribute("aria-pressed");
    }
    const end = document.querySelector("[data-before]");
    if (end) end.value = before;
  }

  seat(id, name) {
    const label = this.shape.content.querySelector("label").cloneNode(true);
    label.querySelector("span").textContent = name;
    for (const option of label.querySelectorAll("option")) option.value = `${id}${option.value}`;
    return label;
  }
}

function check(id, name) {
  const label = document.createElement("label");
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "first", value: id });
  const word = document.createElement("span");
  word.textContent = name;
  label.append(box, " ", word);
  return label;
}
