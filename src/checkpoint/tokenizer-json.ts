/** @file Checks a tokenizer.json and its tokenizer_config.json, and brings both into one form. */
import { z } from "zod";
import { quote } from "../safetensors/quote.ts";

/** Ten times the largest vocabulary in use; an id beyond it would allocate a table of that length. */
const maxTokenId = 4_000_000;

const component = z.looseObject({ type: z.string() }).nullish();

const addedToken = z.object({
  id: z.int().min(0).max(maxTokenId),
  content: z.string().min(1),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.boolean().optional(),
  special: z.boolean().default(false),
});

const tokenId = z.int().min(0).max(maxTokenId);
const merge = z.union([z.string(), z.tuple([z.string(), z.string()])]);

const bpeModel = z.looseObject({
  vocab: z.record(z.string(), tokenId),
  merges: z.array(merge),
  unk_token: z.string().nullish(),
  byte_fallback: z.boolean().nullish(),
});

const unigramModel = z.looseObject({
  vocab: z
    .array(z.tuple([z.string(), z.number()]))
    .min(1)
    .max(maxTokenId),
  unk_id: z.int().min(0).nullish(),
});

const tokenizerJsonSchema = z.object({
  added_tokens: z.array(addedToken).default([]),
  normalizer: component,
  pre_tokenizer: component,
  post_processor: component,
  decoder: component,
});

const tokenText = z.union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)]);

const tokenizerConfigSchema = z.looseObject({
  bos_token: tokenText.nullish(),
  eos_token: tokenText.nullish(),
  unk_token: tokenText.nullish(),
  pad_token: tokenText.nullish(),
  additional_special_tokens: z.array(tokenText).nullish(),
  extra_special_tokens: z.union([z.array(tokenText), z.record(z.string(), tokenText)]).nullish(),
  model_specific_special_tokens: z.record(z.string(), tokenText).nullish(),
  added_tokens_decoder: z.record(z.string().regex(/^\d+$/), addedToken.omit({ id: true })).nullish(),
  clean_up_tokenization_spaces: z.boolean().nullish(),
});

/** A token that is found in text as a whole, before the vocabulary's own merges. */
export type AddedToken = z.infer<typeof addedToken>;

/** A decoder, normalizer, pre-tokenizer or post-processor as tokenizer.json describes it. */
export type TokenizerComponent = Readonly<Record<string, unknown>> & { readonly type: string };

/** The vocabulary, with merges or scores, as the file has it. */
export type TokenizerModel =
  (z.infer<typeof bpeModel> & { readonly type: "BPE" }) | (z.infer<typeof unigramModel> & { readonly type: "Unigram" });

/** What both files say, checked. */
export interface TokenizerDescription {
  readonly model: TokenizerModel;
  readonly addedTokens: readonly AddedToken[];
  readonly normalizer: TokenizerComponent | null;
  readonly preTokenizer: TokenizerComponent | null;
  readonly postProcessor: TokenizerComponent | null;
  readonly decoder: TokenizerComponent | null;
  /** Text of each special token by its name; has no prototype. */
  readonly specialTokens: Readonly<Record<string, string>>;
  readonly bosToken: string | undefined;
  readonly eosToken: string | undefined;
  readonly cleanUpSpaces: boolean;
}

type TokenizerConfig = z.infer<typeof tokenizerConfigSchema>;

/**
 * Checks `tokenizerJson` and `tokenizerConfig` (parsed JSON; the second may be undefined). Added tokens and special tokens that
 * only the configuration names are joined to those of the tokenizer, as the libraries that train these models do.
 * Throws one sentence that names `file`.
 */
