/**
 * The files of one visit on their way to the server: checked, queued, sent a few at a time, tried again.
 * Each upload is a plain value that cards are drawn from; its `state` is one of
 *
 *   checking → queued → sending → processing → done
 *                                            → paused     tried again by itself after `pause` seconds
 *                                            → failed     may be tried again
 *   refused, cancelled
 */

const parallel = 3;
const automaticAttempts = 4;
const longestPause = 60;

const inFlight = ["sending", "processing"];
const unsettled = ["checking", "queued", "paused", ...inFlight];

export class UploadQueue {
  #uploads = [];
  #check;
  #send;
  #changed;

  /**
   * `check(file)` gives a problem or null; `send(file, onProgress)` gives `{ answer, abort }` (see upload-request.js);
   * `changed(upload, before)` is called after every change, with the state before it.
   */
  constructor({ check, send, changed }) {
    this.#check = check;
    this.#send = send;
    this.#changed = changed;
  }

  get uploads() {
    return [...this.#uploads];
  }

  get isBusy() {
    return this.#uploads.some(({ state }) => unsettled.includes(state));
  }

  async add(file) {
    const upload = { file, attempts: 0 };
    this.#uploads.push(upload);
    this.#become(upload, "checking");
    const problem = await this.#check(file);
    if (upload.state !== "checking") return;
    if (problem) this.#become(upload, "refused", { problem });
    else this.#enqueue(upload);
  }

  cancel(upload) {
    if (!unsettled.includes(upload.state)) return;
    clearTimeout(upload.timer);
    this.#become(upload, "cancelled");
    upload.abort?.();
    this.#startNext();
  }

  retry(upload) {
    if (!["failed", "cancelled", "paused"].includes(upload.state)) return;
    upload.attempts = 0;
    this.#enqueue(upload);
  }

  remove(upload) {
    this.cancel(upload);
    this.#uploads = this.#uploads.filter((other) => other !== upload);
  }

  #enqueue(upload) {
    clearTimeout(upload.timer);
    this.#become(upload, "queued", { problem: null, fraction: 0, bytesPerSecond: null });
    this.#startNext();
  }

  #startNext() {
    const free = parallel - this.#uploads.filter(({ state }) => inFlight.includes(state)).length;
    for (const upload of this.#uploads.filter(({ state }) => state === "queued").slice(0, free)) this.#start(upload);
  }

  async #start(upload) {
    upload.attempts += 1;
    this.#become(upload, "sending");
    const request = this.#send(upload.file, (progress) => {
      // The last events of a cancelled request may still arrive.
      if (upload.abort !== request.abort || !inFlight.includes(upload.state)) return;
      this.#become(upload, progress.fraction < 1 ? "sending" : "processing", progress);
    });
    upload.abort = request.abort;
    const answer = await request.answer;
    if (upload.abort === request.abort && inFlight.includes(upload.state)) this.#settle(upload, answer);
    this.#startNext();
  }

  #settle(upload, { image, problem }) {
    if (image) {
      this.#become(upload, "done", { image });
    } else if (problem.retry === "soon" && upload.attempts < automaticAttempts) {
      this.#pause(upload, problem);
    } else {
      this.#become(upload, problem.retry === "never" ? "refused" : "failed", { problem });
    }
  }

  #pause(upload, problem) {
    const seconds = Math.min(problem.retryAfter ?? 2 ** upload.attempts, longestPause);
    upload.timer = setTimeout(() => this.#enqueue(upload), seconds * 1000);
    this.#become(upload, "paused", { problem, pause: seconds });
  }

  #become(upload, state, facts = {}) {
    const before = upload.state;
    Object.assign(upload, facts, { state });
    this.#changed(upload, before);
  }
}
