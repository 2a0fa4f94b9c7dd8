/** @file Asks the same question without some evidence, and compares what that changes with random sets of the same size. */
import { minimalSet } from "../methods/perturbation/minimal-set.ts";
import { randomHeadSets, randomSets, type MemberClass } from "../methods/perturbation/random-sets.ts";
import { verdictOf } from "../methods/perturbation/verdict.ts";
import type { Evidence, HeadName, VerifyRequest, VerifyResult } from "../run/measures.ts";
import { predictingPosition } from "../run/positions.ts";
import type { Run, RunDescription } from "../run/types.ts";
import { tokenClasses } from "../run/token-classes.ts";
import { ProblemError } from "../problem/problem.ts";
import { readMap } from "../findings/read-map.ts";
import { largestOf } from "../findings/top-evidence.ts";
import { maskingOf, nothingMasked } from "./masking.ts";
import type { MeasureContext } from "./measure-types.ts";

const classNames = ["image", "question", "text"] as const;

/** Every token of each class that can be masked, and those of the positions. Throws `bad-request` if one of them cannot be. */
function membersByClass(
  positions: readonly number[],
  { description, token }: { readonly description: RunDescription; readonly token: number },
): MemberClass[] {
  const target = predictingPosition(description, token);
  const classes = tokenClasses(description, target);
  const sets = classNames.map((name) => new Set(classes[name]));
  const stray = positions.find((position) => !sets.some((set) => set.has(position)));
  if (stray !== undefined) {
    throw new ProblemError(
      "bad-request",
      `Position ${stray} cannot be masked for the token predicted at position ${target}: it must come before it, after the first token, and not be an image token of padding alone.`,
    );
  }
  return classNames.map((name, index) => ({
    name,
    pool: classes[name],
    tested: positions.filter((position) => sets[index]!.has(position)),
  }));
}

/** Other sets of evidence with as many members of each kind. */
function otherSets(description: RunDescription, request: VerifyRequest): { sets: Evidence[]; isAll: boolean } {
  const { evidence, sets: count, seed, token, fill } = request;
  if (evidence.kind === "heads") {
    // Refuses heads that the model does not have, in words for the user.
    maskingOf(description, evidence, fill);
    const { languageLayers: layers, languageHeads: heads } = description.model;
    const drawn = randomHeadSets({ tested: evidence.heads, layers, heads, count, seed });
    return { sets: drawn.sets.map((each) => ({ kind: "heads", heads: each })), isAll: drawn.isAll };
  }
  const classes = membersByClass(evidence.positions, { description, token });
  const drawn = randomSets({ classes, count, seed });
  return { sets: drawn.sets.map((positions) => ({ kind: "tokens", positions })), isAll: drawn.isAll };
}

/** As many tokens of each kind with the largest attention. */
async function topAttention(run: Run, { evidence, token }: VerifyRequest): Promise<number[] | undefined> {
  if (evidence.kind === "heads") return undefined;
  const attention = await readMap(run, { map: "attention", token });
  if (attention === undefined) return undefined;
  return membersByClass(evidence.positions, { description: run.description, token })
    .flatMap(({ pool, tested }) => largestOf(pool, attention, tested.length))
    .sort((a, b) => a - b);
}

function sizeOf(evidence: Evidence): number {
  return evidence.kind === "heads" ? evidence.heads.length : evidence.positions.length;
}

/**
 * Times that the model is asked, the search of the smallest set at its usual length. Throws `bad-request` if the evidence cannot be
 * masked.
 */
export function verifyEvaluations(request: VerifyRequest, description: RunDescription): number {
  // Few other sets exist of a size near that of everything, and none of the whole picture.
  const { sets } = otherSets(description, request);
  return 3 + sets.length + (request.minimal ? 3 * sizeOf(request.evidence) : 0);
}

/** Throws `bad-request` if the evidence is empty or cannot be masked. */
export async function verify(request: VerifyRequest, context: MeasureContext): Promise<VerifyResult> {
  const { run, probe, signal } = context;
  const { description } = probe;
  const { evidence, token, fill } = request;
  if (sizeOf(evidence) === 0) {
    throw new ProblemError("bad-request", "There is nothing to mask; choose patches, words or heads.");
  }
  const without = (taken: Evidence) => {
    context.tick();
    return probe.probability(token, maskingOf(description, taken, fill));
  };
  const { sets, isAll } = otherSets(description, request);
  context.expect(sets.length + 3);
  const original = await probe.probability(token, nothingMasked);
  context.tick();
  const masked = await without(evidence);
  const random: number[] = [];
  for (const set of sets) random.push(await without(set));
  const top = await topAttention(run, request);
  const maskedTop = top && (await without({ kind: "tokens", positions: top }));

  async function search(): Promise<VerifyResult["minimal"]> {
    const members: readonly (number | HeadName)[] = evidence.kind === "heads" ? evidence.heads : evidence.positions;
    const evidenceOf = (some: readonly (number | HeadName)[]): Evidence =>
      evidence.kind === "heads"
        ? { kind: "heads", heads: some as readonly HeadName[] }
        : { kind: "tokens", positions: some as readonly number[] };
    const found = await minimalSet<number | HeadName>(members, {
      effectOf: async (some) => original - (some.length === 0 ? original : await without(evidenceOf(some))),
      signal,
    });
    return {
      evidence: evidenceOf(found.members),
      masked: original - found.effect,
      evaluations: found.evaluations,
      isMinimal: found.isMinimal,
    };
  }

  const minimal = request.minimal ? await search() : undefined;
  const answer = await probe.answer(maskingOf(description, evidence, fill));
  const drops = random.map((probability) => original - probability);
  const { p, code } = verdictOf({ drop: original - masked, randomDrops: drops });
  return {
    request,
    original,
    masked,
    answer,
    random,
    allSets: isAll,
    p,
    verdict: code,
    ...(top === undefined || maskedTop === undefined ? {} : { topAttention: { positions: top, masked: maskedTop } }),
    ...(minimal === undefined ? {} : { minimal }),
  };
}
