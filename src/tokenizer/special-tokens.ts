/**
 * @file Joins the tokens that the files of a tokenizer add, in the order in which transformers 5.24 loads them
 * (`PreTrainedTokenizerBase._from_pretrained`, `TokenizersBackend.__init__`), with ids as the tokenizers library gives them.
 */
import { quote } from "../json/quote.ts";
import type { AddedToken } from "./added-tokens.ts";
import {
  isStandardName,
  standardNames,
  textOf,
  type DescribedToken,
  type SpecialToken,
  type TokenFiles,
} from "./token-files.ts";

export interface JoinedTokens {
  readonly addedTokens: readonly AddedToken[];
  /** Contents that decoding leaves out when it skips special tokens. */
  readonly specialContents: ReadonlySet<string>;
  /** Text of each special token by its name; has no prototype. */
  readonly named: Readonly<Record<string, string>>;
  /** One sentence for each disagreement of two files, or of a file and the ids that follow from it. */
  readonly warnings: readonly string[];
}

/** Joins the tokens of `files` to a model whose own entries are `idOf`. Throws an Error if an id would have two tokens. */
export function joinTokens(files: TokenFiles, idOf: ReadonlyMap<string, number>, file: string): JoinedTokens {
  const warnings: string[] = [];
  const vocabulary = createAddedVocabulary(idOf, file);
  vocabulary.add(files.tokenizer.added_tokens);
  for (const { content, id } of files.tokenizer.added_tokens) {
    noteId({ content, stated: id, given: vocabulary.idOf(content), where: "tokenizer.json" }, warnings);
  }

  const { tokens, fromConfig } = describedTokens(files);
  const described = new Map(tokens.map(([, token]) => [token.content, token]));
  const named = namedTokens(files, { fromConfig, warnings });
  const contents = new Set([...vocabulary.contents(), ...described.keys()]);
  const ofNames = [...named.values()].map((token) => described.get(textOf(token)) ?? token);
  const namedContents = new Set(ofNames.map(textOf));
  // A token that only the configuration names is special.
  const further = [...ofNames, ...extraTokens(files, fromConfig).all].filter((token) => {
    const text = textOf(token);
    return text !== "" && !contents.has(text);
  });
  vocabulary.add([
    ...tokens.map(([, token]) => ({ ...token, special: token.special || namedContents.has(token.content) })),
    ...further.map((token) => asAddedToken(token, namedContents)),
  ]);
  for (const [id, { content }] of tokens) {
    const where = fromConfig
      ? "tokenizer_config.json"
      : files.addedTokens?.has(content)
        ? "added_tokens.json"
        : undefined;
    if (where === undefined) continue;
    noteId({ content, stated: id, given: vocabulary.idOf(content), where }, warnings);
  }
  if (fromConfig) noteUnusedAddedTokens(files, vocabulary, warnings);

  const names: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, token] of named) names[name] = textOf(token);
  return { addedTokens: vocabulary.tokens(), specialContents: vocabulary.specialContents, named: names, warnings };
}

interface AddedVocabulary {
  add(tokens: readonly DescribedToken[]): void;
  idOf(content: string): number | undefined;
  contents(): Iterable<string>;
  tokens(): readonly AddedToken[];
  readonly specialContents: Set<string>;
}

/** `AddedVocabulary` of the tokenizers library: a token gets the id that its text has, else the next free one. */
function createAddedVocabulary(idOfModel: ReadonlyMap<string, number>, file: string): AddedVocabulary {
  const requireFree = (id: number, content: string): void => {
    for (const [token, other] of idOfModel) {
      if (other !== id) continue;
      throw new Error(
        `${file}: the added token ${quote(content)} gets the id ${id}, which the token ${quote(token)} of the vocabulary has; its ids have gaps.`,
      );
    }
  };
  let largestOfModel = -1;
  for (const id of idOfModel.values()) largestOfModel = Math.max(largestOfModel, id);
  const byContent = new Map<string, AddedToken>();
  const specialContents = new Set<string>();
  return {
    specialContents,
    add(tokens) {
      const largest = [...byContent.values()].reduce((max, { id }) => Math.max(max, id), -1);
      let next = Math.max(largest + 1, idOfModel.size);
      for (const { content, single_word, lstrip, rstrip, normalized, special } of tokens) {
        const known = byContent.get(content)?.id ?? idOfModel.get(content);
        const id = known ?? next++;
        if (known === undefined && id <= largestOfModel) requireFree(id, content);
        byContent.set(content, {
          id,
          content,
          single_word,
          lstrip,
          rstrip,
          normalized: normalized ?? !special,
          special,
        });
        if (special) specialContents.add(content);
      }
    },
    idOf: (content) => byContent.get(content)?.id,
    contents: () => byContent.keys(),
    tokens: () => [...byContent.values()],
  };
}

interface DescribedTokens {
  /** Id and token, by ascending id. */
  readonly tokens: readonly (readonly [number, DescribedToken])[];
  /** True if tokenizer_config.json lists them, so that the two older files say nothing. */
  readonly fromConfig: boolean;
}

