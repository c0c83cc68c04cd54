// The page of the questions beside a talk: what was begun there, or in the room, outlives it. Without this file it is an ordinary page.
import { BegunForms } from "./room/begun.js";

const begun = new BegunForms(document.querySelector("[data-begun]"));
begun.ready.then(() => begun.refill());
