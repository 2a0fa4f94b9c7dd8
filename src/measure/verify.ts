/**
 * @file Asks the same question without some evidence. Patches, words and heads are tested apart, each against null sets of its own kind; what
 * one way of taking patches away finds, others confirm. If the answer hardly changes without the whole picture, there is nothing to test.
 */
import { readMap } from "../findings/read-map.ts";
import { largestOf } from "../findings/top-evidence.ts";
import { minimalSet } from "../methods/perturbation/minimal-set.ts";
import { powerOf } from "../methods/perturbation/power.ts";
import { askedTogether, sequentialTest } from "../methods/perturbation/sequential-test.ts";
import { leastFall, verdictOf } from "../methods/perturbation/verdict.ts";
import type {
  EdgeName,
  Evidence,
  HeadName,
  MeasuredToken,
  NullTest,
  VerifiedPart,
  VerifyRequest,
  VerifyResult,
} from "../run/measures.ts";
import { predictingPosition } from "../run/positions.ts";
import { tokenClasses, wordClasses } from "../run/token-classes.ts";
import type { Run, RunDescription } from "../run/types.ts";
import {
  addedEvaluations,
  dearestKind,
  evaluationCount,
  type EvaluationKind,
  type Evaluations,
} from "./evaluations.ts";
import { kindOfMasking, maskingOf, nothingMasked, type Masking } from "./masking.ts";
import type { MeasureContext } from "./measure-types.ts";
import { measuredToken } from "./token-effects.ts";
import { partsOf, type Intervention, type Part, type PartedEvidence } from "./verify-parts.ts";

/** With what a request of a script may leave out. */
function completed(request: VerifyRequest): VerifyRequest {
  return {
    confirm: [],
    nulls: ["shifted"],
    score: "log-probability",
    ...(request as Partial<VerifyRequest>),
  } as VerifyRequest;
}

/** What evidence is made of, one by one. */
type Member = number | HeadName | EdgeName;

function membersOf(evidence: Evidence): readonly Member[] {
  if (evidence.kind === "heads") return evidence.heads;
  return evidence.kind === "edges" ? evidence.edges : evidence.positions;
}

/** Some members of evidence. */
function someOf({ kind }: Evidence, members: readonly Member[]): Evidence {
  if (kind === "heads") return { kind, heads: members as readonly HeadName[] };
  if (kind === "edges") return { kind, edges: members as readonly EdgeName[] };
  return { kind, positions: members as readonly number[] };
}

function sizeOf(evidence: Evidence): number {
  return membersOf(evidence).length;
}

/** All parts together. */
function allOf({ parts }: PartedEvidence): Evidence {
  const positions = parts.flatMap(({ evidence }) => (evidence.kind === "tokens" ? evidence.positions : []));
  const [first] = parts;
  return first!.evidence.kind !== "tokens"
    ? first!.evidence
    : { kind: "tokens", positions: positions.sort((a, b) => a - b) };
}

function maskedBy(description: RunDescription, evidence: Evidence, intervention: Intervention): Masking {
  return maskingOf(description, evidence, intervention === "zero" ? "mean" : intervention);
}

/** What a question without evidence costs. */
function kindOfEvidence(description: RunDescription, evidence: Evidence, intervention: Intervention): EvaluationKind {
  return kindOfMasking(maskedBy(description, evidence, intervention), description.tokens.length);
}

/** Most times that the model is asked for a part. */
function partEvaluations(part: Part, description: RunDescription): Evaluations {
  const { isWhole, whole, tests, confirmations, nullSets } = part;
  const ofPart = whole === undefined || isWhole ? 1 : 2;
  const drawn = ({ nullSets: kind }: Part["tests"][number]): number => (isWhole ? 0 : nullSets(kind).length);
  const timesOf = (test: Part["tests"][number], times: number): Evaluations => ({
    [kindOfEvidence(description, part.evidence, test.intervention)]: times + drawn(test),
  });
  // All tests take the part away in the same way, and ask about it once.
  return addedEvaluations([
    ...tests.map((test, index) => timesOf(test, index === 0 ? ofPart : 0)),
    ...confirmations.map((test) => timesOf(test, ofPart)),
  ]);
}

/**
 * Times that the model is asked at most, the search of the smallest set at its usual length: tests that cannot pass end early. Throws
 * `bad-request` if the evidence cannot be masked.
 */
