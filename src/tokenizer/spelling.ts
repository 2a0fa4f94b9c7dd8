/** @file Which bytes of a text an entry of the vocabulary stands for. */
import { byteLevelBytes } from "./characters.ts";

const byteToken = /^<0x([0-9A-Fa-f]{2})>$/;
const utf8 = new TextEncoder();

type Component = Readonly<Record<string, unknown>>;

/** A part, or the parts of a sequence. */
function flatten(component: unknown): Component[] {
  if (typeof component !== "object" || component === null) return [];
  const { decoders, pretokenizers } = component as Component;
  const children = decoders ?? pretokenizers;
  return Array.isArray(children) ? children.flatMap(flatten) : [component as Component];
}

/** The marks that parts turn into other text, such as "▁" into a space. */
function replacementsOf(parts: readonly Component[]): (readonly [string, string])[] {
  return parts.flatMap(({ type, replacement, pattern, content }) => {
    if (type === "Metaspace") return [[typeof replacement === "string" ? replacement : "▁", " "] as const];
    const text = (pattern as { String?: unknown } | undefined)?.String;
    if (type !== "Replace" || typeof text !== "string") return [];
    return [[text, typeof content === "string" ? content : ""] as const];
  });
}

/**
 * Returns the function from a vocabulary entry to the UTF-8 bytes that it stands for in text. The style (byte-level, or marks for
 * spaces with byte tokens) is read from the decoder, or from the pre-tokenizer if there is no decoder.
 */
export function createSpellingToBytes(parts: {
  readonly decoder: unknown;
  readonly preTokenizer: unknown;
}): (spelling: string) => Uint8Array {
  const components = flatten(parts.decoder ?? parts.preTokenizer);
  if (components.some(({ type }) => type === "ByteLevel")) return byteLevelBytes;
  const hasByteTokens = components.some(({ type }) => type === "ByteFallback");
  const replacements = replacementsOf(components);
  return (spelling) => {
    const byte = hasByteTokens ? byteToken.exec(spelling)?.[1] : undefined;
    if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
    return utf8.encode(replacements.reduce((text, [mark, content]) => text.replaceAll(mark, content), spelling));
  };
}
