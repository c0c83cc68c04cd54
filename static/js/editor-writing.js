// One field's editor: from the textarea into the editor and back.
import { takeLinks } from "./editor-link.js";
import { takeToolbar } from "./editor-toolbar.js";

const SPACES = { preserveWhitespace: true }; // the last one too: whoever types has the next word in mind
let library = null; // the bundle, loaded once however many fields there are

export class Writing {
  constructor(place, textarea) {
    this.place = place;
    this.textarea = textarea;
    this.form = place.querySelector("[data-body-form]");
    this.given = textarea.value;
    for (const [event, composing] of [["compositionstart", true], ["compositionend", false]]) {
      textarea.addEventListener(event, () => {
        this.composing = composing;
        if (!composing) this.composed?.();
      });
    }
  }

  /** Loads the editor and puts it in the textarea's place. Answers whether it stands. */
  async open({ focus = false } = {}) {
    this.opening ??= this.load();
    const stands = await this.opening;
    if (stands && focus) this.editor.commands.focus("end");
    return stands;
  }

  async load() {
    try {
      library ??= import(this.place.dataset.editorUrl);
      const parts = await library;
      if (this.composing) await new Promise((done) => (this.composed = done)); // a half-typed sign would be lost
      this.stand(parts);
      return true;
    } catch (problem) {
      library = null;
      this.opening = null; // the next focus tries again
      this.giveUp();
      return false;
    }
  }

  // Without the editor there is the textarea, and nobody should meet tags in it.
  giveUp() {
    if (this.form.value !== "html") return;
    this.textarea.value = asText(this.textarea.value);
    this.form.value = "text";
    this.textarea.hidden = false;
  }

  /** What stands in the textarea, as HTML: markup only if it says so; what was typed while the editor loaded is escaped. */
  content() {
    if (this.form.value === "html") return this.textarea.value;
    const kept = this.place.querySelector("[data-words-html]") ?? this.place.querySelector("[data-read-only]");
    if (!kept) return asHtml(this.textarea.value);
    if (kept.matches("[data-read-only]")) return kept.innerHTML + asHtml(this.textarea.value);
    return this.textarea.value === this.given ? kept.innerHTML : asHtml(this.textarea.value);
  }

  stand(parts) {
    const { textarea } = this;
    const had = document.activeElement === textarea && textarea.selectionEnd;
    const home = document.createElement("div");
    home.className = "editor";
    textarea.before(home);
    this.editor = new parts.Editor({
      element: home,
      injectCSS: false,
      extensions: extensions(parts, () => this.links?.open()),
      content: this.content(),
      parseOptions: SPACES,
      editorProps: { attributes: this.attributes() },
      onUpdate: () => this.write(true),
    });
    this.write(false);
    this.form.value = "html";
    textarea.hidden = true;
    this.place.querySelector("[data-read-only]")?.remove();
    for (const part of this.place.querySelectorAll("[data-bare]")) part.remove();
    textarea.form?.querySelector("[data-print]")?.remove(); // the editor itself prints
    const label = this.place.querySelector("[data-bare-label]");
    label.hidden = false;
    label.addEventListener("click", () => this.editor.commands.focus());
    this.links = takeLinks(this.place, this.editor);
    takeToolbar(this.place, this.editor, this.links);
    if (had !== false) {
      this.editor.commands.setTextSelection(positionAfter(this.editor, had));
      this.editor.view.focus(); // at once: the library's own command waits for the next frame, and a letter typed before it would be lost
    }
    textarea.dispatchEvent(new CustomEvent("words:stood", { bubbles: true }));
  }

  attributes() {
    const described = this.textarea.getAttribute("aria-describedby");
    return {
      id: `${this.textarea.id}_editor`,
      class: "prose",
      role: "textbox",
      "aria-multiline": "true",
      "aria-labelledby": `${this.textarea.id}_label`,
      ...(described ? { "aria-describedby": described } : {}),
      ...(this.textarea.getAttribute("aria-invalid") ? { "aria-invalid": "true" } : {}),
    };
  }

