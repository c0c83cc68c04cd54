// The live room: brings the page to life. Without this file the page can be read anew and posted to.
import { Acts } from "./room/acts.js";
import { Announcer } from "./room/announcer.js";
import { Choices } from "./room/choices.js";
import { Circle } from "./room/circle.js";
import { Composer } from "./room/composer.js";
import { Connection } from "./room/connection.js";
import { Earlier } from "./room/earlier.js";
import { Flags } from "./room/flags.js";
import { Form } from "./room/form.js";
import { fitAboveKeyboard } from "./room/keyboard.js";
import { listenToKeys } from "./room/keys.js";
import { Lanes } from "./room/lanes.js";
import { Log } from "./room/log.js";
import { Outbox } from "./room/outbox.js";
import { Questions } from "./room/questions.js";
import { Quiet } from "./room/quiet.js";
import { Said } from "./room/said.js";
import { Settings } from "./room/settings.js";
import { listenToSheet } from "./room/sheet.js";
import { SmallRooms } from "./room/small-rooms.js";
import { Silence } from "./room/silence.js";

// What has come is confirmed within eight seconds, and at once when much has: after ten seconds of silence the server would ask with a
// ping whether anybody is there. It gives 200 events or 256 kB ahead, so only what is still on its way can let it wait.
const HAVE_EVERY = 8_000;
const HAVE_AT_ONCE = 100;
const HAVE_LENGTH_AT_ONCE = 60_000;

const FEW = 5; // messages that came while somebody was away and are still read out one by one
const STANDING = { here: "here", joining: "", requests: "slow" };
const STILL = 1_500; // milliseconds after their words in which nobody is shown writing

const talk = document.querySelector("[data-room]");
const words = document.querySelector("[data-words]").dataset;
const state = document.querySelector("[data-connection]");
const typing = document.querySelector("[data-typing]");
let writers = [];
const spokeAt = new Map(); // id -> when their last words came: news that they write may come later than what they wrote
let unconfirmed = 0;
const log = new Log(document.querySelector("[data-log]"), talk, words);
const circle = new Circle(document.querySelector(".room-side"), words);
const said = new Said(log, talk.dataset, words);
const form = new Form(talk, words, (id) => circle.name(id));
const choices = new Choices();
const announcer = new Announcer(document.querySelector("[data-announce]"));
const settings = new Settings(apply);
const silence = new Silence(settings);
apply(settings.now);
log.changed = change;

