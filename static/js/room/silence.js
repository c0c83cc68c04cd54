// A shared silence: a soft bell at both ends, and how long it lasts only for who asked to see it.
export class Silence {
  constructor(settings) {
    Object.assign(this, { settings, until: null });
    this.place = document.querySelector("[data-listens] .listening > div");
    this.left = document.createElement("small");
    this.left.hidden = true;
    this.left.dataset.left = "";
    this.place.append(this.left);
    setInterval(() => this.tick(), 1_000);
  }

  show(form, before) {
    this.until = form.phase === "silence" && form.until ? Date.parse(form.until) : null;
    if (before && (before.phase === "silence") !== (form.phase === "silence") && this.settings.now.bell) ring();
    this.tick();
  }

  tick() {
    const seconds = Math.max(0, Math.ceil((this.until - Date.now()) / 1_000));
    this.left.hidden = !this.until || !this.settings.now.countdown;
    if (!this.left.hidden) this.left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}

// Two partials of a small bowl, quiet, dying away. A browser that plays nothing before a key was pressed stays silent.
function ring() {
  try {
    const sound = new AudioContext();
    for (const [pitch, loud] of [[392, 0.08], [1078, 0.02]]) {
      const tone = sound.createOscillator();
      const volume = sound.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, sound.currentTime);
      volume.gain.linearRampToValueAtTime(loud, sound.currentTime + 0.03);
      volume.gain.exponentialRampToValueAtTime(0.0001, sound.currentTime + 3.5);
      tone.connect(volume).connect(sound.destination);
      tone.start();
      tone.stop(sound.currentTime + 3.6);
    }
    setTimeout(() => sound.close(), 4_000);
  } catch {
    // No sound here: the words say the same.
  }
}
