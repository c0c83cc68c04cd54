// The browser knows its time zone: choose it for somebody new. The list works without this.
const guess = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const select of document.querySelectorAll("select[data-zone-guess]")) {
  const sentBefore = select.form?.querySelector("[aria-invalid]"); // then what they chose stands
  if (!guess || sentBefore) continue;
  if (![...select.options].some((option) => option.value === guess)) {
    select.add(new Option(guess.split("/").pop().replaceAll("_", " "), guess));
  }
  select.value = guess;
}
