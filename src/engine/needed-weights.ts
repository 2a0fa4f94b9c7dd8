/** @file Every weight that a model reads, so that a checkpoint that lacks one is refused before any work. */
import { graphBuilder, type GraphBuilder } from "../graph/builder.ts";
import type { WeightUse } from "../graph/graph.ts";
import type { ModelDefinition } from "../models/definition.ts";
import { promptImageTokens, type SequencePlan } from "../models/plan.ts";
import { addLayerInputs, memoryOfKind, perKind } from "./layer-feeds.ts";
import { towerFeeds } from "./tower-inputs.ts";

/** The parts of a model that its weights are counted by. */
export const weightParts = ["vision", "projector", "language", "head"] as const;
export type WeightPart = (typeof weightParts)[number];

/** The smallest input of the tower: which weights are read does not depend on the picture. */
function smallestInput({ vision }: ModelDefinition) {
  return vision.plan(vision.smallest).inputs[0]!;
}

function readTower(g: GraphBuilder, definition: ModelDefinition): void {
  const { vision } = definition;
  const input = smallestInput(definition);
  const { feed } = towerFeeds(g, input);
  let image = vision.embedding(g, g.input("pixels", "f32", input.dims), feed);
  for (let index = 0; index < vision.config.layers; index++) image = vision.layer(g, image, { index, feed });
}

function readProjector(g: GraphBuilder, definition: ModelDefinition): void {
  const { vision } = definition;
  const input = smallestInput(definition);
  const { feed } = towerFeeds(g, input);
  const state = (name: string) => g.input(name, "f32", [input.tokens, vision.config.width]);
  const earlier = (vision.earlierStates ?? []).map((index, i) => state(`earlier.${i}.${index}`));
  const features = state("features");
  vision.projection(g, features, { earlier, feed, pixelDims: input.dims });
  for (const { projection } of vision.additions ?? []) projection(g, features);
  vision.learnedRows?.(g);
}

/** A prompt that is the smallest picture alone. */
function smallestSequence({ vision, language }: ModelDefinition): SequencePlan {
  const plan = vision.plan(vision.smallest);
  const length = promptImageTokens(plan);
  const positions = Array.from({ length }, (_, position) => position);
  return language.plan({ length, pictures: [{ plan, positions }] });
}

function readLanguage(g: GraphBuilder, definition: ModelDefinition): void {
  const { language } = definition;
  const plan = smallestSequence(definition);
  const inputsOf = perKind(plan, (kind) =>
    addLayerInputs(g, language.config, { kind, rows: "rows", memoryTokens: memoryOfKind(plan, kind) }),
  );
  let hidden = language.embedding(g, g.input("ids", "i64", ["rows"]));
  for (let index = 0; index < language.config.layers; index++) {
    hidden = language.layer(g, hidden, { index, ...inputsOf(index) });
  }
  language.finalNorm(g, hidden);
}

function readHead(g: GraphBuilder, { language }: ModelDefinition): void {
  language.head(g, g.input("normed", "f32", ["rows", language.config.width]));
}

const readers: { readonly [P in WeightPart]: (g: GraphBuilder, definition: ModelDefinition) => void } = {
  vision: readTower,
  projector: readProjector,
  language: readLanguage,
  head: readHead,
};

/** The weights of each part, by building its graph once. A weight that two parts share stands in both, under the same names. */
export function weightsByPart(definition: ModelDefinition): Readonly<Record<WeightPart, readonly WeightUse[]>> {
  const weightsOf = (part: WeightPart): readonly WeightUse[] => {
    const g = graphBuilder();
    readers[part](g, definition);
    return g.build().weights;
  };
  return {
    vision: weightsOf("vision"),
    projector: weightsOf("projector"),
    language: weightsOf("language"),
    head: weightsOf("head"),
  };
}

/** The weights of all parts of a model, or of its language model and head alone, each once. */
export function neededWeights(definition: ModelDefinition, part: "all" | "language" = "all"): readonly WeightUse[] {
  const parts = weightsByPart(definition);
  const wanted = part === "all" ? weightParts : (["language", "head"] as const);
  const once = new Map(wanted.flatMap((each) => parts[each].map((use) => [use.names[0], use])));
  return [...once.values()];
}
