// form[data-attach]: sends a file and says how far it is; when it does not arrive, everything stays here. Without this file it is an
// ordinary form. What is drawn or recorded comes in by the form's "formdata" event (js/sketch.js, js/voice.js).
class Sender {
  constructor(form) {
    this.form = form;
    const place = form.querySelector("[data-sending]");
    this.says = place.dataset;
    this.progress = place.querySelector("progress");
    this.status = place.querySelector("[role=status]");
    form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("beforeunload", (event) => this.unsaved && event.preventDefault());
  }

  // Made here and nowhere else yet: a closed tab would lose it.
  get unsaved() {
    return "made" in this.form.dataset && !this.arrived;
  }

  submitted(event) {
    event.preventDefault();
    if (this.busy) return null;
    const data = new FormData(this.form);
    if (data.get("file").size > Number(this.says.sendingLargest)) return this.stopped(this.says.sendingLarge);
    this.busy = true;
    this.say(this.says.sendingOn);
    this.progress.hidden = false;
    this.progress.value = 0;
    const request = new XMLHttpRequest(); // fetch does not say how much has gone
    request.open("POST", this.form.action);
    request.setRequestHeader("X-Upload", "1");
    request.upload.addEventListener("progress", ({ loaded, total }) => (this.progress.value = total ? loaded / total : 0));
    request.addEventListener("load", () => this.answered(request));
    for (const end of ["error", "timeout", "abort"]) request.addEventListener(end, () => this.stopped(this.says.sendingLost));
    return request.send(data);
  }

  answered(request) {
    if (request.status === 201) {
      this.arrived = true;
      return location.assign(request.getResponseHeader("Location"));
    }
    if (request.status === 422) return this.stopped(sentences(request).join(" "));
    // Signed out: the form went to the page that asks to sign in, or its token is too old.
    const elsewhere = new URL(request.responseURL || this.form.action).pathname !== new URL(this.form.action).pathname;
    if (elsewhere || [401, 403].includes(request.status)) return this.signedOut();
    return this.stopped(this.says.sendingTrouble);
  }

  async signedOut() {
    this.stopped(this.says.sendingSignedOut);
    const look = async () => {
      const { whoIsHere } = await import("./drafts.js");
      const here = await whoIsHere();
      if (!here) return;
      for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = here.token;
      window.removeEventListener("focus", look);
    };
    window.addEventListener("focus", look);
  }

  stopped(sentence) {
    this.busy = false;
    this.progress.hidden = true;
    this.say(sentence, "conflict");
  }

  say(sentence, state = "") {
    this.status.className = `save-status ${state}`.trim();
    this.status.textContent = sentence;
  }
}

function sentences(request) {
  try {
    return JSON.parse(request.responseText).sentences ?? [];
  } catch {
    return [];
  }
}

for (const form of document.querySelectorAll("form[data-attach]")) new Sender(form);
