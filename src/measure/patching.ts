/** @file Puts states and heads of one run into another, and says what that restores of the difference between their answers. */
import { attentionLayers } from "../engine/attention-layers.ts";
import { patchedScores, type PatchSite } from "../scoring/patching.ts";
import { layerBands, restoration, smallestDifference, strongestHeads } from "../methods/patching/restoration.ts";
import { scoreIn } from "../methods/probability.ts";
import { ProblemError } from "../problem/problem.ts";
import type { PatchingRequest, PatchingResult } from "../run/measures.ts";
import { imageTokens, predictingPosition } from "../run/positions.ts";
import type { RunDescription } from "../run/types.ts";
import type { Evaluations } from "./evaluations.ts";
import type { RunContext } from "./measure-types.ts";
import { directed, pairedSequences, type PairedSequences } from "./paired-sequences.ts";

type Direction = "restored" | "removed";
type Group = PatchingResult["groups"][number];
type Matrix = (number | null)[][];

/** Heads that are listed, at most. */
const mostListed = 20;

/** Both unpatched passes, which each direction goes through once. */
const plainPasses = 2;

/** Times that a sequence goes through the model, none of the heads being listed. */
export function patchingEvaluations(
  { bands, heads, region }: PatchingRequest,
  { model, images }: RunDescription,
): Evaluations {
  const groups = 4 + (images.length > 0 ? 1 : 0) + (region.length > 0 ? 1 : 0);
  const ofHeads = heads ? 2 * model.languageLayers * model.languageHeads : 0;
  return { attention: 2 * (plainPasses + Math.min(bands, model.languageLayers) * groups + ofHeads) };
}

/** The groups of tokens that have a counterpart, in the order of `patchingGroupKinds`. */
function groupsOf(
  own: RunDescription,
  other: RunDescription,
  { target, region, places }: { target: number; region: readonly number[]; places: PairedSequences["places"] },
): { groups: Group[]; unmatched: number } {
  const chosen = new Set(region);
  const images = new Set(imageTokens(own).map(({ position }) => position));
  const kindOf = (place: number): Group["kind"] => {
    const token = own.tokens[place];
    if (place === target) return "last";
    if (token === undefined || images.has(place)) return chosen.has(place) ? "region" : "picture";
    if (token.role === "answer" && place >= own.answer.start) return "answer";
    if (token.id !== other.tokens[places.get(place)!]?.id && place < own.answer.start) return "changed";
    return token.role === "question" ? "words" : "template";
  };
  const names: Readonly<Record<Group["kind"], string>> = {
    region: "chosen region",
    picture: chosen.size > 0 ? "rest of the picture" : "picture",
    changed: "changed words",
    words: "question",
    template: "template and earlier turns",
    answer: "answer so far",
    last: "last position",
  };
  const found = new Map<Group["kind"], number[]>();
  let unmatched = 0;
  const keys = [
    ...Array.from({ length: target + 1 }, (_, place) => place),
    ...own.memory.map((_, index) => own.tokens.length + index),
  ];
  for (const place of keys) {
    if (!places.has(place)) {
      unmatched += 1;
      continue;
    }
    const kind = kindOf(place);
    found.set(kind, [...(found.get(kind) ?? []), place]);
  }
  const groups = (Object.keys(names) as Group["kind"][]).flatMap((kind) => {
    const positions = found.get(kind);
    return positions === undefined ? [] : [{ name: names[kind], kind, positions }];
  });
  return { groups, unmatched };
}

/** Some places of this run, as the patched sequence of a direction has them. */
function siteAt(
  taken: readonly number[],
  { direction, places, tokens }: { direction: Direction; places: PairedSequences["places"]; tokens: number },
): Pick<PatchSite, "positions" | "memory"> {
  const inSequence = taken.filter((place) => place < tokens);
  return {
    positions: direction === "removed" ? inSequence : inSequence.map((place) => places.get(place)!),
    memory: taken.flatMap((place) => (place < tokens ? [] : [place - tokens])),
  };
}

const noShares = { restored: [], removed: [] };

/**
 * Throws `bad-request` if there is no other run, the runs cannot be compared (`pairedSequences`), or the rival of the score is not in the
 * vocabulary.
 */
