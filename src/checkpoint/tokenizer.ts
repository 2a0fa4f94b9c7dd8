/** @file Text to token ids and back, as the checkpoint's tokenizer.json says. */
import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import type { Tokenizer } from "./types.ts";
import { createTimeLimit } from "./time-limit.ts";
import { correctDecoder, createSpellingToBytes, type DecodingStep } from "./tokenizer-decoder.ts";
import { readTokenizerDescription, type TokenizerDescription } from "./tokenizer-json.ts";

/** Far more than any model's context holds, and still encoded within some seconds. */
export const maxTextCharacters = 1_000_000;

/** The patterns of a tokenizer.json come with the checkpoint and may need time that grows exponentially with the text. */
export const tokenizerTimeLimitMs = 30_000;

const utf8 = new TextEncoder();

/** What is used of the tokenizers library, whose own type declarations do not resolve in ES modules. */
interface Vocabulary {
  readonly decoder: DecodingStep | null;
  encode(text: string, options: { readonly add_special_tokens: boolean }): { readonly ids: number[] };
  decode(ids: readonly number[]): string;
}

const LibraryVocabulary = LibraryTokenizer as unknown as new (tokenizer: object, config: object) => Vocabulary;

/**
 * Builds the tokenizer that `tokenizerJson` (parsed tokenizer.json) describes, with the special tokens of `tokenizerConfig` (parsed
 * tokenizer_config.json, or undefined). `file` names the tokenizer in messages.
 *
 * `encode` throws for a text of more than `maxTextCharacters` UTF-16 units; both directions throw when a pattern of the file takes
 * longer than `tokenizerTimeLimitMs`. Ids that the vocabulary does not hold (models may have more rows than it has tokens) decode to
 * no text and have no bytes, and `tokenOf` throws for them.
 */
export function createTokenizer(source: {
  readonly tokenizerJson: unknown;
  readonly tokenizerConfig: unknown;
  readonly file: string;
}): Tokenizer {
  const { file } = source;
  const description = readTokenizerDescription(source);
  const vocabulary = buildVocabulary(description, file);
  const idOf = new Map(vocabularyEntries(description));
  const spellingOf = new Map([...idOf].map(([spelling, id]) => [id, spelling]));
  const vocabularySize = [...spellingOf.keys()].reduce((size, id) => Math.max(size, id + 1), 0);
  const addedIds = new Set(description.addedTokens.map(({ id }) => id));
  const specialIds = new Set(description.addedTokens.filter(({ special }) => special).map(({ id }) => id));
  const bytesOfSpelling = createSpellingToBytes(description);
  const withinTimeLimit = createTimeLimit(
    tokenizerTimeLimitMs,
    `${file}: a pattern of the tokenizer took longer than ${tokenizerTimeLimitMs / 1000} s; the file is not usable.`,
  );

  return {
    encode: (text, { addSpecialTokens }) => {
      if (text.length > maxTextCharacters) {
        throw new Error(
          `The text has ${text.length} characters, more than the limit of ${maxTextCharacters}; shorten it.`,
        );
      }
      return withinTimeLimit(() => encodeText({ vocabulary, text, addSpecialTokens, file }));
    },
    decode: (ids, { skipSpecialTokens }) => {
      const kept = ids.filter((id) => spellingOf.has(id) && !(skipSpecialTokens && specialIds.has(id)));
      return kept.length === 0 ? "" : withinTimeLimit(() => vocabulary.decode(kept));
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
    specialTokens: description.specialTokens,
    bosToken: description.bosToken,
    bosTokenId: description.bosToken === undefined ? undefined : idOf.get(description.bosToken),
    eosToken: description.eosToken,
    vocabularySize,
  };
}

/** Every token with its id. Added tokens come last, since theirs is the id that text is encoded to. */
function* vocabularyEntries({ model, addedTokens }: TokenizerDescription): Generator<[string, number]> {
  if (model.type === "BPE") yield* Object.entries(model.vocab);
  else for (const [id, [token]] of model.vocab.entries()) yield [token, id];
  for (const { content, id } of addedTokens) yield [content, id];
}

function buildVocabulary(description: TokenizerDescription, file: string): Vocabulary {
  try {
    const vocabulary = new LibraryVocabulary(
      {
        model: description.model,
        added_tokens: description.addedTokens,
        normalizer: description.normalizer,
        pre_tokenizer: description.preTokenizer,
        post_processor: description.postProcessor,
        decoder: description.decoder,
      },
      { clean_up_tokenization_spaces: description.cleanUpSpaces, eos_token: description.eosToken },
    );
    const { decoder } = vocabulary;
    if (decoder !== null && description.decoder !== null) correctDecoder(decoder, description.decoder);
    return vocabulary;
  } catch (cause) {
    throw new Error(`${file}: the tokenizer cannot be built: ${(cause as Error).message}.`, { cause });
  }
}

function encodeText(request: {
  readonly vocabulary: Vocabulary;
  readonly text: string;
  readonly addSpecialTokens: boolean;
  readonly file: string;
}): number[] {
  const { vocabulary, text, addSpecialTokens, file } = request;
  const { ids } = vocabulary.encode(text, { add_special_tokens: addSpecialTokens });
  // A vocabulary without an unknown token has no id for what it cannot spell.
  if (ids.some((id) => !Number.isInteger(id))) {
    throw new Error(`${file}: the vocabulary has no token for a part of the text, and no unknown token.`);
  }
  return ids;
}
