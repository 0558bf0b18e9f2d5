/** The console's own JSON API. */

import { text, hasText } from "./words.js";

/** What marks a request as one of these pages: no other site can send it. */
export const ownRequest = { "X-Vitrine-Console": "1" };

/** Why the server refused something; `code` does not change, `message` is for the visitor. */
export class Refusal extends Error {
  constructor(code, detail, status) {
    super(hasText(`problem.${code}`) ? text(`problem.${code}`) : detail || text("problem.unknown"));
    this.code = code;
    this.detail = detail && detail !== code ? detail : "";
    this.status = status;
  }
}

let whenSignedOut = () => {};

/** What to do when the session has ended. */
export function onSessionEnd(action) {
  whenSignedOut = action;
}

/** Ends the session on this side. */
export function sessionEnded() {
  whenSignedOut();
}

/** The answer to a request of the API; null for one without content. */
export async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(`/api/console/${path}`, {
      method,
      headers: body === undefined ? ownRequest : { ...ownRequest, "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refusal("connection");
  }
  if (answer.status === 204) return null;
  const json = await answer.json().catch(() => ({}));
  if (answer.ok) return json;
  if (json.code === "sign-in-required") sessionEnded();
  throw new Refusal(json.code ?? "unknown", json.detail, answer.status);
}
