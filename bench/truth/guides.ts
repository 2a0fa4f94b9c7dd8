/** @file Which map that can be had without relevance propagation comes nearest to it: maps of every kind against the masks of the same questions. */
import type { HostedModel } from "../../src/explain/host.ts";
import { explain, type RecordedRun } from "../../src/explain/explain.ts";
import { minimalRequestOf } from "../../src/run/cause-requests.ts";
import { regionLimits } from "../../src/run/measure-choices.ts";
import { tensorOfRows, tokenTensor } from "../../src/run/maps.ts";
import type { MapName, Method } from "../../src/run/map-catalogue.ts";
import { imageTokenPositions } from "../../src/run/positions.ts";
import { valuesOfOrder } from "../../src/measure/cause-order.ts";
import type { MeasureContext } from "../../src/measure/measure-types.ts";
import { regions } from "../../src/measure/regions.ts";
import { openRecorded } from "../../src/explain/recorded-run.ts";
import type { FloatTensor } from "../../src/tensor/tensor.ts";
import { maxMemoryBytes, questionOf, type Explainable } from "./asking.ts";
import { coverage } from "../../src/run/masks.ts";
import { readMask } from "../../src/workbench/mask-file.ts";
import { scoresOf, type Scores } from "../../src/methods/map-scores.ts";

/** What is compared, in the order of the table, relevance propagation first. */
export const guideNames = [
  "lrp, language",
  "integrated gradients",
  "relevancy exact, language",
  "relevancy exact, vision",
  "relevancy exact, language; best rival",
  "relevancy exact, vision; best rival",
  "token activation map",
  "edge scores",
  "region search",
] as const;
export type GuideName = (typeof guideNames)[number];

export interface GuidesFinding {
  readonly name: string;
  readonly scene: string;
  readonly scores: Readonly<Record<GuideName, Scores>>;
}

/** What these maps are read from, with attention for the measurements. */
export const guideMethods: readonly Method[] = ["attention", "relevancy", "lrp", "integrated-gradients", "tam"];

/** Exact relevancy of why this token and not the most probable other one. */
async function againstBestRival(model: HostedModel, asked: Explainable, { description }: RecordedRun) {
  const { index } = asked.token;
  const own = description.tokens[description.answer.start + index]!.id;
  const rival = description.answerTokens[index]!.alternatives.find(({ id }) => id !== own)!;
  return explain(model, questionOf(asked.question), {
    maxMemoryBytes,
    record: "default",
    methods: ["relevancy"],
    gradients: {
      variants: ["exact"],
      target: { kind: "contrast", rival: rival.text, rivalId: rival.id },
      tokens: [String(index)],
    },
  });
}

/** Scores every map of the explained token; undefined for a question without a mask. */
export async function measureGuides(
  asked: Explainable,
  { recorded, context }: { readonly recorded: RecordedRun; readonly context: MeasureContext },
): Promise<GuidesFinding | undefined> {
  const { question, token } = asked;
  if (question.evidence === undefined) return undefined;
  const { description } = recorded;
  const places = imageTokenPositions(description);
  const atPlaces = (row: ArrayLike<number>) => Float32Array.from(places, (position) => row[position]!);
  const rowOf = ({ tensors }: RecordedRun, map: MapName) => {
    const { data, dims } = tensors.get(tensorOfRows(map)) as FloatTensor;
    return data.subarray(token.index * dims[1]!, (token.index + 1) * dims[1]!);
  };
  const contrast = await againstBestRival(context.model, asked, recorded);
  const run = await openRecorded(recorded);
  const nodes = await valuesOfOrder("edges", minimalRequestOf(description, token.index), { ...context, run });
  let searched = new Float32Array(places.length);
  const { regions: most, budget } = regionLimits;
  const request = { kind: "regions", token: token.index, fill: "mean", seed: 0 } as const;
  await regions(
    { ...request, regions: most.default, budget: budget.default },
    {
      ...context,
      keep: (name, tensor) => {
        if (name === tokenTensor("regions", token.index)) searched = Float32Array.from(tensor.data as Float32Array);
      },
    },
  );
  const maps: Readonly<Record<GuideName, ArrayLike<number>>> = {
    "lrp, language": atPlaces(rowOf(recorded, "lrp.language")),
    "integrated gradients": rowOf(recorded, "integrated-gradients"),
    "relevancy exact, language": atPlaces(rowOf(recorded, "relevancy.language")),
    "relevancy exact, vision": rowOf(recorded, "relevancy.vision"),
    "relevancy exact, language; best rival": atPlaces(rowOf(contrast, "relevancy.language")),
    "relevancy exact, vision; best rival": rowOf(contrast, "relevancy.vision"),
    "token activation map": rowOf(recorded, "tam"),
    "edge scores": atPlaces(nodes),
    "region search": searched,
  };
  const covered = coverage(description, [await readMask(question.evidence)]);
  const scores = Object.fromEntries(guideNames.map((name) => [name, scoresOf(maps[name], covered)]));
  return { name: question.name, scene: question.scene, scores: scores as GuidesFinding["scores"] };
}
