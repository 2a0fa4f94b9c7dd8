/**
 * @file Reads how a checkpoint wants its answers generated: the tokens that end an answer, the rules that every answer follows, and the
 * sampling that is offered. What is left out is named in a warning.
 */
import { z } from "zod";
import { issueReason } from "../json/check-json.ts";
import { quote } from "../json/quote.ts";
import { fields, parseSection, tokenId, type SectionPlace } from "./config/fields.ts";
import {
  appliedSchema,
  rulesThatAct,
  samplingSchema,
  unusedFields,
  type GenerationRules,
} from "./generation-fields.ts";
import type { FileFolder } from "../storage/file-folder.ts";
import { readOptionalJsonFile } from "../storage/read-file.ts";
import type { CheckpointSampling, GenerationSettings } from "./types.ts";
import { shownFile } from "./warnings.ts";
import type { Tokenizer } from "../tokenizer/types.ts";

/** Models stop at a handful of tokens. */
const maxStopTokens = 1_000;

const message = "a token id or a list of token ids";
const stopTokens = z.union([tokenId, z.array(tokenId).max(maxStopTokens)], message).nullish();
const stopSchema = fields({ eos_token_id: stopTokens });
const anObject = z.record(z.string(), z.unknown(), "an object");

type Values = Readonly<Record<string, unknown>>;

/** Fields as one file has them. */
interface Source {
  readonly values: Values;
  readonly place: SectionPlace;
}

export interface GenerationSources {
  /** Parsed config.json. */
  readonly modelConfig: unknown;
  readonly tokenizer: Pick<Tokenizer, "eosToken" | "idOf">;
  /** Ids that the model knows: 0 to `vocabulary` - 1. */
  readonly vocabulary: number;
  /** Takes a sentence for each field that would change answers and is not applied. */
  readonly warn: (sentence: string) => void;
}

/** Sections that hold the language model of a configuration, in transformers' order; the first that is there counts. */
const languageSections = ["decoder", "generator", "text_config"] as const;

/** Older checkpoints have these fields in config.json: at the top, else in the section of the language model. */
function legacyValues(modelConfig: unknown): Values {
  const top = anObject.parse(modelConfig);
  const section = languageSections.map((name) => top[name]).find((found) => found != null);
  const named = (values: Values): [string, unknown][] => Object.entries(values).filter(([, value]) => value != null);
  return { ...Object.fromEntries(named(anObject.safeParse(section).data ?? {})), ...Object.fromEntries(named(top)) };
}

/** generation_config.json as a whole, else what config.json has: transformers never mixes the two. */
async function readSource(folder: FileFolder, legacy: Values): Promise<Source> {
  const name = "generation_config.json";
  const found = await readOptionalJsonFile(folder, name);
  if (found === undefined) return { values: legacy, place: { file: folder.pathOf("config.json"), section: "" } };
  const place = { file: folder.pathOf(name), section: "" };
  return { values: parseSection(anObject, found.value, place), place };
}

function eachOnce(ids: number | readonly number[]): readonly number[] {
  return [...new Set(typeof ids === "number" ? [ids] : ids)];
}

function readStopTokenIds({ values, place }: Source, legacy: Source, sources: GenerationSources): readonly number[] {
  const { tokenizer, warn } = sources;
  const own = parseSection(stopSchema, values, place).eos_token_id;
  if (own != null) return eachOnce(own);
  const ofModel = parseSection(stopSchema, legacy.values, legacy.place).eos_token_id;
  const ofTokenizer = tokenizer.eosToken === undefined ? undefined : tokenizer.idOf(tokenizer.eosToken);
  const found = ofModel ?? ofTokenizer;
  if (found === undefined) return [];
  if (place.file !== legacy.place.file) {
    const from = ofModel == null ? "the tokenizer" : shownFile(legacy.place.file);
    warn(
      `${shownFile(place.file)} names no eos_token_id; answers end at ${eachOnce(found).join(", ")}, which ${from} names, but transformers would go on.`,
    );
  }
  return eachOnce(found);
}

