/** Sends one picture. XMLHttpRequest, because fetch does not tell how much has been sent. */

import { connectionLost, readAnswer } from "./upload-answer.js";
import { SpeedMeter } from "./speed-meter.js";

/**
 * `onProgress({ fraction, bytesPerSecond })` is called while bytes leave; fraction 1 means that all did.
 * `answer` resolves, never rejects, to `{ image }`, `{ problem }` or `{ cancelled: true }`.
 */
export function sendPicture(file, options, onProgress) {
  const request = new XMLHttpRequest();
  const meter = new SpeedMeter(performance.now());
  const answer = new Promise((resolve) => {
    request.addEventListener("load", () => resolve(readAnswer(response(request))));
    request.addEventListener("error", () => resolve({ problem: connectionLost }));
    request.addEventListener("abort", () => resolve({ cancelled: true }));
  });
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    onProgress({ fraction: loaded / total, bytesPerSecond: meter.update(loaded, performance.now()) });
  });
  request.upload.addEventListener("load", () => onProgress({ fraction: 1 }));
  request.open("POST", "/api/upload");
  request.setRequestHeader("Accept", "application/json");
  if (options.token) request.setRequestHeader("Authorization", `Bearer ${options.token}`);
  request.send(formOf(file, options));
  return { answer, abort: () => request.abort() };
}

/** The options come before the file: the server reads a form as a stream and must know them by then. */
function formOf(file, { visibility, expires, metadata }) {
  const form = new FormData();
  form.append("visibility", visibility);
  if (expires) form.append("expires", expires);
  if (metadata) form.append("metadata", metadata);
  form.append("file", file, file.name);
  return form;
}

function response(request) {
  return {
    status: request.status,
    contentType: request.getResponseHeader("Content-Type"),
    retryAfter: request.getResponseHeader("Retry-After"),
    body: request.responseText,
  };
}
