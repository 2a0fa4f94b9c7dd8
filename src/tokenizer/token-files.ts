/** @file The files that say which tokens are added and special: tokenizer.json, tokenizer_config.json and two older ones, checked. */
import { z } from "zod";
import { maxTokenId, tokenId } from "./token-id.ts";
import { readFields } from "./fields.ts";

/** Added tokens in use have some 40 characters. */
const maxContentCharacters = 1_000;

const content = z.string().min(1).max(maxContentCharacters);

const flags = {
  content,
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.boolean().optional(),
  special: z.boolean().default(false),
};

/** An added token as a file describes it; `normalized` is by default what `special` is not. */
const describedToken = z.object(flags);

export type DescribedToken = z.infer<typeof describedToken>;

const tokenizerJsonSchema = z.object({
  version: z.literal("1.0", 'it must be "1.0"').optional(),
  added_tokens: z.array(z.object({ ...flags, id: tokenId })).default([]),
  padding: z.looseObject({ pad_token: z.string() }).nullish(),
});

/** A special token: its text, or an object with flags. */
const specialToken = z.union(
  [z.string().max(maxContentCharacters), z.object(flags)],
  'it must be text, or an object with text as "content"',
);

export type SpecialToken = z.infer<typeof specialToken>;

/** Names with which transformers passes special tokens to templates and models; further ones end in "_token" as well. */
export const standardNames = [
  "bos_token",
  "eos_token",
  "unk_token",
  "sep_token",
  "pad_token",
  "cls_token",
  "mask_token",
] as const;

const standardTokens = Object.fromEntries(standardNames.map((name) => [name, specialToken.nullish()])) as Record<
  (typeof standardNames)[number],
  z.ZodOptional<z.ZodNullable<typeof specialToken>>
>;

const tokenizerConfigSchema = z.looseObject({
  ...standardTokens,
  additional_special_tokens: z.array(specialToken).nullish(),
  extra_special_tokens: z.union([z.array(specialToken), z.record(z.string(), specialToken)]).nullish(),
  model_specific_special_tokens: z.record(z.string(), specialToken).nullish(),
  added_tokens_decoder: z.record(z.string().regex(/^\d{1,7}$/, "a key must be a token id"), describedToken).nullish(),
  split_special_tokens: z.boolean().nullish(),
  clean_up_tokenization_spaces: z.boolean().nullish(),
  clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output: z.boolean().nullish(),
});

const specialTokensMapSchema = z.looseObject({
  ...standardTokens,
  additional_special_tokens: z.array(specialToken).nullish(),
  extra_special_tokens: z.union([z.array(specialToken), z.record(z.string(), specialToken)]).nullish(),
});

const addedTokensSchema = z.record(content, z.int().min(0).max(maxTokenId));

export type TokenizerConfig = z.infer<typeof tokenizerConfigSchema>;
type SpecialTokensMap = z.infer<typeof specialTokensMapSchema>;

/** Parsed JSON of each file; undefined if there is none. */
export interface TokenFileSources {
  readonly tokenizerJson: unknown;
  readonly tokenizerConfig?: unknown;
  readonly specialTokensMap?: unknown;
  readonly addedTokens?: unknown;
  /** Names the tokenizer in messages. */
  readonly file: string;
}

/** The files, checked. */
export interface TokenFiles {
  readonly tokenizer: z.infer<typeof tokenizerJsonSchema>;
  readonly config: TokenizerConfig;
  readonly specialTokensMap: SpecialTokensMap | undefined;
  readonly addedTokens: ReadonlyMap<string, number> | undefined;
  /** Fields of a model's own special tokens that are plain text, such as `image_token`. */
  readonly modelTokens: readonly (readonly [string, SpecialToken])[];
}

/** Checks the files. Throws an Error that names the file and the field. */
export function readTokenFiles(sources: TokenFileSources): TokenFiles {
  const { file, specialTokensMap, addedTokens } = sources;
  const config = readFields(
    tokenizerConfigSchema,
    sources.tokenizerConfig ?? {},
    `the tokenizer configuration of ${file}`,
  );
  return {
    tokenizer: readFields(tokenizerJsonSchema, sources.tokenizerJson, file),
    config,
    specialTokensMap:
      specialTokensMap === undefined
        ? undefined
        : readFields(specialTokensMapSchema, specialTokensMap, `special_tokens_map.json of ${file}`),
    addedTokens:
      addedTokens === undefined
        ? undefined
        : new Map(Object.entries(readFields(addedTokensSchema, addedTokens, `added_tokens.json of ${file}`))),
    modelTokens: modelTokensOf(config),
  };
}

/** True if `name` is a special token that every tokenizer of transformers may have, such as `bos_token`. */
export function isStandardName(name: string): boolean {
  return (standardNames as readonly string[]).includes(name);
}

/** The text of a special token. */
export function textOf(token: SpecialToken): string {
  return typeof token === "string" ? token : token.content;
}

function modelTokensOf(config: TokenizerConfig): (readonly [string, SpecialToken])[] {
  const fields = Object.entries(config).flatMap(([name, value]) => {
    if (!name.endsWith("_token") || isStandardName(name)) return [];
    const token = specialToken.safeParse(value);
    return token.success ? [[name, token.data] as const] : [];
  });
  const extra = config.extra_special_tokens;
  const named = extra == null || Array.isArray(extra) ? {} : extra;
  return [...fields, ...Object.entries(named), ...Object.entries(config.model_specific_special_tokens ?? {})];
}
