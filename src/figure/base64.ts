/** @file Bytes as base64 text, in the browser and elsewhere. */

const chunk = 0x8000;

/** The bytes as base64. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  // One call per chunk: a call cannot take the millions of arguments of a whole picture. The chunks are joined before encoding.
  for (let start = 0; start < bytes.length; start += chunk) {
    parts.push(String.fromCharCode(...bytes.subarray(start, start + chunk)));
  }
  return btoa(parts.join(""));
}

/** The bytes of base64 text. Throws if it is none. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
