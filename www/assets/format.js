/** Sizes, speeds and dates as the current language writes them. */

import { language } from "./language.js";

const scale = [
  ["megabyte", 1024 * 1024],
  ["kilobyte", 1024],
];

/** 5,242,880 bytes are 5 MB: megabytes of 1,024 kilobytes, as file managers count them. */
export function formatBytes(bytes) {
  return inUnit(bytes, "");
}

export function formatSpeed(bytesPerSecond) {
  return inUnit(bytesPerSecond, "-per-second");
}

export function formatDate(date) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(date);
}

function inUnit(bytes, suffix) {
  const [unit, size] = scale.find(([, size]) => bytes >= size) ?? scale.at(-1);
  const value = bytes / size;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: unit + suffix,
    maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0,
    // Upwards: one byte over a limit of 5 MB is 5.01 MB, and a few bytes are not 0 kB.
    roundingMode: "ceil",
  }).format(value);
}