/** Throws an Error if a rule names a token that the model does not have, or forces one that it forbids; transformers refuses both. */
function checkRules(rules: GenerationRules, { file }: SectionPlace, vocabulary: number): void {
  const { sequence_bias = [], bad_words_ids = [], forced_bos_token_id, forced_eos_token_id } = rules;
  const forced = { forced_bos_token_id, forced_eos_token_id };
  const named = {
    sequence_bias: sequence_bias.flatMap(([ids]) => ids),
    bad_words_ids: bad_words_ids.flat(),
    forced_bos_token_id: [forced_bos_token_id ?? []].flat(),
    forced_eos_token_id: [forced_eos_token_id ?? []].flat(),
  };
  for (const [field, ids] of Object.entries(named)) {
    const wrong = ids.find((id) => id >= vocabulary);
    if (wrong === undefined) continue;
    throw new Error(
      `${file}: ${field} names the token ${wrong}, but the model has the tokens 0 to ${vocabulary - 1}; correct the file.`,
    );
  }
  const suppressed = new Set(rules.suppress_tokens);
  for (const [field, ids] of Object.entries(forced)) {
    if (ids === undefined || ![ids].flat().every((id) => suppressed.has(id))) continue;
    throw new Error(
      `${file}: ${field} forces ${quote(ids)}, which suppress_tokens forbids, so that no token could be chosen; take it out of one of them.`,
    );
  }
}

function warnOfUnused({ values, place }: Source, warn: GenerationSources["warn"]): void {
  for (const [name, { means, acts }] of Object.entries(unusedFields)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value == null || !acts(value, values)) continue;
    warn(`${shownFile(place.file)} sets ${name} to ${quote(value)} (${means}), which is not applied here.`);
  }
}

/** A rule of config.json beside a generation_config.json that says something else. */
function warnOfDifference(rules: GenerationRules, legacy: Source, warn: GenerationSources["warn"]): void {
  const others = appliedSchema.safeParse(legacy.values);
  if (!others.success) return;
  for (const [name, other] of Object.entries(rulesThatAct(others.data))) {
    const own = rules[name as keyof GenerationRules];
    if (JSON.stringify(own) === JSON.stringify(other)) continue;
    const said = own === undefined ? "does not set it" : `says ${quote(own)}`;
    warn(`config.json sets ${name} to ${quote(other)}, but generation_config.json ${said}; the latter is used.`);
  }
}

/** The sampling that the file asks for, transformers' defaults filled in; null if it cannot be used, which a warning says. */
function readSampling({ values, place }: Source, warn: GenerationSources["warn"]): CheckpointSampling | null {
  const parsed = samplingSchema.safeParse(values);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const field = String(issue.path[0]);
    warn(
      `${shownFile(place.file)}: ${field} is ${quote(values[field])}, expected ${issueReason(issue.message)}; its sampling is not offered.`,
    );
    return null;
  }
  const { do_sample, temperature, top_k, top_p, min_p, top_h, typical_p, epsilon_cutoff, eta_cutoff } = parsed.data;
  if (do_sample !== true) return { temperature: 0, topK: 0, topP: 1 };
  const isCutoff = (value: number | null | undefined): value is number => value != null && value > 0 && value < 1;
  return {
    temperature: temperature ?? 1,
    topK: top_k ?? 50,
    topP: top_p ?? 1,
    ...(min_p == null ? {} : { minP: min_p }),
    ...(top_h == null ? {} : { topH: top_h }),
    ...(isCutoff(typical_p) ? { typicalP: typical_p } : {}),
    ...(isCutoff(epsilon_cutoff) ? { epsilonCutoff: epsilon_cutoff } : {}),
    ...(isCutoff(eta_cutoff) ? { etaCutoff: eta_cutoff } : {}),
  };
}

/**
 * How the checkpoint in `folder` generates. `rules` and `sampling` are those of generation_config.json; if there is no such file, of
 * config.json or its section of the language model. `stopTokenIds`, each once, are `eos_token_id` of the same place, else of config.json,
 * else the tokenizer's EOS; empty if none names one. Throws an Error if a value is of the wrong kind, or names a token that the
 * model does not have.
 */
export async function readGenerationSettings(
  folder: FileFolder,
  sources: GenerationSources,
): Promise<GenerationSettings> {
  const { modelConfig, vocabulary, warn } = sources;
  const legacy: Source = {
    values: legacyValues(modelConfig),
    place: { file: folder.pathOf("config.json"), section: "" },
  };
  const source = await readSource(folder, legacy.values);
  const rules = rulesThatAct(parseSection(appliedSchema, source.values, source.place));
  checkRules(rules, source.place, vocabulary);
  warnOfUnused(source, warn);
  if (source.place.file !== legacy.place.file) warnOfDifference(rules, legacy, warn);
  return {
    stopTokenIds: readStopTokenIds(source, legacy, sources),
    rules,
    sampling: readSampling(source, warn),
  };
}

/** The rules that a run was recorded with, by the names of generation_config.json. Throws an Error if one is not of its kind. */
export function parseGenerationRules(values: unknown, file: string): GenerationRules {
  return rulesThatAct(parseSection(appliedSchema, values, { file, section: "generation" }));
}
