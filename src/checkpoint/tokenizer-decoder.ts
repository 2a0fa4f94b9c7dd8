/**
 * @file Which bytes a token stands for, and decoders that join tokens exactly as the tokenizers library in Rust does where the
 * JavaScript one differs.
 */
import type { TokenizerComponent, TokenizerDescription } from "./tokenizer-json.ts";
import { lookUp } from "../tensor/look-up.ts";

const byteToken = /^<0x([0-9A-Fa-f]{2})>$/;
const utf8 = new TextEncoder();
const REPLACEMENT_CHARACTER = "\ufffd";

/** Byte of each character that byte-level vocabularies are spelt with: GPT-2's `bytes_to_unicode`, turned around. */
const byteOfCharacter: ReadonlyMap<string, number> = (() => {
  const printable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  const map = new Map<string, number>();
  let moved = 0;
  for (let byte = 0; byte < 256; byte++) {
    map.set(String.fromCodePoint(printable(byte) ? byte : 0x100 + moved++), byte);
  }
  return map;
})();

/** Bytes of a byte-level spelling; a spelling with any other character in it stands for itself. */
function byteLevelBytes(spelling: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of spelling) {
    const byte = byteOfCharacter.get(character);
    if (byte === undefined) return utf8.encode(spelling);
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** A decoder, or the decoders of a sequence. */
function flatten(component: TokenizerComponent | null): TokenizerComponent[] {
  if (component === null) return [];
  const children = component["decoders"] ?? component["pretokenizers"];
  return Array.isArray(children) ? children.flatMap((child) => flatten(child as TokenizerComponent)) : [component];
}

/** What a Metaspace step writes for a space. */
function markOf(metaspace: TokenizerComponent): string {
  return typeof metaspace["replacement"] === "string" ? metaspace["replacement"] : "▁";
}

/** The marks that a decoder turns into other text, such as "▁" into a space. */
function replacementsOf(decoders: readonly TokenizerComponent[]): (readonly [string, string])[] {
  return decoders.flatMap((decoder) => {
    if (decoder.type === "Metaspace") return [[markOf(decoder), " "] as const];
    const pattern = (decoder["pattern"] as { String?: unknown } | undefined)?.String;
    if (decoder.type !== "Replace" || typeof pattern !== "string") return [];
    return [[pattern, typeof decoder["content"] === "string" ? decoder["content"] : ""] as const];
  });
}

/**
 * Returns the function from a vocabulary entry to the UTF-8 bytes that it stands for in text. The style (byte-level, or marks for
 * spaces with byte tokens) is read from the decoder, or from the pre-tokenizer where there is no decoder.
 */
export function createSpellingToBytes(description: TokenizerDescription): (spelling: string) => Uint8Array {
  const components = flatten(description.decoder ?? description.preTokenizer);
  if (components.some(({ type }) => type === "ByteLevel")) return byteLevelBytes;
  const hasByteTokens = components.some(({ type }) => type === "ByteFallback");
  const replacements = replacementsOf(components);
  return (spelling) => {
    const byte = hasByteTokens ? byteToken.exec(spelling)?.[1] : undefined;
    if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
    return utf8.encode(replacements.reduce((text, [mark, content]) => text.replaceAll(mark, content), spelling));
  };
}

/** Joins each stretch of byte tokens; a stretch that is not UTF-8 gives one replacement character for each of its bytes. */
function decodeByteTokens(tokens: readonly string[]): string[] {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const joined: string[] = [];
  let stretch: number[] = [];
  const closeStretch = (): void => {
    if (stretch.length === 0) return;
    try {
      joined.push(strict.decode(Uint8Array.from(stretch)));
    } catch {
      joined.push(...stretch.map(() => REPLACEMENT_CHARACTER));
    }
    stretch = [];
  };
  for (const token of tokens) {
    const byte = byteToken.exec(token)?.[1];
    if (byte !== undefined) {
      stretch.push(Number.parseInt(byte, 16));
    } else {
      closeStretch();
      joined.push(token);
    }
  }
  closeStretch();
  return joined;
}

/** Joins the bytes of all tokens, then reads them as UTF-8, so that a character may be split over tokens. */
function decodeByteLevel(tokens: readonly string[]): string[] {
  const parts = tokens.map(byteLevelBytes);
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return [new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)];
}

/** The first token loses its leading mark only where encoding put one there. */
function decodeMetaspace(tokens: readonly string[], component: TokenizerComponent): string[] {
  const mark = markOf(component);
  const prepended = component["prepend_scheme"] !== "never" && component["add_prefix_space"] !== false;
  return tokens.map((token, index) => {
    const start = index === 0 && prepended && token.startsWith(mark) ? mark.length : 0;
    return token.slice(start).replaceAll(mark, " ");
  });
}

/** A decoder of the tokenizers library, as far as it is used here. */
export interface DecodingStep {
  decode_chain(tokens: string[]): string[];
  /** The steps of a sequence, in the order of the description's `decoders`. */
  readonly decoders?: readonly (DecodingStep | null)[];
}

/** Replaces the steps of `decoder` that differ from the Rust library. `component` is what the decoder was made from. */
export function correctDecoder(decoder: DecodingStep, component: TokenizerComponent): void {
  const corrected: Readonly<Record<string, (tokens: string[]) => string[]>> = {
    ByteFallback: decodeByteTokens,
    ByteLevel: decodeByteLevel,
    Metaspace: (tokens) => decodeMetaspace(tokens, component),
  };
  const decode = lookUp(corrected, component.type);
  if (decode !== undefined) decoder.decode_chain = decode;
  decoder.decoders?.forEach((child, index) => {
    if (child !== null) correctDecoder(child, (component["decoders"] as TokenizerComponent[])[index]!);
  });
}