function describedTokens(files: TokenFiles): DescribedTokens {
  const { tokenizer, config, addedTokens } = files;
  if (config.added_tokens_decoder != null) {
    const tokens = Object.entries(config.added_tokens_decoder).map(([id, token]) => [Number(id), token] as const);
    return { tokens: tokens.sort(([a], [b]) => a - b), fromConfig: true };
  }
  const special = new Set(
    [...namedTokens(files).entries()].flatMap(([name, token]) => (isStandardName(name) ? [textOf(token)] : [])),
  );
  for (const token of extraTokens(files, false).extra) special.add(textOf(token));
  const byId = new Map<number, DescribedToken>();
  for (const [content, id] of addedTokens ?? []) {
    const isSpecial = special.has(content);
    byId.set(id, {
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: !isSpecial,
      special: isSpecial,
    });
  }
  for (const { id, ...token } of tokenizer.added_tokens) byId.set(id, token);
  return { tokens: [...byId].sort(([a], [b]) => a - b), fromConfig: false };
}

/** Special tokens by name. Without `added_tokens_decoder` special_tokens_map.json comes before tokenizer_config.json. */
function namedTokens(
  { tokenizer, config, specialTokensMap, modelTokens }: TokenFiles,
  told?: { readonly fromConfig: boolean; readonly warnings: string[] },
): Map<string, SpecialToken> {
  const fromConfig = told?.fromConfig ?? config.added_tokens_decoder != null;
  const named = new Map<string, SpecialToken>();
  const take = (name: string, token: SpecialToken | null | undefined): void => {
    if (token != null) named.set(name, token);
  };
  const standard = Object.entries(config).filter(([name]) => isStandardName(name));
  for (const [name, token] of standard) take(name, token as SpecialToken | null | undefined);
  if (!("pad_token" in config)) take("pad_token", tokenizer.padding?.pad_token);
  for (const [name, token] of modelTokens) take(name, token);
  for (const [name, token] of Object.entries(specialTokensMap ?? {})) {
    if (!isStandardName(name)) continue;
    const text = token == null ? undefined : textOf(token as SpecialToken);
    const other = named.get(name);
    if (text !== (other === undefined ? undefined : textOf(other))) {
      const used = fromConfig ? "the former" : "the latter";
      told?.warnings.push(
        `tokenizer_config.json says ${quote(other === undefined ? null : textOf(other))} for ${name}, and special_tokens_map.json ${quote(text ?? null)}; ${used} is used, as transformers does.`,
      );
    }
    if (fromConfig) continue;
    if (token == null) named.delete(name);
    else take(name, token as SpecialToken);
  }
  // The order in which tokens are added gives them their ids.
  return new Map([
    ...standardNames.flatMap((name) => (named.has(name) ? [[name, named.get(name)!] as const] : [])),
    ...[...named].filter(([name]) => !isStandardName(name)),
  ]);
}

/** Special tokens without a name: `extra_special_tokens`, or `additional_special_tokens` if there are none. */
function extraTokens(
  { config, specialTokensMap }: TokenFiles,
  fromConfig: boolean,
): { readonly extra: readonly SpecialToken[]; readonly all: readonly SpecialToken[] } {
  const listOf = (value: unknown): readonly SpecialToken[] | undefined =>
    Array.isArray(value) ? (value as SpecialToken[]) : undefined;
  const isEmpty = (value: unknown): boolean => value == null || Object.keys(value).length === 0;
  const isTaken = config.additional_special_tokens != null && isEmpty(config.extra_special_tokens);
  let extra = isTaken ? config.additional_special_tokens : listOf(config.extra_special_tokens);
  let additional = isTaken ? undefined : config.additional_special_tokens;
  if (!fromConfig && specialTokensMap !== undefined) {
    const further = listOf(specialTokensMap.extra_special_tokens);
    if (further !== undefined) extra = [...(extra ?? []), ...further];
    additional = specialTokensMap.additional_special_tokens ?? additional;
  }
  return { extra: extra ?? [], all: extra ?? additional ?? [] };
}

function asAddedToken(token: SpecialToken, named: ReadonlySet<string>): DescribedToken {
  if (typeof token !== "string") return { ...token, special: token.special || named.has(token.content) };
  return { content: token, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

interface StatedId {
  readonly content: string;
  readonly stated: number;
  readonly given: number | undefined;
  readonly where: string;
}

function noteId({ content, stated, given, where }: StatedId, warnings: string[]): void {
  if (given === undefined || given === stated) return;
  warnings.push(
    `${where} says that the token ${quote(content)} has the id ${stated}, but it gets the id ${given}, as the tokenizers library gives it.`,
  );
}

function noteUnusedAddedTokens({ addedTokens }: TokenFiles, vocabulary: AddedVocabulary, warnings: string[]): void {
  for (const [content, id] of addedTokens ?? []) {
    const given = vocabulary.idOf(content);
    if (given === id) continue;
    const has = given === undefined ? "does not list it" : `gives it the id ${given}`;
    warnings.push(
      `added_tokens.json says that the token ${quote(content)} has the id ${id}, but tokenizer_config.json ${has}; the latter is used, as transformers does.`,
    );
  }
}
