/** Bytes per second, smoothed, so that the figure can be read while it changes. */

const memory = 2000;

export class SpeedMeter {
  #samples;

  /** Times are milliseconds of one clock. */
  constructor(now) {
    this.#samples = [{ bytes: 0, time: now }];
  }

  /** The mean over the last two seconds, given the bytes sent in all; null until it means something. */
  update(bytes, now) {
    this.#samples.push({ bytes, time: now });
    while (this.#samples.length > 2 && this.#samples[1].time <= now - memory) this.#samples.shift();
    const first = this.#samples[0];
    const elapsed = now - first.time;
    return elapsed < 100 ? null : ((bytes - first.bytes) * 1000) / elapsed;
  }
}
