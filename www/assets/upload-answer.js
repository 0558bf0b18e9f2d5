/** Reads the server's answer to an upload: the image's facts, or a problem that a visitor can act on. */

/**
 * What each kind of problem calls for: "soon" is tried again by itself, "offered" has a button, "never" has none.
 * The kinds are the codes of the server's errors, but for two that only nginx tells.
 */
const retries = {
  "malformed-request": "offered",
  "token-required": "offered",
  "too-large": "never",
  "unsupported-format": "never",
  "invalid-image": "never",
  "too-many-requests": "soon",
  "overloaded": "soon",
  "storage-full": "offered",
  "blocked": "never",
  "bad-gateway": "offered",
  "gateway-timeout": "offered",
};

/** Their code is that of a busy server; but the picture may have been stored, so it is not sent again unasked. */
const kindsOfProxy = { 502: "bad-gateway", 504: "gateway-timeout" };

/** Kinds for answers without a code, as those of a proxy in between. */
const kindsByStatus = {
  401: "token-required",
  413: "too-large",
  415: "unsupported-format",
  422: "invalid-image",
  429: "too-many-requests",
  503: "overloaded",
  507: "storage-full",
};

/** Where the server's own words tell more about the picture than this page's do. */
const tellingDetails = ["malformed-request", "too-large", "unsupported-format", "invalid-image", undefined];

export const connectionLost = { key: "problem.connection", retry: "offered" };

/**
 * `{ image }` or `{ problem }`: a problem has a key of the string table, and the server's own `detail` where that
 * tells more.
 */
export function readAnswer({ status, contentType, body, retryAfter }) {
  const json = /[/+]json\b/.test(contentType ?? "") ? parsed(body) : null;
  if (status === 201 && typeof json?.url === "string") return { image: json };
  if (status < 400) return { problem: { key: "problem.unreadable", retry: "offered" } };
  const code = Object.hasOwn(retries, json?.code ?? "") ? json.code : kindsByStatus[status];
  const kind = kindsOfProxy[status] ?? code;
  return {
    problem: {
      key: kind ? `problem.${kind}` : "problem.unknown",
      kind,
      values: { status },
      detail: tellingDetails.includes(kind) && typeof json?.detail === "string" ? json.detail : "",
      retry: retries[kind] ?? "offered",
      retryAfter: secondsOf(retryAfter),
    },
  };
}

function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** Retry-After as seconds; its other form, a date, is rare and left to the default pause. */
function secondsOf(field) {
  return /^\d+$/.test(field ?? "") ? Number(field) : null;
}
