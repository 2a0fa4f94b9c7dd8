/** @file The command `verify`. */
import { verdictLines } from "../../figure/verdict-text.ts";
import type { MapMethod } from "../../run/map-catalogue.ts";
import type { Fill } from "../../run/measure-choices.ts";
import type { HeadName, VerifyRequest, VerifyResult } from "../../run/measures.ts";
import { recordingOf } from "../../run/maps.ts";
import { imageTokenPositions, isImagePlace } from "../../run/positions.ts";
import type { Run } from "../../run/types.ts";
import { quote } from "../../json/quote.ts";
import { findTokens, singleToken } from "../../findings/answer-words.ts";
import { graphPool, type GraphPool } from "../../causes/graph-pool.ts";
import { defaultToken } from "../../findings/decisive-word.ts";
import {
  causesEvidence,
  selectedEvidence,
  topEvidence,
  wholeImage,
  wordPositions,
  type ChosenEvidence,
} from "../../measure/evidence-choice.ts";
import { runPathOf, saveMeasure, withAskedRun, type RunSource } from "../asked-run.ts";
import { causalSettingsOf } from "../causal-options.ts";
import { causeName } from "../../export/causes/cause-name.ts";
import { edgeText, readEdge } from "../edge-option.ts";
import type { OptionValues } from "../option-spec.ts";
import { evidenceMaps, type verifyOptions } from "../options/verify.ts";
import type { Arguments } from "../parse.ts";
import { placePositions } from "../place-options.ts";
import { readScore } from "../score-option.ts";
import { questionOf } from "../question-options.ts";
import type { Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";

type VerifyArguments = Arguments<typeof verifyOptions>;
type VerifyValues = OptionValues<typeof verifyOptions>;

function headsOf(text: string): HeadName[] {
  return text.split(",").map((part) => {
    const [, layer, head] = /^\s*(\d{1,5})\.(\d{1,5})\s*$/.exec(part) ?? [];
    if (layer === undefined || head === undefined) {
      throw new UsageError(`--heads must be LAYER.HEAD with commas between them, such as 5.4,5.1, got ${quote(text)}.`);
    }
    return { layer: Number(layer), head: Number(head) };
  });
}

/** Checks which options go together, before a model is opened. */
function checkEvidence({ heads, edge, patches, region, words, evidence }: VerifyValues): void {
  const named = [
    edge.length === 0 ? "" : "--edge",
    heads === undefined ? "" : "--heads",
    patches === undefined ? "" : "--patches",
    region === undefined ? "" : "--region",
    words.length === 0 ? "" : "--words",
  ].filter((name) => name !== "");
  if (evidence !== undefined && named.length > 0) {
    throw new UsageError(`--evidence ${evidence} and ${named.join(", ")} name different evidence; leave one out.`);
  }
  if ((heads !== undefined || edge.length > 0) && named.length > 1) {
    throw new UsageError(`${named[0]} and ${named.slice(1).join(", ")} cannot be masked together; leave one out.`);
  }
}

/** The map whose top is the evidence; undefined for evidence of another kind. */
function mapOf({ evidence }: VerifyValues): MapMethod | undefined {
  return evidence === undefined ? undefined : evidenceMaps[evidence];
}

async function evidenceOf(
  run: Run,
  { token, values, pool }: { token: number; values: VerifyValues; pool: GraphPool },
): Promise<ChosenEvidence> {
  const { description } = run;
  const { heads, edge, words, evidence, count } = values;
  if (edge.length > 0) {
    const edges = edge.map((text) => readEdge(text, { description, token }));
    return { evidence: { kind: "edges", edges }, source: { kind: "selection" } };
  }
  if (heads !== undefined) {
    return { evidence: { kind: "heads", heads: headsOf(heads) }, source: { kind: "selection" } };
  }
  const positions = [
    ...placePositions(description, values),
    ...(words.length === 0 ? [] : wordPositions(description, words)),
  ];
  if (positions.length > 0) return selectedEvidence(positions);
  if (evidence === "image") return wholeImage(description, token);
  const map = mapOf(values);
  if (map !== undefined) return topEvidence(run, { token, map, count, pool });
  const { layer, head, radius, variant } = values;
  const settings = causalSettingsOf(values, variant);
  const found = await causesEvidence(run, { token, layer, head, radius, settings, pool });
  if (found.evidence.kind === "tokens" && found.evidence.positions.length > 0) return found;
  throw new Error(
    `The causal graph names no cause of this token at alpha ${settings.alpha}; a larger --alpha or a lower --attention-threshold keeps more edges, and --evidence names other evidence.`,
  );
}

/** What a test reports. */
export interface VerifyReport {
  readonly answer: string;
  /** Index of the answer token, and its text. */
  readonly token: number;
  readonly text: string;
  /** What was masked, by name. */
  readonly evidence: readonly string[];
  readonly result: VerifyResult;
  readonly sentence: string;
}

function namesOf(run: Run, { evidence }: Pick<VerifyRequest, "evidence">): string[] {
  if (evidence.kind === "heads") return evidence.heads.map(({ layer, head }) => `layer ${layer}, head ${head}`);
  const { description } = run;
  if (evidence.kind === "edges") return evidence.edges.map((edge) => edgeText(description, edge));
  const taken = new Set(evidence.positions);
  const image = imageTokenPositions(description);
  const isWhole = image.length > 0 && image.every((position) => taken.has(position));
  const named = isWhole
    ? evidence.positions.filter((position) => !isImagePlace(description, position))
    : evidence.positions;
  const texts = named.map((position) => causeName(description, position));
  return isWhole ? ["the whole picture", ...texts] : texts;
}

/** The run that is named, or the question that is asked. Throws a UsageError if the options name both. */
async function sourceOf(args: VerifyArguments): Promise<RunSource> {
  const { values } = args;
  const path = runPathOf("verify", args);
  if (path === undefined) {
    if (values.save) throw new UsageError("--save keeps the result in a run file; give one: verify RUN --save.");
    const map = mapOf(values);
    if (map !== undefined && recordingOf(map) === undefined) {
      throw new UsageError(
        `--evidence ${map} is measured of a run, and there is none; write one with explain, and measure it: measure RUN --kind ${map} --save.`,
      );
    }
    return { question: await questionOf(args), map };
  }
  if (values.question !== undefined || values.image.length > 0 || values.messages !== undefined) {
    throw new UsageError(
      "A run holds its question and pictures already; leave --image, --question and --messages out.",
    );
  }
  return { path };
}

/** Does the work of `verify`, and leaves the printing to the caller. */
export async function verifyEvidence(args: VerifyArguments, session: Session): Promise<VerifyReport> {
  const { values } = args;
  checkEvidence(values);
  const pool = graphPool();
  try {
    return await withAskedRun(await sourceOf(args), { values, session }, async ({ run, path, measure }) => {
      const group = values.token === undefined ? defaultToken(run) : findTokens(run.description, values.token);
      const token = group.tokens[0]!;
      const { evidence, source } = await evidenceOf(run, { token, values, pool });
      const { fill, minimal, seed, sets, null: nulls } = values;
      const confirm = values.confirm.filter((other): other is Fill => other !== "none" && other !== fill);
      const score = readScore(run.description, { token, name: values.score });
      const measured = await measure(
        { kind: "verify", token, evidence, source, fill, confirm, score, nulls, sets, seed, minimal },
        pool,
      );
      if (values.save) await saveMeasure(path!, measured, session);
      const result = measured.result as VerifyResult;
      const { text } = singleToken(run.description, token);
      return {
        answer: run.description.answerText,
        token,
        text,
        evidence: namesOf(run, { evidence }),
        result,
        sentence: verdictLines(result, text).join("\n"),
      };
    });
  } finally {
    await pool.close();
  }
}

/** Names that a line lists. */
const listedNames = 12;

/** Tests evidence and says what came out. */
export async function verifyCommand(args: VerifyArguments, session: Session): Promise<void> {
  const report = await verifyEvidence(args, session);
  if (args.values.json) {
    session.printJson({ model: args.values.model, ...report });
    return;
  }
  const { answer, evidence, result, sentence } = report;
  const more = evidence.length > listedNames ? `, and ${evidence.length - listedNames} more` : "";
  session.print(answer);
  session.print("");
  session.print(`Without ${evidence.slice(0, listedNames).join(", ")}${more}: ${result.answer.text}`);
  session.print(sentence);
  const { topAttention, minimal, leftOut, parts } = result;
  if (leftOut.length > 0) {
    session.print(`${leftOut.length} tokens of the template are no evidence, and were not taken away.`);
  }
  if (topAttention !== undefined && parts.some(({ tests }) => tests.some(({ p }) => p !== null))) {
    session.print(
      `Without as many tokens of the largest attention the probability is ${topAttention.masked.probability.toFixed(3)}.`,
    );
  }
  if (minimal !== undefined) {
    const { evidence: least } = minimal;
    const members = least.kind === "heads" ? least.heads : least.kind === "edges" ? least.edges : least.positions;
    const size = members.length;
    session.print(
      `The smallest part found with nine tenths of the effect has ${size} of ${evidence.length}, without which the probability is ${minimal.masked.probability.toFixed(3)}.`,
    );
  }
}
