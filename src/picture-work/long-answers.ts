/** @file Takes the bytes out of an answer, so that they can be sent in parts, and puts them back. */

/** Stands in an answer for as many bytes. */
interface BytesMark {
  readonly longBytes: number;
}

function isMark(value: object): value is BytesMark {
  return "longBytes" in value && typeof value.longBytes === "number";
}

/** Replaces values inside of plain objects and lists. */
function mapInside(value: unknown, replace: (inner: unknown) => unknown): unknown {
  const replaced = replace(value);
  if (replaced !== value || typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return replaced;
  if (Array.isArray(value)) return value.map((inner) => mapInside(inner, replace));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapInside(inner, replace)]));
}

/** The answer with marks in the place of its bytes, and these, one after the other. */
export function withoutBytes(answer: unknown): { readonly marked: unknown; readonly bytes: Uint8Array } {
  const parts: Uint8Array[] = [];
  const marked = mapInside(answer, (value) => {
    if (!(value instanceof Uint8Array)) return value;
    parts.push(value);
    return { longBytes: value.length } satisfies BytesMark;
  });
  if (parts.length === 1) return { marked, bytes: parts[0]! };
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { marked, bytes };
}

/** The answer that `withoutBytes` took apart. */
export function withBytes(marked: unknown, bytes: Uint8Array): unknown {
  let at = 0;
  return mapInside(marked, (value) => {
    if (typeof value !== "object" || value === null || !isMark(value)) return value;
    at += value.longBytes;
    return bytes.subarray(at - value.longBytes, at);
  });
}
