// The page of the questions beside a talk: what was begun there, or in the room, outlives it. Without this file it is an ordinary page.
import { BegunForms } from "./room/begun.js";

const SENT = "question-sent"; // the address that this page sent something to when it was left
const place = document.querySelector("[data-begun]");
const begun = new BegunForms(place);
place.addEventListener("submit", ({ target }) => sessionStorage.setItem(SENT, target.getAttribute("action")));
begun.ready.then(() => {
  begun.sent(sessionStorage.getItem(SENT));
  sessionStorage.removeItem(SENT);
  begun.refill();
});
