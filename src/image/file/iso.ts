/** @file AVIF files as libheif wants them: an animation as the still picture that stands beside it, and whether it is turned. */

interface IsoBox {
  readonly name: string;
  readonly content: Uint8Array;
}

function* boxesOf(bytes: Uint8Array): Generator<IsoBox> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length;) {
    let length = view.getUint32(at);
    let header = 8;
    if (length === 1 && at + 16 <= bytes.length) {
      length = Number(view.getBigUint64(at + 8));
      header = 16;
    }
    if (length === 0) length = bytes.length - at;
    if (length < header) return;
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield { name, content: bytes.subarray(at + header, at + length) };
    at += length;
  }
}

/** The content of the box at the end of a path of names; "meta" has a version and flags before its boxes. */
function boxAt(bytes: Uint8Array, path: readonly string[]): Uint8Array | undefined {
  let content: Uint8Array | undefined = bytes;
  for (const name of path) {
    content = [...boxesOf(content)].find((box) => box.name === name)?.content;
    if (content === undefined) return undefined;
    if (name === "meta") content = content.subarray(4);
  }
  return content;
}

/** Whether the file has a picture of its own beside a sequence of frames. */
export function hasStillPicture(bytes: Uint8Array): boolean {
  return boxAt(bytes, ["meta", "pitm"]) !== undefined;
}

/** Whether the decoder turns or mirrors the picture by itself. */
export function isTurnedByDecoder(bytes: Uint8Array): boolean {
  const properties = boxAt(bytes, ["meta", "iprp", "ipco"]);
  if (properties === undefined) return false;
  return [...boxesOf(properties)].some(({ name, content }) => name === "imir" || (name === "irot" && content[0] !== 0));
}

/** An animation (major brand "avis") as a still picture ("avif"): the same file with another brand. */
export function asStillPicture(bytes: Uint8Array): Uint8Array {
  const lastLetter = 11;
  if (String.fromCharCode(...bytes.subarray(8, 12)) !== "avis") return bytes;
  const copy = new Uint8Array(bytes);
  copy[lastLetter] = "f".charCodeAt(0);
  return copy;
}