export function verifyEvaluations(given: VerifyRequest, description: RunDescription): Evaluations {
  const request = completed(given);
  const parted = partsOf(description, request);
  return addedEvaluations([timesAsked(parted, description, 2), evaluationsAfter(parted, { request, description })]);
}

/** Times that it is asked if nothing depends on what the evidence is part of. */
export function leastVerifyEvaluations(given: VerifyRequest, description: RunDescription): Evaluations {
  const request = completed(given);
  const parted = partsOf(description, { ...request, sets: 1 });
  return timesAsked(parted, description, 4 + parted.parts.length + (request.minimal ? 3 * sizeOf(allOf(parted)) : 0));
}

/** So many questions without all of the evidence. */
function timesAsked({ parts }: PartedEvidence, description: RunDescription, times: number): Evaluations {
  const kinds = parts.map(({ evidence, tests }) => kindOfEvidence(description, evidence, tests[0]!.intervention));
  return { [dearestKind(kinds)]: times };
}

/** The same after the token with and without all of the evidence, and after some of the parts. */
function evaluationsAfter(
  parted: PartedEvidence,
  { request: { minimal }, description }: { readonly request: VerifyRequest; readonly description: RunDescription },
  done = 0,
): Evaluations {
  const ofParts = parted.parts.slice(done).map((part) => partEvaluations(part, description));
  return addedEvaluations([...ofParts, timesAsked(parted, description, 2 + (minimal ? 3 * sizeOf(allOf(parted)) : 0))]);
}

/** As many tokens of each kind with the largest attention; undefined if the run does not hold it, and for heads and edges. */
async function topAttention(run: Run, { evidence, token }: Pick<VerifyRequest, "evidence" | "token">) {
  if (evidence.kind !== "tokens") return undefined;
  const attention = await readMap(run, { map: "attention", token });
  if (attention === undefined) return undefined;
  const target = predictingPosition(run.description, token);
  const pools = [
    tokenClasses(run.description, target).image,
    ...wordClasses(run.description, target).map(({ positions }) => positions),
  ];
  const taken = new Set(evidence.positions);
  return pools
    .flatMap((pool) => largestOf(pool, attention, pool.filter((position) => taken.has(position)).length))
    .sort((a, b) => a - b);
}

/** Null sets that are asked together: so many are needed before a test of 99 can end. */
const together = 5;

interface Testing {
  readonly original: MeasuredToken;
  /** The token without some evidence; what was measured before is not asked again. */
  readonly without: (evidence: Evidence, intervention: Intervention) => Promise<MeasuredToken>;
  /** The same for null sets, which share what they can. */
  readonly withoutEach: (sets: readonly Evidence[], intervention: Intervention) => Promise<readonly MeasuredToken[]>;
  /** So many evaluations that were announced will not be made. */
  readonly spare: (evaluations: number) => void;
}

/** Tests a part by one way of taking it away against one kind of null sets. */
async function testPart(
  part: Part,
  { intervention, nullSets: kind }: Part["tests"][number],
  { original, without, withoutEach, spare }: Testing,
): Promise<NullTest> {
  const fallOf = async (evidence: Evidence): Promise<number> =>
    original.score - (await without(evidence, intervention)).score;
  const sets = part.isWhole ? [] : part.nullSets(kind);
  const wholeFall = part.whole && (await fallOf(part.whole));
  const fall = await fallOf(part.evidence);
  const nulls = askedTogether(sets, {
    together,
    valuesOf: async (some) => (await withoutEach(some, intervention)).map(({ score }) => original.score - score),
  });
  const test = await sequentialTest({ observed: fall, next: nulls.next, sets: sets.length });
  spare(sets.length - nulls.asked());
  return {
    intervention,
    nullSets: kind,
    fall,
    share: wholeFall === undefined || wholeFall <= 0 ? null : fall / wholeFall,
    p: sets.length === 0 ? null : test.p,
    used: test.sets,
    available: sets.length,
    asMuch: test.asMuch,
    stopped: test.stopped,
    power: powerOf({ sets: sets.length }),
    falls: test.values,
  };
}

