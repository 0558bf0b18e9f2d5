/** The console's own JSON API. */

import { text, hasText } from "./words.js";

/** Where the console's own addresses begin. */
export const consoleRoot = "/-/console";

const proofName = "vitrine-console-proof";

/**
 * What the pages hold besides the cookie: `proof` goes into a header, `linkProof` into the address of what the browser
 * fetches by itself. Both are kept where no other port of this host can read them, and where a second tab can.
 */
let proofs = readProofs();

function readProofs() {
  try {
    return JSON.parse(localStorage.getItem(proofName)) ?? {};
  } catch {
    return {};
  }
}

/** Keeps the proofs of a new session; forgets them without one. */
export function keepProofs(session) {
  proofs = session ? { proof: session.proof, linkProof: session.link_proof } : {};
  try {
    if (session) localStorage.setItem(proofName, JSON.stringify(proofs));
    else localStorage.removeItem(proofName);
  } catch {
    // They last as long as this page, then.
  }
}

addEventListener("storage", (event) => {
  if (event.key === proofName) proofs = readProofs();
});

/** What marks a request as one of these pages: no other site can send it, and nobody else knows the proof. */
export function ownRequest() {
  return { "X-Vitrine-Console": proofs.proof ?? "1" };
}

/** The proof that an address carries which the browser fetches by itself. */
export function linkProof() {
  return proofs.linkProof ?? null;
}

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
    answer = await fetch(`${consoleRoot}/${path}`, {
      method,
      headers: body === undefined ? ownRequest() : { ...ownRequest(), "Content-Type": "application/json" },
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
