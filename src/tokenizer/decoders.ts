/** @file Decoders of tokenizer.json: they turn spellings of the vocabulary into text. */
import { z } from "zod";
import { byteLevelBytes, isOneCharacter } from "./characters.ts";
import { metaspaceFields, metaspaceScheme } from "./metaspace.ts";
import { replaceMatches } from "./normalizers.ts";
import { partKind, patternOf, type PartContext, type PartKind, type PartTable } from "./parts.ts";
import { patternSchema, type PatternDescription } from "./patterns.ts";

/** Changes a list of spellings; the text is what the last decoder leaves, joined. */
export type DecodeChain = (tokens: readonly string[]) => readonly string[];

const byteToken = /^<0x\+?([0-9A-Fa-f]{2}|(?<=\+)[0-9A-Fa-f])>$/;
const REPLACEMENT_CHARACTER = "\ufffd";

/** Decoding a token must not take long, since it blocks. */
const maxOptionalParts = 8;

const character = z.string().refine(isOneCharacter, "it must be one character");
const count = z.int().min(0).max(1_000);

export const decoders: PartTable<DecodeChain> = {
  list: "decoders",
  join: (parts) => (tokens) => parts.reduce((result, part) => part(result), tokens),
  kinds: new Map<string, PartKind<DecodeChain>>([
    ["ByteLevel", partKind({}, () => decodeByteLevel)],
    ["ByteFallback", partKind({}, () => decodeByteTokens)],
    ["Fuse", partKind({}, () => (tokens) => [tokens.join("")])],
    [
      "Metaspace",
      partKind(metaspaceFields, (part, context) => {
        const { replacement } = part;
        const dropsFirst = metaspaceScheme(part, context) !== "never";
        return (tokens) =>
          tokens.map((token, index) => token.replaceAll(replacement, index === 0 && dropsFirst ? "" : " "));
      }),
    ],
    [
      "Replace",
      partKind({ pattern: patternSchema, content: z.string().max(1_000) }, ({ pattern, content }, context) => {
        requireSteady(pattern, context);
        const regex = patternOf(pattern, { ...context, onRegex: () => undefined });
        return (tokens) => tokens.map((token) => replaceMatches(token, regex, content));
      }),
    ],
    [
      "Strip",
      partKind(
        { content: character, start: count, stop: count },
        ({ content, start, stop }) =>
          (tokens) =>
            tokens.map((token) => stripped(Array.from(token), { content, start, stop })),
      ),
    ],
    [
      "WordPiece",
      partKind(
        { prefix: z.string(), cleanup: z.boolean().default(true) },
        ({ prefix, cleanup }) =>
          (tokens) =>
            tokens.map((token, index) => {
              const continued = token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
              const text = index === 0 ? token : continued;
              return cleanup ? cleanUpWords(text) : text;
            }),
      ),
    ],
    [
      "BPEDecoder",
      partKind(
        { suffix: z.string().default("</w>") },
        ({ suffix }) =>
          (tokens) =>
            tokens.map((token, index) => token.replaceAll(suffix, index === tokens.length - 1 ? "" : " ")),
      ),
    ],
    [
      "CTC",
      partKind(
        { pad_token: z.string(), word_delimiter_token: z.string(), cleanup: z.boolean() },
        ({ pad_token, word_delimiter_token, cleanup }) =>
          (tokens) =>
            tokens
              .filter((token, index) => token !== tokens[index - 1])
              .map((token) => {
                const kept = token.replaceAll(pad_token, "");
                return cleanup ? cleanUpWords(kept).replaceAll(word_delimiter_token, " ") : kept;
              })
              .filter((token) => token !== ""),
      ),
    ],
  ]),
};

/** Joins the bytes of all tokens, then reads them as UTF-8, so that a character may be split over tokens. */
function decodeByteLevel(tokens: readonly string[]): string[] {
  return [new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat(tokens.map(byteLevelBytes)))];
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

function stripped(
  characters: readonly string[],
  { content, start, stop }: { readonly content: string; readonly start: number; readonly stop: number },
): string {
  let from = 0;
  while (from < start && characters[from] === content) from++;
  let to = characters.length;
  while (to > from && characters.length - to < stop && characters[to - 1] === content) to--;
  return characters.slice(from, to).join("");
}

/** Spaces that WordPiece leaves before punctuation, and one form that its reference writes otherwise. */
function cleanUpWords(text: string): string {
  const replacements = [
    [" .", "."],
    [" ?", "?"],
    [" !", "!"],
    [" ,", ","],
    [" ' ", "'"],
    [" n't", "n't"],
    [" 'm", "'m"],
    [" do not", " don't"],
    [" 's", "'s"],
    [" 've", "'ve"],
    [" 're", "'re"],
  ] as const;
  return replacements.reduce((result, [from, to]) => result.replaceAll(from, to), text);
}

/** `PreTrainedTokenizerBase.clean_up_tokenization` of transformers. */
export function cleanUpSpaces(text: string): string {
  const replacements = [" .", " ?", " !", " ,", " n't", " 'm", " 's", " 've", " 're"];
  const [first, second] = [replacements.slice(0, 4), replacements.slice(4)];
  const withoutSpace = (result: string, found: string): string => result.replaceAll(found, found.slice(1));
  return second.reduce(withoutSpace, first.reduce(withoutSpace, text).replaceAll(" ' ", "'"));
}

/**
 * A decoder runs for each token of an answer, and nothing can stop it there. So its regular expression may have one repetition, which
 * cannot be inside another one, and few parts that may be left out.
 */
function requireSteady(pattern: PatternDescription, { file, path }: PartContext): void {
  if (!("Regex" in pattern)) return;
  const bare = pattern.Regex.replace(/\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]])*\]/g, (part) =>
    /^\\[1-9gk]/.test(part) ? "**" : "x",
  ).replace(/\(\?/g, "(");
  const repetitions = bare.match(/[*+{]/g)?.length ?? 0;
  const optional = bare.match(/\?/g)?.length ?? 0;
  if (repetitions > 1 || optional > maxOptionalParts) {
    throw new Error(
      `${file}, "${path}": a decoder's pattern may have one repetition and ${maxOptionalParts} optional parts, got ${repetitions} and ${optional}.`,
    );
  }
}
