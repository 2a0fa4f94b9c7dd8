/** @file The parts of evidence that are tested apart, patches, words and heads, and the null sets of each. */
import type { RandomSets } from "../methods/perturbation/random-sets.ts";
import { ProblemError } from "../problem/problem.ts";
import type { Fill, PartKind, SetKind } from "../run/measure-choices.ts";
import type { EdgeName, Evidence, VerifyRequest } from "../run/measures.ts";
import { predictingPosition } from "../run/positions.ts";
import { tokenClasses, wordClasses } from "../run/token-classes.ts";
import type { RunDescription } from "../run/types.ts";
import { edgeNullSets, headNullSets, imageNullSets, wordNullSets } from "./null-sets.ts";
import { maskingOf } from "./masking.ts";

/** How evidence is taken away; heads have no other way than to set their output to zero. */
export type Intervention = Fill | "zero";

/** One test to make of a part. */
interface PlannedTest {
  readonly intervention: Intervention;
  readonly nullSets: SetKind;
}

/** Evidence of one kind. */
export interface Part {
  readonly kind: PartKind;
  readonly evidence: Evidence;
  /** Everything of the kind; undefined for heads, without all of which no model answers. */
  readonly whole: Evidence | undefined;
  readonly isWhole: boolean;
  /** The first one decides. */
  readonly tests: readonly PlannedTest[];
  /** The same for other ways to take the part away. */
  readonly confirmations: readonly PlannedTest[];
  /** All different and none the part itself. */
  readonly nullSets: (kind: SetKind) => readonly Evidence[];
}

export interface PartedEvidence {
  readonly parts: readonly Part[];
  /** Positions of the evidence that are none, such as words of the template. */
  readonly leftOut: readonly number[];
}

/** A function that draws the null sets of a kind once. */
function drawnOnce(draw: Part["nullSets"]): Part["nullSets"] {
  const drawn = new Map<SetKind, readonly Evidence[]>();
  return (kind) => {
    const sets = drawn.get(kind) ?? draw(kind);
    drawn.set(kind, sets);
    return sets;
  };
}

const tokens = (positions: readonly number[]): Evidence => ({ kind: "tokens", positions });

function asEvidence({ sets }: RandomSets<number>): Evidence[] {
  return sets.map(tokens);
}

function imagePart(description: RunDescription, request: VerifyRequest, positions: readonly number[]): Part {
  const { token, fill, confirm, nulls, sets: count, seed } = request;
  const pool = tokenClasses(description, predictingPosition(description, token)).image;
  const others = [...new Set(confirm)].filter((other) => other !== fill);
  return {
    kind: "image",
    evidence: tokens(positions),
    whole: tokens(pool),
    isWhole: positions.length === pool.length,
    tests: [...new Set(nulls)].map((nullSets) => ({ intervention: fill, nullSets })),
    confirmations: others.map((intervention) => ({ intervention, nullSets: nulls[0]! })),
    nullSets: drawnOnce((kind) => {
      const shape = kind === "shifted" ? "shifted" : "random";
      return asEvidence(imageNullSets(description, { token, positions, kind: shape, count, seed }));
    }),
  };
}

function textPart(description: RunDescription, request: VerifyRequest, positions: readonly number[]): Part {
  const { token, sets: count, seed } = request;
  const members = new Set(positions);
  const pool = wordClasses(description, predictingPosition(description, token))
    .filter((words) => words.positions.some((position) => members.has(position)))
    .flatMap((words) => words.positions);
  return {
    kind: "text",
    evidence: tokens(positions),
    whole: tokens(pool),
    isWhole: positions.length === pool.length,
    tests: [{ intervention: "knock-out", nullSets: "words" }],
    confirmations: [],
    nullSets: drawnOnce(() => asEvidence(wordNullSets(description, { token, positions, count, seed }))),
  };
}

function edgesPart(description: RunDescription, request: VerifyRequest, edges: readonly EdgeName[]): Part {
  const { token, evidence, sets: count, seed } = request;
  return {
    kind: "edges",
    evidence,
    whole: undefined,
    // From all tokens of a class there is no other edge.
    isWhole: edgeNullSets(description, { token, edges, count: 1, seed }).length === 0,
    tests: [{ intervention: "knock-out", nullSets: "edges" }],
    confirmations: [],
    nullSets: drawnOnce(() =>
      edgeNullSets(description, { token, edges, count, seed }).map((some) => ({ kind: "edges", edges: some })),
    ),
  };
}

function headsPart(description: RunDescription, { evidence, sets: count, seed }: VerifyRequest): Part {
  const heads = evidence.kind === "heads" ? evidence.heads : [];
  const { languageLayers, languageHeads } = description.model;
  return {
    kind: "heads",
    evidence,
    whole: undefined,
    isWhole:
      new Set(heads.map(({ layer, head }) => layer * languageHeads + head)).size === languageLayers * languageHeads,
    tests: [
      { intervention: "zero", nullSets: "layer-heads" },
      { intervention: "zero", nullSets: "heads" },
    ],
    confirmations: [],
    nullSets: drawnOnce((kind) => {
      const ofSameLayers = kind === "layer-heads";
      const { sets } = headNullSets(description, { heads, ofSameLayers, count, seed });
      return sets.map((some) => ({ kind: "heads", heads: some }));
    }),
  };
}

/**
 * The evidence of a request by kind. Words of the template, special tokens and the like are left out: without them the model does not know
 * that it is asked. Throws `bad-request` if nothing is left, or if a position or a head cannot be masked.
 */
export function partsOf(description: RunDescription, request: VerifyRequest): PartedEvidence {
  const { evidence, token, fill } = request;
  const nothing = (what: string): ProblemError =>
    new ProblemError("bad-request", `There is nothing to mask${what}; choose patches, words, heads or edges.`);
  if (evidence.kind === "heads") {
    if (evidence.heads.length === 0) throw nothing("");
    // Refuses heads that the model does not have, in words for the user.
    maskingOf(description, evidence, fill);
    return { parts: [headsPart(description, request)], leftOut: [] };
  }
  if (evidence.kind === "edges") {
    if (evidence.edges.length === 0) throw nothing("");
    maskingOf(description, evidence, fill);
    return { parts: [edgesPart(description, request, evidence.edges)], leftOut: [] };
  }
  const target = predictingPosition(description, token);
  const { image, question, text } = tokenClasses(description, target);
  const [patches, maskable] = [new Set(image), new Set([...image, ...question, ...text])];
  const words = new Set(wordClasses(description, target).flatMap(({ positions }) => positions));
  const positions = [...new Set(evidence.positions)].sort((a, b) => a - b);
  const stray = positions.find((position) => !maskable.has(position));
  if (stray !== undefined) {
    throw new ProblemError(
      "bad-request",
      `Position ${stray} cannot be masked for the token predicted at position ${target}: it must come before it, after the first token, and not be an image token of padding alone.`,
    );
  }
  const ofImage = positions.filter((position) => patches.has(position));
  const ofText = positions.filter((position) => words.has(position));
  const leftOut = positions.filter((position) => !patches.has(position) && !words.has(position));
  if (ofImage.length + ofText.length === 0) {
    throw nothing(leftOut.length > 0 ? " but words of the template, which are no evidence" : "");
  }
  const parts = [
    ...(ofImage.length > 0 ? [imagePart(description, request, ofImage)] : []),
    ...(ofText.length > 0 ? [textPart(description, request, ofText)] : []),
  ];
  return { parts, leftOut };
}
