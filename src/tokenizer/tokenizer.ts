/** @file Text to token ids and back, as the checkpoint's tokenizer.json says. */
import { isOneCharacter } from "./characters.ts";
import { createAddedTokenFinder, formOf, type AddedToken } from "./added-tokens.ts";
import { cleanUpSpaces, decoders } from "./decoders.ts";
import { createModel, type ModelType } from "./models.ts";
import type { TokenModel } from "./token-model.ts";
import { normalizers, type Normalize } from "./normalizers.ts";
import { createPart, type PartTable } from "./parts.ts";
import { postProcessors } from "./post-processors.ts";
import { preTokenizers, type Piece } from "./pre-tokenizers.ts";
import { joinTokens, type JoinedTokens } from "./special-tokens.ts";
import { createSpellingToBytes } from "./spelling.ts";
import { readTokenFiles, type TokenFileSources, type TokenizerConfig } from "./token-files.ts";
import type { TimeLimit, Tokenizer } from "./types.ts";

/** Far more than any model's context holds, and still encoded within some seconds. */
export const maxTextCharacters = 1_000_000;

/** The patterns of a tokenizer.json come with the checkpoint and may need time that grows exponentially with the text. */
const tokenizerTimeLimitMs = 5_000;

/** Normalizing the added tokens is a matter of microseconds. */
const openTimeLimitMs = 1_000;

const utf8 = new TextEncoder();

/** A tokenizer, and what its files said about it. */
export interface BuiltTokenizer {
  readonly tokenizer: Tokenizer;
  /** One sentence for each disagreement of its files. */
  readonly warnings: readonly string[];
  /** True if encoding runs regular expressions of the file, which may need any time. */
  readonly hasPatterns: boolean;
}

/** What a tokenizer is built of. */
export interface TokenizerSource extends TokenFileSources {
  /** What stops patterns of the file that take too long. */
  readonly timeLimit: TimeLimit;
}

/**
 * Builds the tokenizer that `tokenizerJson` (parsed tokenizer.json) describes, with the special tokens of `tokenizerConfig` (parsed
 * tokenizer_config.json, or undefined). `file` names the tokenizer in messages. Throws an Error that names the file and the part
 * for everything that is malformed or not supported.
 *
 * `encode` throws for a text of more than `maxTextCharacters` UTF-16 units, and when a pattern of the file takes longer than
 * `tokenizerTimeLimitMs`. Ids that the vocabulary does not hold (models may have more rows than it has tokens) decode to no text and
 * have no bytes, and `tokenOf` throws for them.
 */
