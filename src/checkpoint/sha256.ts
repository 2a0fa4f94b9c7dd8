/** @file Digests of files, for places without Node. */

/** Hexadecimal sha256 of these bytes, one after the other. */
export async function sha256Of(parts: readonly Uint8Array[]): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer(),
  );
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
