/** Deletes a picture of one's own. */

/**
 * Tells "deleted", "gone" where there was none any more, "forbidden" where the server does not take the token,
 * else "failed".
 */
export async function deletePicture({ name, delete_token: token }) {
  try {
    const response = await fetch(`/api/images/${encodeURIComponent(name)}`, {
      method: "DELETE",
      headers: { Accept: "application/json", Authorization: `Bearer ${token}` },
    });
    if (response.ok) return "deleted";
    return { 401: "forbidden", 404: "gone" }[response.status] ?? "failed";
  } catch {
    return "failed";
  }
}
