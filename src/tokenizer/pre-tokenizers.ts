/** @file Pre-tokenizers of tokenizer.json: they cut a text into the pieces that the model encodes one by one. */
import { z } from "zod";
import { byteLevelSpelling, isOneCharacter, punctuation, whiteSpace, wordCharacter } from "./characters.ts";
import { metaspaceFields, metaspaceScheme } from "./metaspace.ts";
import { partKind, patternOf, type PartKind, type PartTable } from "./parts.ts";
import {
  compilePattern,
  findMatches,
  patternSchema,
  splitBehaviors,
  splitStretches,
  type SplitBehavior,
  type Stretch,
} from "./patterns.ts";

/** A piece of a text. */
export interface Piece {
  readonly text: string;
  /** True if the piece begins with the first character of the whole text. */
  readonly isFirst: boolean;
}

export type PreTokenize = (pieces: readonly Piece[]) => readonly Piece[];

const behavior = z.enum(splitBehaviors);

const gpt2Pattern =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
const space = new RegExp(whiteSpace, "gu");
const numeric = /\p{N}/gu;
const punctuationMark = new RegExp(`[${punctuation}]`, "gu");
const word = new RegExp(`[${wordCharacter}]+|[^${wordCharacter}${whiteSpace}]+`, "gu");

export const preTokenizers: PartTable<PreTokenize> = {
  list: "pretokenizers",
  join: (parts) => (pieces) => parts.reduce((result, part) => part(result), pieces),
  kinds: new Map<string, PartKind<PreTokenize>>([
    ["WhitespaceSplit", partKind({}, () => splitAt(space, "Removed"))],
    ["Whitespace", partKind({}, () => splitAt(word, "Removed", true))],
    [
      "Punctuation",
      partKind({ behavior: behavior.default("Isolated") }, (part) => splitAt(punctuationMark, part.behavior)),
    ],
    [
      "BertPreTokenizer",
      partKind({}, () => {
        const words = splitAt(space, "Removed");
        const marks = splitAt(punctuationMark, "Isolated");
        return (pieces) => marks(words(pieces));
      }),
    ],
    [
      "Digits",
      partKind({ individual_digits: z.boolean().default(false) }, (part) =>
        splitAt(numeric, part.individual_digits ? "Isolated" : "Contiguous"),
      ),
    ],
    [
      "CharDelimiterSplit",
      partKind({ delimiter: z.string().refine(isOneCharacter, "it must be one character") }, ({ delimiter }) =>
        splitAt(compilePattern({ String: delimiter }), "Removed"),
      ),
    ],
    [
      "FixedLength",
      partKind(
        { length: z.int().min(1).default(5) },
        ({ length }) =>
          (pieces) =>
            pieces.flatMap((piece) => cut(piece, fixedStretches(piece.text, length))),
      ),
    ],
    [
      "Split",
      partKind({ pattern: patternSchema, behavior, invert: z.boolean().default(false) }, (part, context) =>
        splitAt(patternOf(part.pattern, context), part.behavior, part.invert),
      ),
    ],
    [
      "ByteLevel",
      partKind({ add_prefix_space: z.boolean().default(false), use_regex: z.boolean().default(true) }, (part) => {
        const split = splitAt(gpt2Pattern, "Isolated");
        return (pieces) => {
          const begun = pieces.map(({ text, isFirst }) =>
            part.add_prefix_space && !text.startsWith(" ") ? { text: ` ${text}`, isFirst } : { text, isFirst },
          );
          const words = part.use_regex ? split(begun) : begun;
          return words.map(({ text, isFirst }) => ({ text: byteLevelSpelling(text), isFirst }));
        };
      }),
    ],
    [
      "Metaspace",
      partKind({ ...metaspaceFields, split: z.boolean().nullish() }, (part, context) => {
        const { replacement } = part;
        const scheme = metaspaceScheme(part, context);
        const split = splitAt(compilePattern({ String: replacement }), "MergedWithNext");
        return (pieces) => {
          const marked = pieces.map(({ text, isFirst }) => {
            const spelled = text.replaceAll(" ", () => replacement);
            const prepends = scheme === "always" || (scheme === "first" && isFirst);
            return { text: prepends && !spelled.startsWith(replacement) ? replacement + spelled : spelled, isFirst };
          });
          return (part.split ?? true) ? split(marked) : marked;
        };
      }),
    ],
  ]),
};

/** Cuts every piece at the matches of `regex`; `invert` takes the rest for the matches. */
function splitAt(regex: RegExp, how: SplitBehavior, invert = false): PreTokenize {
  return (pieces) =>
    pieces.flatMap((piece) => {
      const found = findMatches(piece.text, regex);
      const stretches = invert ? found.map((stretch) => ({ ...stretch, isMatch: !stretch.isMatch })) : found;
      return cut(piece, splitStretches(stretches, how));
    });
}

/** The stretches of a piece that are not empty. */
function cut({ text, isFirst }: Piece, stretches: readonly Stretch[]): Piece[] {
  return stretches
    .filter(({ start, end }) => end > start)
    .map(({ start, end }) => ({ text: text.slice(start, end), isFirst: isFirst && start === 0 }));
}

function fixedStretches(text: string, length: number): Stretch[] {
  const stretches: Stretch[] = [];
  let start = 0;
  let end = 0;
  let count = 0;
  for (const character of text) {
    end += character.length;
    if (++count < length) continue;
    stretches.push({ start, end, isMatch: false });
    start = end;
    count = 0;
  }
  if (end > start) stretches.push({ start, end, isMatch: false });
  return stretches;
}
