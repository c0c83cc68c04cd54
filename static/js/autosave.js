// Words are kept while they are written. form[data-autosave]: every keystroke on this device, and on the server after two quiet
// seconds and on leaving. form[data-draft="name"]: on this device until they are sent. Without this file both are ordinary forms.
// With data-draft-url the draft goes to the server too, to be gone on with on another device.
// Events on a form: "words:hold" keeps its draft at once (before a post by script; its detail is a list that learns whether it is kept),
// "words:kept" forgets it (after the post), "words:cleared" begins anew.
import { everything, forget } from "./drafts.js";
import { Draft } from "./autosave-draft.js";
import { ForumDraft } from "./autosave-forum.js";
import { Saver } from "./autosave-saver.js";

const taken = new WeakMap();

function keeperOf(form) {
  if ("autosave" in form.dataset) return new Saver(form);
  return "draftUrl" in form.dataset ? new ForumDraft(form, form.dataset.draft) : new Draft(form, form.dataset.draft);
}

async function take(root) {
  const forms = [...root.querySelectorAll("form[data-autosave], form[data-draft]")].filter((form) => !taken.has(form));
  const keepers = forms.map(keeperOf);
  forms.forEach((form, at) => taken.set(form, keepers[at]));
  const arrived = [...(root.matches?.("[data-kept]") ? [root] : []), ...root.querySelectorAll("[data-kept]")].map((mark) => mark.dataset.kept);
  if (!forms.length && !arrived.length) return;
  const drafts = await everything();
  for (const draft of drafts) if (arrived.includes(draft.value.client)) await forget(draft.name);
  const waiting = drafts.filter((draft) => !arrived.includes(draft.value.client));
  for (const keeper of keepers) await keeper.restore(waiting);
}

take(document);
document.addEventListener("htmx:load", (event) => take(event.detail.elt));
