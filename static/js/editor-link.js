// The small form for a link's address, in the page: no dialog of the browser's.
const ADDRESS = /^(https?:\/\/[^\s/]|mailto:[^\s@]+@)\S*$/i; // what lms.richtext keeps

export function takeLinks(place, editor) {
  const form = place.querySelector("[data-link-form]");
  const [field, wrong] = [form.querySelector("input"), form.querySelector("[data-wrong]")];
  const remove = form.querySelector("[data-link-remove]");

  const close = () => {
    form.hidden = true;
    wrong.textContent = "";
    field.removeAttribute("aria-invalid");
    editor.commands.focus();
  };
  // A selection made by the same keys a moment ago reaches the editor in a later turn; taking the focus now would lose it.
  const open = () => requestAnimationFrame(() => setTimeout(show));
  const show = () => {
    field.value = editor.getAttributes("link").href ?? "";
    remove.hidden = !editor.isActive("link");
    form.hidden = false;
    field.focus();
  };
  const set = () => {
    const href = whole(field.value.trim());
    if (!ADDRESS.test(href)) {
      wrong.textContent = wrong.dataset.wrong;
      field.setAttribute("aria-invalid", "true");
      return field.focus();
    }
    const chain = editor.chain().focus();
    if (editor.isActive("link")) chain.extendMarkRange("link").updateAttributes("link", { href }).run();
    else if (!editor.state.selection.empty) chain.setLink({ href }).run();
    else chain.insertContent({ type: "text", text: href.replace(/^mailto:/, ""), marks: [{ type: "link", attrs: { href } }] }).run();
    return close();
  };

  form.querySelector("[data-link-set]").addEventListener("click", set);
  form.querySelector("[data-link-cancel]").addEventListener("click", close);
  remove.addEventListener("click", () => {
    editor.chain().focus().extendMarkRange("link").unsetLink().run();
    close();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && event.target === field) {
      event.preventDefault(); // not the page's form
      set();
    }
  });
  return { open };
}

/** "example.org" -> "https://example.org", "me@example.org" -> "mailto:me@example.org" */
function whole(address) {
  if (/^[a-z][a-z0-9+.-]*:/i.test(address)) return address;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(address)) return `mailto:${address}`;
  return /^[^\s/]+\.[^\s]+$/.test(address) ? `https://${address}` : address;
}
