/** Reads the server's answer to an upload: the image's facts, or a problem that a visitor can act on. */

/** What each code of an error calls for: "soon" is tried again by itself, "offered" has a button, "never" has none. */
const retries = {
  "malformed-request": "offered",
  "token-required": "offered",
  "too-large": "never",
  "unsupported-format": "never",
  "invalid-image": "never",
  "too-many-requests": "soon",
  "overloaded": "soon",
  "bad-gateway": "offered",
  "gateway-timeout": "offered",
  "storage-full": "offered",
};

/** Codes for answers that carry none, as those of a proxy in between. */
const codesByStatus = {
  401: "token-required",
  413: "too-large",
  415: "unsupported-format",
  422: "invalid-image",
  429: "too-many-requests",
  502: "bad-gateway",
  503: "overloaded",
  504: "gateway-timeout",
  507: "storage-full",
};

export const connectionLost = { key: "problem.connection", retry: "offered" };

/**
 * `{ image }` or `{ problem }`: a problem has a key of the string table, and the server's own `detail` where it
 * gave one.
 */
export function readAnswer({ status, contentType, body, retryAfter }) {
  const json = /[/+]json\b/.test(contentType ?? "") ? parsed(body) : null;
  if (status === 201 && typeof json?.url === "string") return { image: json };
  if (status < 400) return { problem: { key: "problem.unreadable", retry: "offered" } };
  const code = Object.hasOwn(retries, json?.code ?? "") ? json.code : codesByStatus[status];
  return {
    problem: {
      key: code ? `problem.${code}` : "problem.unknown",
      code,
      values: { status },
      detail: typeof json?.detail === "string" ? json.detail : "",
      retry: code ? retries[code] : "offered",
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
