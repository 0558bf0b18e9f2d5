/** Sizes, dates and numbers as the language writes them. */

import { language } from "./words.js";

const units = [
  ["terabyte", 2 ** 40],
  ["gigabyte", 2 ** 30],
  ["megabyte", 2 ** 20],
  ["kilobyte", 2 ** 10],
  ["byte", 1],
];

const formats = new Map();

/** Formats are dear to make, and a page of a listing needs each a thousand times. */
function numberFormat(options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(language, options));
  return formats.get(key);
}

let dateFormat;

export function formatBytes(bytes) {
  const [unit, size] = units.find(([, size]) => bytes >= size) ?? units.at(-1);
  const value = bytes / size;
  return numberFormat({
    style: "unit",
    unit,
    unitDisplay: unit === "byte" ? "long" : "short",
    maximumFractionDigits: unit === "byte" || value >= 100 ? 0 : value >= 10 ? 1 : 2,
  }).format(value);
}

/** A moment: a Date, seconds since 1970, or an ISO 8601 text. */
export function formatDate(moment) {
  const date = typeof moment === "number" ? new Date(moment * 1000) : new Date(moment);
  dateFormat ??= new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return dateFormat.format(date);
}

export function formatNumber(number) {
  return numberFormat({ maximumFractionDigits: 2 }).format(number);
}

export function formatPercent(share) {
  return numberFormat({ style: "percent" }).format(share);
}