async function verifyPart(part: Part, testing: Testing): Promise<VerifiedPart> {
  const { original, without } = testing;
  const [first, ...others] = part.tests;
  const { intervention, nullSets } = first!;
  const whole = part.whole && (await without(part.whole, intervention));
  const masked = await without(part.evidence, intervention);
  const tested = {
    wholeFall: whole && original.score - whole.score,
    fall: original.score - masked.score,
    isWhole: part.isWhole,
    available: part.isWhole ? 0 : part.nullSets(nullSets).length,
  };
  const facts = { kind: part.kind, evidence: part.evidence, masked, ...(whole === undefined ? {} : { whole }) };
  if (verdictOf(tested) === "nothing") return { ...facts, verdict: "nothing", tests: [] };
  const deciding = await testPart(part, first!, testing);
  const tests: NullTest[] = [deciding];
  if (!part.isWhole) for (const other of others) tests.push(await testPart(part, other, testing));
  const p = deciding.p ?? 1;
  const verdict = verdictOf({ ...tested, p });
  if (verdict !== "depends") return { ...facts, verdict, tests };
  const confirmations: NullTest[] = [];
  for (const other of part.confirmations) confirmations.push(await testPart(part, other, testing));
  // Of everything of a kind no other set exists: another way confirms it if the score falls as well.
  const confirming = confirmations.map((test) => test.p ?? (test.fall >= leastFall ? 0 : 1));
  return {
    ...facts,
    verdict: verdictOf({ ...tested, p, confirmations: confirming }),
    tests: [...tests, ...confirmations],
  };
}

/** Throws `bad-request` if the evidence is empty or cannot be masked. */
export async function verify(given: VerifyRequest, context: MeasureContext): Promise<VerifyResult> {
  const request = completed(given);
  const { run, probe, signal } = context;
  const { description } = probe;
  const { token, fill, score } = request;
  const parted = partsOf(description, request);
  const evidence = allOf(parted);
  const id = description.tokens[description.answer.start + token]!.id;
  let left = evaluationCount(verifyEvaluations(request, description));
  context.expect(left);

  async function askEach(maskings: readonly Masking[]): Promise<MeasuredToken[]> {
    const found = await probe.tokenLogits(token, maskings, (kind) => {
      left -= 1;
      context.tick(kind);
    });
    return found.map((logits) => measuredToken(logits, { id, score }));
  }
  const ask = async (masking: Masking): Promise<MeasuredToken> => (await askEach([masking]))[0]!;
  const withoutEach: Testing["withoutEach"] = (sets, intervention) =>
    askEach(sets.map((taken) => maskedBy(description, taken, intervention)));
  const known = new Map<string, MeasuredToken>();
  async function without(taken: Evidence, intervention: Intervention): Promise<MeasuredToken> {
    const key = JSON.stringify([taken, intervention]);
    const found = known.get(key) ?? (await ask(maskedBy(description, taken, intervention)));
    known.set(key, found);
    return found;
  }
  const spare = (evaluations: number): void => {
    left = Math.max(0, left - evaluations);
    context.expect(left);
  };

  const original = await ask(nothingMasked);
  const whole = parted.parts.length === 1 ? parted.parts[0]!.tests[0]!.intervention : fill;
  const withoutAll = await without(evidence, whole);
  const parts: VerifiedPart[] = [];
  for (const [index, part] of parted.parts.entries()) {
    parts.push(await verifyPart(part, { original, without, withoutEach, spare }));
    left = evaluationCount(evaluationsAfter(parted, { request, description }, index + 1));
    context.expect(left);
  }
  const top = await topAttention(run, { evidence, token });
  const withoutTop = top && (await without({ kind: "tokens", positions: top }, whole));

  async function search(): Promise<VerifyResult["minimal"]> {
    const evidenceOf = (some: readonly Member[]): Evidence => someOf(evidence, some);
    const found = await minimalSet<Member>(membersOf(evidence), {
      effectOf: async (some) => original.score - (await without(evidenceOf(some), whole)).score,
      signal,
    });
    const least = evidenceOf(found.members);
    return {
      evidence: least,
      masked: await without(least, whole),
      evaluations: found.evaluations,
      isMinimal: found.isMinimal,
    };
  }

  const minimal = request.minimal ? await search() : undefined;
  const answer = await probe.answer(maskedBy(description, evidence, whole));
  return {
    request,
    original,
    masked: withoutAll,
    answer,
    parts,
    leftOut: parted.leftOut,
    ...(top === undefined || withoutTop === undefined ? {} : { topAttention: { positions: top, masked: withoutTop } }),
    ...(minimal === undefined ? {} : { minimal }),
  };
}
