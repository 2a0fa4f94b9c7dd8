/** @file Texts that end an answer, found in the bytes of its tokens. */

/** The bytes that a token stands for in text. */
type BytesOf = (id: number) => Uint8Array;

/** Whether `wanted` stands in `bytes` so that its last byte is at `from` or later. */
function endsAfter(bytes: readonly number[], wanted: Uint8Array, from: number): boolean {
  for (let end = Math.max(from + 1, wanted.length); end <= bytes.length; end++) {
    const start = end - wanted.length;
    if (wanted.every((byte, i) => bytes[start + i] === byte)) return true;
  }
  return false;
}

/**
 * A function that tells whether one of the texts ends within the last of the tokens. As in transformers a text may begin in the prompt,
 * and it is compared with the tokens' bytes, not with the decoded text.
 */
export function stopStringFinder(
  stopStrings: readonly string[],
  bytesOf: BytesOf,
): (ids: readonly number[]) => boolean {
  const wanted = stopStrings.map((text) => new TextEncoder().encode(text));
  const longest = wanted.reduce((most, { length }) => Math.max(most, length), 0);
  return (ids) => {
    if (longest === 0 || ids.length === 0) return false;
    const last = bytesOf(ids.at(-1)!);
    const pieces: Uint8Array[] = [];
    let before = 0;
    // A text of n bytes that ends in the last token begins at most n - 1 bytes before it.
    for (let i = ids.length - 2; i >= 0 && before < longest - 1; i--) {
      pieces.push(bytesOf(ids[i]!));
      before += pieces.at(-1)!.length;
    }
    const bytes = [...pieces.reverse(), last].flatMap((piece) => [...piece]);
    return wanted.some((text) => endsAfter(bytes, text, before));
  };
}
