/** Bucket policies: which prefixes everybody may read, and how that is changed. Documents are texts of JSON. */

const everything = "arn:aws:s3:::";

/** The prefixes of a bucket whose objects everybody may get; the empty one is the whole bucket. */
export function publicPrefixes(policy, bucket) {
  const start = `${everything}${bucket}/`;
  const found = statements(policy)
    .filter(isPublicRead)
    .flatMap((statement) => list(statement.Resource))
    .filter((resource) => resource.startsWith(start) && resource.endsWith("*"))
    .map((resource) => resource.slice(start.length, -1));
  return [...new Set(found)].sort();
}

/** The policy that also lets everybody get what is under a prefix. */
export function withPublicPrefix(policy, bucket, prefix) {
  if (publicPrefixes(policy, bucket).includes(prefix)) return policy;
  const statement = {
    Sid: `public-read-${Date.now().toString(36)}`,
    Effect: "Allow",
    Principal: { AWS: ["*"] },
    Action: ["s3:GetObject"],
    Resource: [`${everything}${bucket}/${prefix}*`],
  };
  return write([...statements(policy), statement]);
}

/** The policy that does not any more; null where nothing is left of it. */
export function withoutPublicPrefix(policy, bucket, prefix) {
  const resource = `${everything}${bucket}/${prefix}*`;
  const kept = statements(policy).flatMap((statement) => {
    if (!isPublicRead(statement)) return [statement];
    const resources = list(statement.Resource).filter((other) => other !== resource);
    return resources.length > 0 ? [{ ...statement, Resource: resources }] : [];
  });
  return kept.length > 0 ? write(kept) : null;
}

/** The text as people edit it. */
export function pretty(policy) {
  return policy ? JSON.stringify(JSON.parse(policy), null, 2) : "";
}

function write(list) {
  return JSON.stringify({ Version: "2012-10-17", Statement: list });
}

function statements(policy) {
  return policy ? list(JSON.parse(policy).Statement) : [];
}

function isPublicRead({ Effect, Principal, Action, Condition }) {
  const who = typeof Principal === "string" ? [Principal] : list(Principal?.AWS);
  return Effect === "Allow" && !Condition && who.includes("*") && list(Action).includes("s3:GetObject");
}

function list(value) {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
