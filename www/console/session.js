/** Who is signed in. */

import { call, keepProofs, onSessionEnd } from "./api.js";

let current = null;
let whenSignedOut = () => {};

/** The session (`account`, `operator`, `expires`); null for nobody. */
export async function signedIn() {
  if (current) return current;
  const session = await call("GET", "session");
  current = session.account === null ? null : session;
  return current;
}

/** Whether the operator is signed in. */
export function isOperator() {
  return current?.operator ?? false;
}

/** Where the object store's own endpoint is: scheme, host and port. */
export function storeOrigin() {
  return current?.store ?? "";
}

/** The name of the account that is signed in. */
export function accountName() {
  return current?.account ?? "";
}

export async function signIn(accessKey, secretKey) {
  current = await call("POST", "session", { access_key: accessKey, secret_key: secretKey });
  keepProofs(current);
}

export async function signOut() {
  await call("DELETE", "session");
  ended();
}

export function onSignedOut(action) {
  whenSignedOut = action;
}

function ended() {
  current = null;
  keepProofs(null);
  whenSignedOut();
}

onSessionEnd(ended);
