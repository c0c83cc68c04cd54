// Words that their author took back, or a trainer hid, while this page was open: they leave it at once, and every quotation of them.
const sentence = document.querySelector("[data-gone]")?.dataset.gone;

function instead(place) {
  place.replaceChildren(Object.assign(document.createElement("p"), { className: "muted", textContent: sentence }));
}

document.addEventListener("words:gone", ({ detail: anchor }) => {
  const post = document.getElementById(anchor);
  for (const words of post?.querySelectorAll(".prose") ?? []) instead(words);
  for (const file of post?.querySelectorAll(".post-files") ?? []) file.remove();
  for (const link of document.querySelectorAll(`blockquote a[href$="#${CSS.escape(anchor)}"]`)) instead(link.closest("blockquote"));
});