  write(changed) {
    this.textarea.value = this.editor.isEmpty ? "" : this.editor.getHTML();
    if (changed) this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** A draft was put into the textarea. */
  restored() {
    if (!this.editor) {
      if (this.form.value === "html") this.textarea.hidden = true;
      return this.form.value === "html" && this.open();
    }
    const words = this.form.value === "html" ? this.textarea.value : asHtml(this.textarea.value);
    this.editor.commands.setContent(words, { emitUpdate: false, parseOptions: SPACES });
    this.form.value = "html";
    this.write(false);
    return this.textarea.dispatchEvent(new CustomEvent("words:stood", { bubbles: true }));
  }

  clear() {
    this.given = "";
    if (!this.editor) return;
    this.editor.commands.clearContent(false);
    this.write(false);
    this.form.value = "html";
  }

  /** Headings after the words, with an empty paragraph below each; without the editor, lines with room between them. */
  async headings(texts) {
    if (!(await this.open())) {
      const before = this.textarea.value.trimEnd();
      this.textarea.value = [...(before ? [before] : []), ...texts].join("\n\n\n") + "\n\n";
      this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
      return this.textarea.focus();
    }
    const nodes = texts.flatMap((text) => [{ type: "heading", attrs: { level: 2 }, content: [{ type: "text", text }] }, { type: "paragraph" }]);
    const { doc } = this.editor.state;
    const start = this.editor.isEmpty ? 0 : doc.content.size;
    this.editor.commands.insertContentAt({ from: start, to: doc.content.size }, nodes);
    return this.editor.commands.focus(start + texts[0].length + 3); // in the paragraph below the first of them
  }

  insert(text) {
    const before = this.editor.state.doc.textBetween(Math.max(0, this.editor.state.selection.from - 1), this.editor.state.selection.from);
    const gap = before && !/\s/.test(before) ? " " : "";
    this.editor.chain().focus().insertContent({ type: "text", text: `${gap}${text}` }).run();
  }

  /** What stands before the caret in its paragraph; a broken line is "\n". */
  before() {
    const { $from, from } = this.editor.state.selection;
    return this.editor.state.doc.textBetween($from.start(), from, "\n", "\n");
  }

  /** Puts words in the place of so many signs before the caret. */
  replace(count, text) {
    const { from } = this.editor.state.selection;
    this.editor.chain().focus().insertContentAt({ from: from - count, to: from }, { type: "text", text }).run();
  }
}

// Everything lms.richtext lets through has its place here, so that opening an entry in the editor loses nothing of it.
function extensions(parts, openLink) {
  const { Document, Paragraph, Text, HardBreak, Bold, Italic, Strike, Code, CodeBlock, Heading, BulletList, OrderedList } = parts;
  const { ListItem, Blockquote, HorizontalRule, Link, UndoRedo, Gapcursor } = parts;
  const OurLink = Link.extend({
    addKeyboardShortcuts: () => ({ "Mod-k": () => (openLink(), true) }), // its own dialog speaks English only
  });
  return [
    Document, Paragraph, Text, HardBreak, Bold, Italic, Strike, Code, CodeBlock, BulletList, OrderedList, ListItem, Blockquote,
    HorizontalRule, Gapcursor, UndoRedo,
    Heading.configure({ levels: [2, 3] }),
    OurLink.configure({ openOnClick: false, enableTarget: false, protocols: ["mailto"], defaultProtocol: "https" }),
  ];
}

/** Plain words as paragraphs, and an empty one where a new line was begun. They are escaped, never parsed. */
export function asHtml(text) {
  const escaped = text.replace(/\r\n?/g, "\n").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const paragraphs = escaped.replace(/^\n+|\n+$/g, "").split(/\n[^\S\n]*\n\s*/);
  const begun = /\S\s*\n\s*$/.test(text) ? "<p></p>" : "";
  return paragraphs.map((part) => `<p>${part.replaceAll("\n", "<br>")}</p>`).join("") + begun;
}

/** The words of markup, with empty lines between the blocks. Nothing in it runs: the document is never shown. */
export function asText(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html").body;
  for (const br of parsed.querySelectorAll("br")) br.replaceWith("\n");
  const blocks = [...parsed.querySelectorAll("p, h2, h3, pre")];
  const parts = blocks.length ? blocks.map((block) => block.textContent) : [parsed.textContent];
  return parts.map((part) => part.trim()).filter(Boolean).join("\n\n");
}

// The caret stays after the same words as in the textarea.
function positionAfter(editor, length) {
  const { doc } = editor.state;
  for (let position = 1; position < doc.content.size; position += 1) {
    if (doc.textBetween(0, position, "\n\n", "\n").length >= length) return position;
  }
  return doc.content.size;
}
