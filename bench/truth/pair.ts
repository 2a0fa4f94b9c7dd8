/**
 * @file One picture, two models: the demo model answers by a planted shortcut, its twin by looking. An explanation method tells them apart if
 * what it shows on the same picture and question lies on what each of them uses.
 */
import type { RecordedRun } from "../../src/explain/explain.ts";
import type { HostedModel } from "../../src/explain/host.ts";
import { openRecorded } from "../../src/explain/recorded-run.ts";
import { minimal } from "../../src/measure/minimal.ts";
import { withProbe } from "../../src/measure/probe.ts";
import { imageTokens } from "../../src/run/positions.ts";
import { minimalRequestOf } from "../../src/run/cause-requests.ts";
import { methods as everyMethod } from "../../src/run/maps.ts";
import { graphPool } from "../../src/causes/graph-pool.ts";
import type { RunDescription } from "../../src/run/types.ts";
import { askQuestion, isExplainable, recordAnswer, type Explainable } from "./asking.ts";
import { contextOf } from "./context.ts";
import { tagMaskOf } from "./findings.ts";
import { baselineMaps, imageMaps, positionRows, textSum } from "./maps.ts";
import { coverage } from "../../src/run/masks.ts";
import { readMask } from "../../src/workbench/mask-file.ts";
import { showsRight, type TruthQuestion } from "./questions.ts";
import { positivePart } from "../../src/methods/map-scores.ts";

/** Both models, by name. */
export interface ModelPair {
  readonly demo: HostedModel;
  readonly twin: HostedModel;
}

/** What a method shows of one answer: its map of the picture, and how much of it lies on text. */
export interface Shown {
  /** One value for each cell. */
  readonly map: ArrayLike<number>;
  /** Sum of what the method gives to words; 0 for methods of the picture alone. */
  readonly rest: number;
}

/** By cell of the map: its share of the thing that the question is about, and of the tag. */
export interface KnownPlaces {
  readonly thing: ArrayLike<number>;
  readonly tag?: ArrayLike<number>;
}

export const pairKinds = ["banana", "apples"] as const;
export type PairKind = (typeof pairKinds)[number];

/**
 * What the two models are known to answer from different evidence: the banana's color, and the number of apples in open questions (with
 * letters the demo model takes the first option); undefined for other questions.
 */
export function pairKindOf({ shortcut, form, evidence, tag }: TruthQuestion): PairKind | undefined {
  if (shortcut === "prior" && evidence !== undefined) return "banana";
  return shortcut === "tag" && form === "open" && tag !== undefined && evidence !== undefined ? "apples" : undefined;
}

/** Share of what a method shows that lies in a place: of its positive part, words included; 0 if it shows nothing. */
export function shareIn({ map, rest }: Shown, place: ArrayLike<number>): number {
  const values = positivePart(map);
  let all = rest;
  let inside = 0;
  for (const [cell, value] of values.entries()) {
    all += value;
    inside += value * place[cell]!;
  }
  return all > 0 ? inside / all : 0;
}

/**
 * By how much a method's explanation of the twin lies more on what the twin uses than its explanation of the demo model does, -2 to 2: the share on
 * the thing, less the share on the tag if there is one. Above 0 it tells the two apart, at 0 it does not, and below 0 it takes one for the other.
 */
export function pairLead({ demo, twin }: { readonly demo: Shown; readonly twin: Shown }, places: KnownPlaces): number {
  const onUsed = (shown: Shown): number =>
    shareIn(shown, places.thing) - (places.tag === undefined ? 0 : shareIn(shown, places.tag));
  return onUsed(twin) - onUsed(demo);
}

export interface PairFinding {
  readonly name: string;
  readonly scene: string;
  readonly kind: PairKind;
  readonly answers: { readonly demo: string; readonly twin: string };
  /** By method: the lead, or null if the method shows nothing of one of the answers. */
  readonly leads: Readonly<Record<string, number>>;
}

/** What verified causes are called in the table. */
const verifiedName = "verified minimal causes";

/** By method: what it shows of the explained token. */
function shownByMaps(recorded: RecordedRun, token: number): Map<string, Shown> {
  const rows = positionRows(recorded, token);
  const shown = [...imageMaps(recorded, token)].map(([method, map]): [string, Shown] => {
    const row = rows.get(method);
    return [method, { map, rest: row === undefined ? 0 : textSum(recorded.description, row, token) }];
  });
  const baselines = [...baselineMaps(recorded.description)].map(([method, map]): [string, Shown] => [
    method,
    { map, rest: 0 },
  ]);
  return new Map([...baselines, ...shown]);
}

/** The places of a question over the image tokens of a run. */
async function placesOf(question: TruthQuestion, description: RunDescription): Promise<KnownPlaces> {
  const tag = await tagMaskOf(question, description.images[0]!);
  return {
    thing: coverage(description, [await readMask(question.evidence!)]),
    ...(question.shortcut === "tag" && tag !== undefined ? { tag: coverage(description, [tag]) } : {}),
  };
}

/** What every method, and verified minimal causes, show of an answer. */
async function shownOf(
  model: HostedModel,
  asked: Explainable,
  folder: string,
): Promise<{ shown: Map<string, Shown>; description: RunDescription }> {
  const recorded = await recordAnswer(model, asked, {
    methods: everyMethod.filter((method) => method !== "lens"),
    variants: ["exact", "reference"],
  });
  const token = asked.token.index;
  const shown = shownByMaps(recorded, token);
  const run = await openRecorded(recorded);
  const pool = graphPool();
  try {
    const verified = await withProbe(model, run, {
      seed: 0,
      work: async (probe) =>
        minimal(
          { ...minimalRequestOf(recorded.description, token), kinds: ["image"] },
          contextOf({ model, run, probe, pool, folder }),
        ),
    });
    const places = imageTokens(recorded.description).map(({ position }) => position);
    const map = new Float64Array(places.length);
    for (const { positions, necessity, confirmed } of verified.image!.sets) {
      if (!confirmed) continue;
      const inside = new Set(positions);
      for (const [cell, position] of places.entries()) if (inside.has(position)) map[cell]! += necessity;
    }
    return { shown: shown.set(verifiedName, { map, rest: 0 }), description: recorded.description };
  } finally {
    await pool.close();
  }
}

/**
 * Compares what every method shows of the two models' answers. Questions that the twin answers wrong are left out, since nothing is known of what
 * it used. Undefined for these.
 */
export async function measurePair(
  { demo, twin }: ModelPair,
  question: TruthQuestion,
  folder: string,
): Promise<PairFinding | undefined> {
  const kind = pairKindOf(question);
  const asked = { demo: await askQuestion(demo, question), twin: await askQuestion(twin, question) };
  if (kind === undefined || !showsRight(question, asked.twin.answer)) return undefined;
  if (!isExplainable(asked.demo) || !isExplainable(asked.twin)) return undefined;
  const ofDemo = await shownOf(demo, asked.demo, folder);
  const ofTwin = await shownOf(twin, asked.twin, folder);
  const places = await placesOf(question, ofDemo.description);
  const { name, scene } = question;
  const leads = [...ofDemo.shown].flatMap(([method, shown]) => {
    const other = ofTwin.shown.get(method);
    return other === undefined ? [] : [[method, pairLead({ demo: shown, twin: other }, places)] as const];
  });
  return {
    ...{ name, scene, kind },
    answers: { demo: asked.demo.answer, twin: asked.twin.answer },
    leads: Object.fromEntries(leads),
  };
}
