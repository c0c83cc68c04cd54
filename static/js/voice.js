// [data-voice]: records with the browser's own recorder. It is listened to through the page's own sound, since the policy lets no
// made-up address play; nothing is sent before the form is.
const LONGEST = 10 * 60; // seconds
const BITS = 48_000; // a second; a voice needs no more
const ENDINGS = { "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a" };

class Voice {
  constructor(place) {
    this.place = place;
    this.form = place.closest("form");
    this.says = place.dataset;
    this.button = Object.fromEntries(["record", "stop", "listen", "discard"].map((name) => [name, place.querySelector(`[data-${name}]`)]));
    this.button.record.addEventListener("click", () => this.record());
    this.button.stop.addEventListener("click", () => this.recorder.stop());
    this.button.listen.addEventListener("click", () => this.listen());
    this.button.discard.addEventListener("click", () => this.discard());
    this.form.addEventListener("formdata", ({ formData }) => this.file && formData.set("file", this.file));
    const possible = Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
    this.button.record.hidden = !possible;
    place.querySelector("[data-time]").hidden = !possible;
    this.say(possible ? this.says.saysReady : this.says.saysNone);
    place.hidden = false;
  }

  async record() {
    this.say(this.says.saysAsking);
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      return this.say(this.says.saysNone);
    }
    const parts = [];
    this.recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITS });
    this.recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    this.recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      this.recorded(parts);
    });
    this.recorder.addEventListener("start", () => this.started());
    this.recorder.start(1000);
    return null;
  }

  started() {
    this.began = performance.now();
    this.show("stop");
    this.button.stop.focus();
    this.say(this.says.saysRecording);
    this.form.dataset.made = "";
    this.ticks = setInterval(() => this.tick(), 250);
  }

  get seconds() {
    return Math.floor((performance.now() - this.began) / 1000);
  }

  tick() {
    this.place.querySelector("[data-time]").textContent = clock(this.seconds);
    if (this.seconds >= LONGEST && this.recorder.state === "recording") this.recorder.stop();
  }

  recorded(parts) {
    clearInterval(this.ticks);
    const type = this.recorder.mimeType.split(";")[0];
    const time = clock(Math.min(this.seconds, LONGEST));
    this.place.querySelector("[data-time]").textContent = time;
    this.file = new File(parts, `${this.says.fileName}.${ENDINGS[type] ?? "webm"}`, { type });
    this.show("listen", "discard");
    this.button.listen.focus();
    this.say((this.seconds >= LONGEST ? this.says.saysFull : this.says.saysStopped).replace("{time}", time));
  }

  async listen() {
    this.playing?.stop();
    try {
      this.sound ??= new AudioContext();
      await this.sound.resume();
      this.playing = this.sound.createBufferSource();
      this.playing.buffer = await this.sound.decodeAudioData(await this.file.arrayBuffer());
      this.playing.connect(this.sound.destination);
      this.playing.start();
      this.say(this.says.saysListening);
    } catch {
      this.playing = null;
      this.say(this.says.saysDeaf);
    }
  }

  discard() {
    this.playing?.stop();
    this.playing = this.file = null;
    delete this.form.dataset.made;
    this.place.querySelector("[data-time]").textContent = clock(0);
    this.show("record");
    this.button.record.focus();
    this.say(this.says.saysDiscarded);
  }

  show(...names) {
    for (const [name, button] of Object.entries(this.button)) button.hidden = !names.includes(name);
  }

  say(sentence) {
    this.place.querySelector("[data-says]").textContent = sentence;
  }
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

for (const place of document.querySelectorAll("[data-voice]")) new Voice(place);
