// A soft bell, made here: no file is loaded. Browsers allow sound only after somebody has pressed something.
const STRIKE = [[1, 0.22], [2.76, 0.09], [5.4, 0.03]]; // parts of a bell's tone, and how loud each is
const TONE = 392; // hertz
const LASTS = 3.2; // seconds

let context;

// Rings once. Answers whether the browser let it.
export async function ring() {
  if (!window.AudioContext) return false;
  context ??= new AudioContext();
  await context.resume();
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
  return context.state === "running";
}
