// The writing tools: one stop for the Tab key, arrows between them (WAI-ARIA toolbar pattern).
const ACTS = {
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  heading: (chain) => chain.toggleHeading({ level: 2 }),
  bulletList: (chain) => chain.toggleBulletList(),
  orderedList: (chain) => chain.toggleOrderedList(),
  blockquote: (chain) => chain.toggleBlockquote(),
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
};

export function takeToolbar(place, editor, links) {
  const toolbar = place.querySelector("[data-toolbar]");
  if (!toolbar) return;
  const buttons = [...toolbar.querySelectorAll("[data-command]")];
  toolbar.setAttribute("aria-controls", editor.view.dom.id);
  toolbar.hidden = false;

  const stop = (button) => buttons.forEach((other) => (other.tabIndex = other === button ? 0 : -1));
  // The words keep their selection while a tool is pressed.
  toolbar.addEventListener("mousedown", (event) => event.preventDefault());
  toolbar.addEventListener("focusin", (event) => buttons.includes(event.target) && stop(event.target));
  toolbar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(event.target);
    const forwards = getComputedStyle(toolbar).direction === "rtl" ? -1 : 1;
    const to = { ArrowRight: at + forwards, ArrowLeft: at - forwards, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    buttons[(to + buttons.length) % buttons.length].focus();
  });
  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    if (button.dataset.command === "link") return links.open();
    ACTS[button.dataset.command](editor.chain().focus()).run();
  });

  const show = () => {
    for (const button of buttons) {
      const { command } = button.dataset;
      if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", String(editor.isActive(command)));
      if (command === "undo" || command === "redo") button.setAttribute("aria-disabled", String(!editor.can()[command]()));
    }
  };
  editor.on("transaction", show);
  show();
}
