// Headings to begin an entry with come into the words that stand there already; without this file each link is a page of its own.
for (const place of document.querySelectorAll("[data-scaffolds]")) {
  place.addEventListener("click", (event) => {
    const link = event.target.closest("[data-scaffold]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const headings = link.closest("li").querySelector("[data-headings]").content.querySelectorAll("h2");
    const texts = Array.from(headings, (heading) => heading.textContent);
    place.closest("form").querySelector("textarea[data-editor]").dispatchEvent(new CustomEvent("words:headings", { detail: texts }));
    place.open = false;
  });
}
