// A soft bell, made here: no file is loaded. Browsers allow sound only after somebody has pressed something.
const STRIKE = [[1, 0.22], [2.76, 0.09], [5.4, 0.03]]; // parts of a bell's tone, and how loud each is
const TONE = 392; // hertz
const LASTS = 3.2; // seconds
const PATIENCE = 1_000; // milliseconds in which a browser that lets it sound has woken

let context;
let resting;

// The first press on a page lets the bell ring later by itself: phones ask for that.
export function readyOnPress() {
  const events = ["pointerup", "keyup"];
  async function ready() {
    for (const kind of events) document.removeEventListener(kind, ready, true);
    if (await woken().catch(() => false)) rest();
  }
  for (const kind of events) document.addEventListener(kind, ready, true);
}

// Rings once. Answers whether the browser let it; a bell that may not ring now does not ring later.
export async function ring() {
  if (!(await woken())) return false;
  const now = context.currentTime;
  for (const [part, loud] of STRIKE) {
    const tone = new OscillatorNode(context, { frequency: TONE * part });
    const fade = new GainNode(context, { gain: 0 });
    fade.gain.setValueAtTime(0, now);
    fade.gain.linearRampToValueAtTime(loud, now + 0.01);
    fade.gain.exponentialRampToValueAtTime(0.0001, now + LASTS / Math.sqrt(part));
    tone.connect(fade).connect(context.destination);
    tone.start(now);
    tone.stop(now + LASTS);
  }
  rest(LASTS);
  return true;
}

async function woken() {
  if (!window.AudioContext) return false;
  context ??= new AudioContext();
  clearTimeout(resting);
  await Promise.race([context.resume(), new Promise((done) => setTimeout(done, PATIENCE))]);
  if (context.state !== "running") context.suspend(); // what was asked for so late is asked for no more
  return context.state === "running";
}

// Between two strokes nothing runs.
function rest(after = 0) {
  resting = setTimeout(() => context.suspend(), after * 1_000);
}
