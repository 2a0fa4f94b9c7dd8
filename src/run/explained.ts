/** @file What a run says of its methods that go back through the model: which answer tokens they explain, and of what. */
import { answerLength } from "./positions.ts";
import type { RunDescription } from "./types.ts";

// Read by hand: the page reads them too, and should not have to load a schema library for three fields.
const isIndex = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isIndices = (value: unknown): value is number[] => Array.isArray(value) && value.every(isIndex);
const longestTarget = 1000;

function isWord(value: unknown): value is RecordedWord {
  const { text, tokens } = (value ?? {}) as Partial<Record<keyof RecordedWord, unknown>>;
  return typeof text === "string" && isIndices(tokens) && tokens.length > 0;
}

/** A word of the answer by the published tool's rules. */
interface RecordedWord {
  /** Vocabulary entries put together, with its marks. */
  readonly text: string;
  /** Indices in the answer. */
  readonly tokens: readonly number[];
}

export interface Explained {
  /** Answer tokens that were explained, ascending; rows of others are zero. */
  readonly tokens: readonly number[];
  /** `logit`, `logprob` or `contrast:TOKEN`. */
  readonly target: string;
  /** The layer, if the method explains one. */
  readonly layer: number | undefined;
  /** Words of the reference variant whose tokens were all explained. */
  readonly referenceWords: readonly RecordedWord[];
}

/**
 * Layers of the language model that have attention, ascending: all but those that the run says have no map, as layers that read memory
 * where there is none.
 */
export function layersWithAttention({ model, methods }: Pick<RunDescription, "model" | "methods">): number[] {
  const { layersWithoutMap } = methods.attention ?? {};
  const without = isIndices(layersWithoutMap) ? layersWithoutMap : [];
  const every = Array.from({ length: model.languageLayers }, (_, layer) => layer);
  const found = every.filter((layer) => !without.includes(layer));
  return found.length > 0 ? found : every;
}

/** What `methods` says of a method. Fields that are missing or wrong count as every token, and the raw logit. */
export function explainedBy(description: Pick<RunDescription, "answer" | "methods">, method: string): Explained {
  const length = answerLength(description);
  const { tokens, target, layer, referenceWords } = description.methods[method] ?? {};
  const every = Array.from({ length }, (_, token) => token);
  const wanted = new Set(isIndices(tokens) ? tokens : every);
  const words = Array.isArray(referenceWords) && referenceWords.every(isWord) ? referenceWords : [];
  const explained = every.filter((token) => wanted.has(token));
  return {
    tokens: explained,
    target: typeof target === "string" && target.length <= longestTarget ? target : "logit",
    layer: isIndex(layer) ? layer : undefined,
    referenceWords: words.filter((word) => word.tokens.every((token) => explained.includes(token))),
  };
}
