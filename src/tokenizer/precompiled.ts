/**
 * @file The character map of sentencepiece models (`precompiled_charsmap`): a double-array trie of UTF-8 byte strings, whose values
 * are places in a list of replacements. Format: https://github.com/google/sentencepiece (builder of the normalizer), Darts-clone.
 */

const utf8 = new TextEncoder();

/** Longer groups of characters that a reader sees as one are looked up character by character. */
const maxGraphemeBytes = 5;

/** Returns the function that replaces characters as the map says. `base64` is the field; `place` names it in messages. */
export function createPrecompiled(base64: string, place: string): (text: string) => string {
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  const view = new DataView(bytes.buffer);
  const trieBytes = bytes.length < 4 ? 0 : view.getUint32(0, true);
  if (trieBytes === 0 || trieBytes % 4 !== 0 || 4 + trieBytes > bytes.length) {
    throw new Error(`${place}: "precompiled_charsmap" is damaged: its trie does not fit into it.`);
  }
  const units = Uint32Array.from({ length: trieBytes / 4 }, (_, index) => view.getUint32(4 + 4 * index, true));
  const replacements = bytes.subarray(4 + trieBytes);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

  /** The replacement of a text that begins with a string of the trie: that of the shortest such string. */
  const replacementOf = (part: Uint8Array): string | undefined => {
    const value = shortestPrefix(units, part);
    if (value === undefined || value >= replacements.length) return undefined;
    const end = replacements.indexOf(0, value);
    return decoder.decode(replacements.subarray(value, end === -1 ? replacements.length : end));
  };

  return (text) => {
    let result = "";
    for (const { segment } of segmenter.segment(text)) {
      const encoded = utf8.encode(segment);
      const whole = encoded.length <= maxGraphemeBytes ? replacementOf(encoded) : undefined;
      if (whole !== undefined) result += whole;
      else for (const character of segment) result += replacementOf(utf8.encode(character)) ?? character;
    }
    return result;
  };
}

/** Walks the trie; the value of the first of its strings that `key` begins with. */
function shortestPrefix(units: Uint32Array, key: Uint8Array): number | undefined {
  const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);
  let position = 0;
  let unit = units[0] ?? 0;
  position ^= offsetOf(unit);
  for (const byte of key) {
    if (byte === 0) return undefined;
    position ^= byte;
    unit = units[position] ?? 0;
    if ((unit & 0x800000ff) >>> 0 !== byte) return undefined;
    position ^= offsetOf(unit);
    if (((unit >>> 8) & 1) === 1) return (units[position] ?? 0) & 0x7fffffff;
  }
  return undefined;
}