export function buildTokenizer(source: TokenizerSource): BuiltTokenizer {
  const { file, tokenizerJson, timeLimit } = source;
  const { type, model } = createModel(tokenizerJson, file);
  const files = readTokenFiles(source);
  const joined = joinTokens(files, model.idOf, file);
  const { addedTokens, named, warnings } = joined;
  const parts = createParts(tokenizerJson, file);
  const forms = formsOf(addedTokens, parts, source);
  const encode = createEncoder({
    model,
    parts,
    joined,
    forms,
    splitSpecial: files.config.split_special_tokens ?? false,
    file,
  });

  const idOf = new Map([...model.idOf, ...addedTokens.map(({ content, id }) => [content, id] as const)]);
  const spellingOf = new Map([...idOf].map(([spelling, id]) => [id, spelling]));
  const vocabularySize = [...spellingOf.keys()].reduce((size, id) => Math.max(size, id + 1), 0);
  const addedIds = new Set(addedTokens.map(({ id }) => id));
  const specialIds = new Set([...joined.specialContents].flatMap((content) => idOf.get(content) ?? []));
  const formById = new Map(forms.map(({ token, form }) => [token.id, form]));
  const decoded = (id: number): string => formById.get(id) ?? spellingOf.get(id)!;
  const bytesOfSpelling = createSpellingToBytes(parts.descriptions);
  const cleansUp = cleansUpSpaces(type, files.config);
  const bosToken = named["bos_token"];
  const withinTimeLimit = timeLimit(
    tokenizerTimeLimitMs,
    `${file}: a pattern of the tokenizer took longer than ${tokenizerTimeLimitMs / 1000} s; the file is not usable.`,
  );

  const tokenizer: Tokenizer = {
    encode: (text, { addSpecialTokens }) => {
      if (text.length > maxTextCharacters) {
        throw new Error(
          `The text has ${text.length} characters, more than the limit of ${maxTextCharacters}; shorten it.`,
        );
      }
      const work = (): number[] => [...encode(text, addSpecialTokens)];
      return parts.hasPatterns ? withinTimeLimit(work) : work();
    },
    decode: (ids, { skipSpecialTokens }) => {
      const tokens = ids.filter((id) => spellingOf.has(id)).map(decoded);
      const kept = skipSpecialTokens ? tokens.filter((token) => !joined.specialContents.has(token)) : tokens;
      if (kept.length === 0) return "";
      const text = parts.decode === undefined ? kept.join(" ") : parts.decode(kept).join("");
      return cleansUp ? cleanUpSpaces(text) : text;
    },
    tokenOf: (id) => {
      const spelling = spellingOf.get(id);
      if (spelling === undefined) {
        throw new Error(`${file}: no token has the id ${id}; ids run from 0 to ${vocabularySize - 1}.`);
      }
      return spelling;
    },
    idOf: (token) => idOf.get(token),
    bytesOf: (id) => {
      const spelling = spellingOf.get(id) ?? "";
      return addedIds.has(id) ? utf8.encode(spelling) : bytesOfSpelling(spelling);
    },
    isSpecial: (id) => specialIds.has(id),
    specialTokens: named,
    bosToken,
    bosTokenId: bosToken === undefined ? undefined : idOf.get(bosToken),
    eosToken: named["eos_token"],
    vocabularySize,
  };
  return { tokenizer, warnings: [...warnings, ...startWarnings(tokenizerJson)], hasPatterns: parts.hasPatterns };
}

/** Since transformers 5.7 the step is left out for BPE, whose spaces stay in the places of the text. */
function cleansUpSpaces(type: ModelType, config: TokenizerConfig): boolean {
  const forced = config.clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output === true;
  return config.clean_up_tokenization_spaces === true && (type !== "BPE" || forced);
}

interface Parts {
  readonly normalize: Normalize | undefined;
  readonly preTokenize: ((pieces: readonly Piece[]) => readonly Piece[]) | undefined;
  readonly postProcess: ((ids: readonly number[]) => readonly number[]) | undefined;
  readonly decode: ((tokens: readonly string[]) => readonly string[]) | undefined;
  readonly hasPatterns: boolean;
  readonly descriptions: { readonly decoder: unknown; readonly preTokenizer: unknown };
}

function createParts(tokenizerJson: unknown, file: string): Parts {
  const json = tokenizerJson as Readonly<Record<string, unknown>>;
  let hasPatterns = false;
  const create = <Part>(path: string, table: PartTable<Part>): Part | undefined =>
    createPart(json[path], table, { file, path, onRegex: () => (hasPatterns = true) });
  const normalize = create("normalizer", normalizers);
  const preTokenize = create("pre_tokenizer", preTokenizers);
  const postProcess = create("post_processor", postProcessors);
  const decode = create("decoder", decoders);
  const descriptions = { decoder: json["decoder"], preTokenizer: json["pre_tokenizer"] };
  return { normalize, preTokenize, postProcess, decode, hasPatterns, descriptions };
}