export function readTokenizerDescription(source: {
  readonly tokenizerJson: unknown;
  readonly tokenizerConfig: unknown;
  readonly file: string;
}): TokenizerDescription {
  const { file } = source;
  const model = readModel(source.tokenizerJson, file);
  const tokenizer = parseWith(tokenizerJsonSchema, source.tokenizerJson, file);
  const config = parseWith(
    tokenizerConfigSchema,
    source.tokenizerConfig ?? {},
    `the tokenizer configuration of ${file}`,
  );
  const addedTokens = joinAddedTokens(tokenizer.added_tokens, config, idLookupOf(model));
  const wholeWord = addedTokens.find((token) => token.single_word);
  if (wholeWord !== undefined) {
    throw new Error(`${file}: the added token ${quote(wholeWord.content)} has "single_word", which is not supported.`);
  }
  return {
    model,
    addedTokens,
    normalizer: tokenizer.normalizer ?? null,
    preTokenizer: tokenizer.pre_tokenizer ?? null,
    postProcessor: tokenizer.post_processor ?? null,
    decoder: tokenizer.decoder ?? null,
    specialTokens: namedTokensOf(config),
    bosToken: config.bos_token ?? undefined,
    eosToken: config.eos_token ?? undefined,
    cleanUpSpaces: config.clean_up_tokenization_spaces ?? false,
  };
}

function readModel(tokenizerJson: unknown, file: string): TokenizerModel {
  const model = (tokenizerJson as { model?: { type?: unknown; vocab?: unknown } | null } | null)?.model;
  if (typeof model !== "object" || model === null) {
    throw new Error(`${file}: "model" is missing, so this is not a tokenizer.json.`);
  }
  // Files of older versions do not name the type.
  const type = model.type ?? (Array.isArray(model.vocab) ? "Unigram" : "BPE");
  // What was checked is returned as it came: a copy would lose entries such as "__proto__".
  if (type === "BPE") {
    parseWith(bpeModel, model, `${file}, "model"`);
    return { ...(model as z.infer<typeof bpeModel>), type };
  }
  if (type === "Unigram") {
    parseWith(unigramModel, model, `${file}, "model"`);
    return { ...(model as z.infer<typeof unigramModel>), type };
  }
  throw new Error(`${file}: the tokenizer model ${quote(type)} is not supported, only BPE and Unigram are.`);
}

function parseWith<T extends z.ZodType>(schema: T, value: unknown, where: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = issue.path.length > 0 ? `${quote(issue.path.join("."))} is wrong: ` : "";
  throw new Error(`${where}: ${path}${issue.message}.`);
}

function idLookupOf(model: TokenizerModel): (token: string) => number | undefined {
  if (model.type === "BPE") {
    const { vocab } = model;
    return (token) => (Object.hasOwn(vocab, token) ? vocab[token] : undefined);
  }
  const ids = new Map(model.vocab.map(([token], id) => [token, id]));
  return (token) => ids.get(token);
}

function joinAddedTokens(
  own: readonly AddedToken[],
  config: TokenizerConfig,
  idInVocabulary: (token: string) => number | undefined,
): AddedToken[] {
  const tokens = new Map(own.map((token) => [token.content, token]));
  const takenIds = new Set(own.map((token) => token.id));
  for (const [key, token] of Object.entries(config.added_tokens_decoder ?? {})) {
    const id = Number(key);
    const known = idInVocabulary(token.content);
    if (tokens.has(token.content) || takenIds.has(id) || id > maxTokenId || (known ?? id) !== id) continue;
    tokens.set(token.content, { ...token, id });
    takenIds.add(id);
  }
  for (const content of specialTokensOf(config)) {
    const token = tokens.get(content);
    const id = token?.id ?? idInVocabulary(content);
    if (id === undefined) continue;
    const plain = { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false };
    tokens.set(content, { ...(token ?? plain), special: true });
  }
  return [...tokens.values()];
}

/** Named tokens are fields that end in "_token", and the entries of objects of names and texts. */
function namedTokensOf(config: TokenizerConfig): Readonly<Record<string, string>> {
  const named: Record<string, string> = Object.create(null) as Record<string, string>;
  const extra = Array.isArray(config.extra_special_tokens) ? {} : config.extra_special_tokens;
  for (const [name, value] of Object.entries({ ...config, ...extra, ...config.model_specific_special_tokens })) {
    const token = tokenText.safeParse(value);
    if (name.endsWith("_token") && token.success) named[name] = token.data;
  }
  return named;
}

function specialTokensOf(config: TokenizerConfig): string[] {
  const named = [config.bos_token, config.eos_token, config.unk_token, config.pad_token];
  const extra = Object.values<string>(config.extra_special_tokens ?? {});
  return [...named, ...(config.additional_special_tokens ?? []), ...extra].filter(
    (token): token is string => typeof token === "string" && token !== "",
  );
}
