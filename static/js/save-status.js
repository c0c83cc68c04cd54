// What a form's [data-save-status] says. It is a polite live region: the same sentence twice is said once.
export const words = { ...(document.querySelector("[data-save-words]")?.dataset ?? {}) };

/** `state` is the class of components/save-status: "kept", "device" or "conflict". `extra` is a link or a button. */
export function say(form, sentence, state = "", extra = null) {
  const place = form.querySelector("[data-save-status]");
  if (!place || (place.dataset.said === sentence && !extra)) return;
  place.dataset.said = sentence ?? "";
  place.className = `save-status ${state}`.trim();
  place.replaceChildren(sentence ?? "", ...(extra ? [" ", extra] : []));
}

/** "Kept 10:42 …" */
export function sayKept(form, where) {
  const time = new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: words.zone, // the person's, as on the rest of the page
  }).format(new Date());
  say(form, (words[where] ?? "").replace("{time}", time), where === "device" ? "device" : "kept");
}