const connection = new Connection({
  address: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/room/${talk.dataset.room}/`,
  ticket: talk.dataset.ticket,
  position: () => ({ epoch: log.epoch, after: log.have }),
  on: { state: show, frame: hear, people: () => circle.people.size, lost },
});

// Anything that was written is kept first; where it can not be, the person decides when to read the page anew.
async function anew() {
  await outbox.keep();
  if (outbox.keeps || outbox.empty) location.reload();
  else show("again");
}

const outbox = new Outbox({
  room: talk.dataset.room,
  send: (frame) => connection.send(frame),
  draw: (one) => said.waiting(one, connection.able),
  drop: (id) => said.drop(id),
  refuse: (one, sentence, held, code) => {
    if (one) composer.note(sentence, code);
    else acts.refused(sentence);
    if (one && held) said.held(one);
  },
  begun: (message) => composer.fill(message, false),
});

const composer = new Composer(document.querySelector("[data-say]"), {
  say: (message) => outbox.say(message),
  writing: (message) => outbox.write(message),
  typing: () => connection.send({ type: "typing" }),
});

const acts = new Acts((frame) => connection.act(frame));

said.on = {
  withdraw: (seq) => confirm(words.withdrawSure) && connection.send({ type: "withdraw", seq }),
  quote: (seq, text) => composer.quote(seq, text),
  again: (id) => outbox.again(id) && said.sending(id),
  edit: (id) => composer.fill(outbox.takeBack(id)),
};
const quiet = new Quiet(log, talk.dataset, words, (seq, kind, on) => connection.send({ type: "react", seq, kind, on }));
quiet.follow(form.now);
said.others.push(quiet);
const flags = new Flags(log, talk.dataset, words, (seq, reason) => connection.send({ type: "flag", seq, reason }));
said.others.push(flags);
const lanes = new Lanes(log, talk, words, { send: (frame) => connection.send(frame), keep: (seq) => said.keep(seq) });
said.others.push(lanes);
const small = new SmallRooms((frame) => connection.send(frame));
const questions = new Questions({ send: (frame) => connection.send(frame), people: () => circle.people.size });
log.kinds["words.purged"] = () => log.purge();
said.dress(log.place);
const earlier = new Earlier(log, words, { dress: () => said.dress(log.place), quietly });
listenToKeys(talk.dataset.seat === "interpreter" ? { i: () => lanes.newest() } : {});
listenToSheet();
fitAboveKeyboard();
show("joining");
setInterval(tellHave, HAVE_EVERY);
document.addEventListener("words:flush", (event) => event.detail.push(outbox.emptied()));

function hear(frame) {
  if (frame.type === "events") {
    if (frame.events.length > FEW) meanwhile(frame.events);
    frame.events.forEach(happen);
    if (!frame.complete) tellHave();
  } else if (frame.type === "flagged") flags.told(frame); // it names a message, and is none
  else if (frame.seq) happen(frame);
  else if (frame.type === "welcome") arrive(frame);
  else if (frame.type === "presence") attend(frame);
  else if (frame.type === "typing") someoneWrites((writers = frame.people.filter((id) => Date.now() - (spokeAt.get(id) ?? 0) > STILL)));
  else if (frame.type === "asked") questions.asked(frame);
  else if (frame.type === "refused") lanes.refused(frame) || small.refused(frame) || questions.refused(frame) || outbox.refused(frame);
  else if (frame.type === "pong") catchUp(frame);
  else if (frame.type === "reset") anew();
}

// A request that did not arrive is answered as the server would have.
function lost({ client_id: id }) {
  hear({ type: "refused", client_id: id ?? null, code: "not_kept", sentence: words.notReached });
}

function arrive(frame) {
  circle.all(frame.roster);
  choices.add(frame.roster);
  form.show();
  said.me = frame.you;
  outbox.ready.then(() => outbox.flush());
}

// An event in its turn: the form of the dialogue is what the last one said.
function change(event) {
  const spoke = form.speaks;
  small.take(event);
  questions.take(event);
  const before = form.take(event);
  if (!before) return;
  if (before.phase !== form.now.phase) someoneWrites((writers = []));
  circle.take(form);
  silence.show(form.now, before);
  quiet.follow(form.now);
  choices.offer(form.now.hands);
  choices.pressed(form.now.phase, form.now.before);
  if (event.type === "room.slowed") slowed(event);
  announce(event, !spoke && form.speaks && form.now.turns.holder === form.me);
}

function slowed(event) {
  Object.assign(document.querySelector("[data-slow]"), { textContent: lineOf(event), hidden: !event.seconds });
  composer.slowed();
}

// Where the log itself is read out, it says what changed; else only what the person chose to hear. That it is one's turn is always said.
function announce(event, mine) {
  const rate = settings.now.announce;
  const says = (rate === "turns" && event.html) || (rate === "phases" && event.type === "phase.moved");
  announcer.say(says ? lineOf(event) : "", mine && words.yourTurn);
}

function lineOf(event) {
  return document.getElementById(`said-${event.seq}`)?.lastChild.textContent.replace(/\s+/g, " ").trim() ?? "";
}

// Who was away is not read a hundred messages in one breath.
function meanwhile(events) {
  const came = events.filter((event) => event.type === "message.posted" && event.seq > log.have).length;
  if (settings.now.announce !== "messages" || !came) return;
  quietly();
  announcer.say(words.manyCame.replace("%s", came));
}

// What comes to the log in this moment is not read out.
function quietly() {
  log.place.setAttribute("aria-live", "off");
  clearTimeout(quietly.timer);
  quietly.timer = setTimeout(() => apply(settings.now), 1_500);
}

function apply({ announce: rate, show: shown }) {
  log.place.setAttribute("aria-live", rate === "messages" ? "polite" : "off");
  circle.form = form;
  circle.as(shown);
}

function happen(event) {
  const complete = log.take(event);
  if (event.client_id && String(event.author) === talk.dataset.me) came(event.client_id);
  if (event.author) spokeAt.set(event.author, Date.now());
  someoneWrites((writers = writers.filter((id) => id !== event.author)));
  said.dress(log.place);
  earlier.trim();
  if (!complete) comeAgain();
  unconfirmed += event.html?.length ?? 0;
  if (log.have - log.toldHave >= HAVE_AT_ONCE || unconfirmed >= HAVE_LENGTH_AT_ONCE) tellHave();
}

function came(id) {
  outbox.came(id);
  if (!outbox.waiting.size) composer.note(""); // what stood there was about words that are said now
}

function attend(frame) {
  circle.change(frame);
  choices.add(frame.joined);
  const named = [...form.now.hands, ...form.everybody]; // until now as somebody, if they did something before the circle knew of them
  if (frame.joined.some(({ id }) => named.includes(id))) form.show();
}

function tellHave() {
  if (log.have <= log.toldHave || !connection.send({ type: "have", seq: log.have })) return;
  log.toldHave = log.have;
  unconfirmed = 0;
}

// A number is missing although the line is good: join again from where we are.
function comeAgain() {
  clearTimeout(comeAgain.timer);
  comeAgain.timer = setTimeout(() => log.early.size && connection.joined && connection.socket.close(), 2_000);
}

function catchUp({ epoch, latest }) {
  if (epoch !== log.epoch) anew();
  else if (latest > log.have) {
    clearTimeout(catchUp.timer);
    const before = log.have;
    catchUp.timer = setTimeout(() => log.have === before && connection.joined && connection.socket.close(), 5_000);
  }
}

function someoneWrites(people) {
  circle.writes(people);
  const others = people.filter((id) => String(id) !== talk.dataset.me);
  const name = others.length === 1 && circle.name(others[0]);
  typing.textContent = name ? words.oneWrites.replace("%s", () => name) : others.length ? words.someWrite : "";
}

function show(word) {
  if (state.dataset.word === word) return; // said once
  state.dataset.word = word;
  const over = ["signed-out", "removed", "closed", "flood", "again"].includes(word);
  state.className = `connection ${STANDING[word] ?? "lost"}`;
  const lost = outbox?.keeps === false ? words.lostUnkept : words.lost;
  state.textContent = word === "lost" ? lost : words[word.replace("-o", "O")];
  if (over) typing.textContent = "";
  if (word === "signed-out") state.append(" ", link(`/accounts/login/?next=${encodeURIComponent(location.pathname)}`, words.signIn));
  if (["flood", "again"].includes(word)) state.append(" ", link(location.pathname, words.anew));
  if (word === "removed" || word === "closed") leaveWords();
  if (word === "closed" && talk.dataset.keeps === "0") log.purge(); // who was away when it closed as well
  if (word === "closed") state.append(" ", small.main ?? link(talk.dataset.landing, words.landing));
  if (word === "closed") leaveEmpty();
  if (word === "lost" || word === "signed-out") said.waitingAgain();
}

// Nothing can be done any more; only words that were not sent stay where they can be copied.
function leaveWords() {
  for (const part of document.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== "speaks" || outbox.empty;
}

// Nobody is here any more, and no phase goes on. A note that somebody is writing for themselves stays.
function leaveEmpty() {
  const phase = document.querySelector(".phase-line [aria-current]");
  if (phase) phase.textContent = words.over;
  document.querySelector("[data-floor]").textContent = "";
  const side = document.querySelector(".room-side");
  side.classList.remove("folded", "open");
  for (const part of [...side.children]) if (!part.matches(":has([data-keep-note]), [data-keep-said], [data-kept-here]")) part.remove();
}

function link(href, text) {
  const anchor = document.createElement("a");
  Object.assign(anchor, { href, textContent: text });
  return anchor;
}