/** A warning if a mark at the start of the text depends on what the library in Rust remembers of the text before normalizing. */
function startWarnings(tokenizerJson: unknown): string[] {
  const { normalizer, pre_tokenizer } = tokenizerJson as {
    readonly normalizer?: unknown;
    readonly pre_tokenizer?: unknown;
  };
  const cuts = partsOf(pre_tokenizer, "pretokenizers");
  const place = cuts.findIndex(({ type, prepend_scheme }) => type === "Metaspace" && prepend_scheme === "first");
  const rewrites = partsOf(normalizer, "normalizers").some(({ type, pattern }) => {
    const text = (pattern as Part | undefined)?.["String"];
    return type === "Replace" && !(typeof text === "string" && isOneCharacter(text));
  });
  if (place === -1 || (place === 0 && !rewrites)) return [];
  return [
    'tokenizer.json puts a mark before the first word only ("prepend_scheme" is "first") of a text that was changed or cut before; at the start of a text the ids may differ from those of the tokenizers library.',
  ];
}

type Part = Readonly<Record<string, unknown>>;

/** A part, or the parts of a sequence at any depth. */
function partsOf(part: unknown, list: string): readonly Part[] {
  if (part == null) return [];
  const inner = (part as Part)[list];
  return Array.isArray(inner) ? inner.flatMap((each) => partsOf(each, list)) : [part as Part];
}

interface TokenForm {
  readonly token: AddedToken;
  readonly form: string;
}

/** Every added token with the text by which it is found. */
function formsOf(
  tokens: readonly AddedToken[],
  { normalize, hasPatterns }: Parts,
  { file, timeLimit }: TokenizerSource,
): TokenForm[] {
  const work = (): TokenForm[] => tokens.map((token) => ({ token, form: formOf(token, normalize) }));
  if (!hasPatterns) return work();
  const message = `${file}, "normalizer": a pattern takes longer than ${openTimeLimitMs / 1000} s for the added tokens; the file is not usable.`;
  return timeLimit(openTimeLimitMs, message)(work);
}

interface EncoderSource {
  readonly model: TokenModel;
  readonly parts: Parts;
  readonly joined: JoinedTokens;
  readonly forms: readonly TokenForm[];
  /** True if special tokens in a text are text. */
  readonly splitSpecial: boolean;
  readonly file: string;
}

function createEncoder(source: EncoderSource): (text: string, addSpecialTokens: boolean) => readonly number[] {
  const { model, parts, joined, splitSpecial, file } = source;
  const forms = source.forms.filter(({ token }) => !splitSpecial || !joined.specialContents.has(token.content));
  const findInText = createAddedTokenFinder(
    forms.filter(({ token }) => !token.normalized),
    file,
  );
  const findNormalized = createAddedTokenFinder(
    forms.filter(({ token }) => token.normalized),
    file,
  );
  const { normalize = (text: string) => text, preTokenize = (pieces: readonly Piece[]) => pieces } = parts;

  return (text, addSpecialTokens) => {
    const ids: number[] = [];
    // A half of a character that takes two units is no text; UTF-8 has none.
    for (const section of findInText(text.replace(/\p{Surrogate}/gu, "\ufffd"))) {
      if (section.id !== undefined) {
        ids.push(section.id);
        continue;
      }
      const normalized = normalize(section.text);
      const isFirst = section.start === 0 && keepsStart(section.text, normalized, normalize);
      for (const inner of findNormalized(normalized)) {
        if (inner.id !== undefined) {
          ids.push(inner.id);
          continue;
        }
        if (inner.text === "") continue;
        for (const piece of preTokenize([{ text: inner.text, isFirst: isFirst && inner.start === 0 }])) {
          for (const id of model.encode(piece.text)) ids.push(id);
        }
      }
    }
    return addSpecialTokens && parts.postProcess !== undefined ? parts.postProcess(ids) : ids;
  };
}

/** False if normalizing takes the first character away, so that nothing stands at the beginning of the text any more. */
function keepsStart(text: string, normalized: string, normalize: Normalize): boolean {
  if (text === "" || text === normalized) return true;
  return normalize(String.fromCodePoint(text.codePointAt(0)!)) !== "";
}