export async function patching(request: PatchingRequest, context: RunContext): Promise<PatchingResult> {
  const { model, run, other, signal, tick } = context;
  if (other === undefined) {
    throw new ProblemError("bad-request", `The other run ${JSON.stringify(request.other)} is not here; open it first.`);
  }
  const { config } = model.definition.language;
  const { description } = run;
  if (typeof request.score === "object" && request.score.contrast >= config.vocabulary) {
    throw new ProblemError(
      "bad-request",
      `The rival ${request.score.contrast} is not in the vocabulary of ${config.vocabulary}; name one of its ids.`,
    );
  }
  const pair = await pairedSequences(model, { own: run, other, token: request.token, signal });
  const target = predictingPosition(description, request.token);
  const { groups, unmatched } = groupsOf(description, other.description, { ...pair, target, region: request.region });
  const bands = layerBands(config.layers, request.bands);
  const id = description.tokens[target + 1]!.id;
  const score = (logits: Float32Array) => scoreIn(logits, { id, score: request.score });
  let calls = 0;
  const counted = { score, signal, onSite: () => tick("attention") };

  async function patched(
    direction: Direction,
    sites: readonly PatchSite[],
  ): Promise<{ scores: number[]; plain: { to: number; from: number } }> {
    const { sites: scores, ...plain } = await patchedScores(model, directed(pair, direction), { sites, ...counted });
    calls += sites.length + plainPasses;
    return { scores: [...scores], plain };
  }

  const { plain } = await patched("restored", []);
  const [ownScore, otherScore] = [plain.from, plain.to];
  const found = { request, own: ownScore, other: otherScore, groups, unmatched, bands };
  if (Math.abs(ownScore - otherScore) < smallestDifference) {
    return { ...found, verdict: "nothing to restore", states: noShares, prior: [], calls };
  }

  const attentive = attentionLayers(config, pair.own.plan.memoryTokens);
  const every = groups.flatMap(({ positions }) => positions);
  const all = every.filter((place) => place < description.tokens.length);
  const headsOf = Array.from({ length: config.heads }, (_, head) => head);
  const at = (direction: Direction, taken: readonly number[]) =>
    siteAt(taken, { direction, places: pair.places, tokens: description.tokens.length });

  async function oneWay(direction: Direction): Promise<{ states: Matrix; last: Matrix; all: Matrix }> {
    const ofHeads = (taken: readonly number[]): PatchSite[] =>
      attentive.flatMap((layer) =>
        headsOf.map((head) => ({ layers: [layer], positions: at(direction, taken).positions, heads: [head] })),
      );
    const states = bands.flatMap(([first, last]) => {
      const layers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
      return groups.map(({ positions }): PatchSite => ({ layers, ...at(direction, positions) }));
    });
    const heads = request.heads ? [...ofHeads([target]), ...ofHeads(all)] : [];
    const { scores, plain: ends } = await patched(direction, [...states, ...heads]);
    const shares = scores.map((patchedScore) => restoration(patchedScore, ends));
    const headShares = (start: number): Matrix =>
      Array.from({ length: config.layers }, (_, layer) => {
        const place = attentive.indexOf(layer);
        if (place === -1) return headsOf.map(() => null);
        return headsOf.map((head) => shares[start + place * config.heads + head]!);
      });
    return {
      states: bands.map((_, band) => shares.slice(band * groups.length, (band + 1) * groups.length)),
      last: request.heads ? headShares(states.length) : [],
      all: request.heads ? headShares(states.length + attentive.length * config.heads) : [],
    };
  }

  const [restored, removed] = [await oneWay("restored"), await oneWay("removed")];
  const listed = strongestHeads(removed.last, mostListed);
  const offSites = listed.map(({ layer, head }): PatchSite => ({
    layers: [layer],
    positions: at("restored", all).positions,
    heads: [head],
    off: true,
  }));
  const off = listed.length === 0 ? { scores: [], plain } : await patched("restored", offSites);
  const both = (part: "states" | "last" | "all") => ({ restored: restored[part], removed: removed[part] });
  return {
    ...found,
    verdict: "measured",
    states: both("states"),
    ...(request.heads ? { heads: { last: both("last"), all: both("all") } } : {}),
    prior: listed.map(({ layer, head, share }, i) => ({
      layer,
      head,
      removed: share,
      off: restoration(off.scores[i]!, off.plain),
    })),
    calls,
  };
}
