/** @file Every weight that a model reads, so that a checkpoint that lacks one is refused before any work. */
import { graphBuilder, type GraphBuilder } from "../graph/builder.ts";
import type { WeightUse } from "../graph/graph.ts";
import type { ModelDefinition } from "../models/definition.ts";
import { addLayerInputs } from "./layer-feeds.ts";
import { towerFeeds } from "./tower-inputs.ts";

function readVision(g: GraphBuilder, { vision }: ModelDefinition): void {
  const input = vision.plan(vision.smallest).inputs[0]!;
  const { feed } = towerFeeds(g, input);
  let image = vision.embedding(g, g.input("pixels", "f32", input.dims));
  vision.projection(g, image);
  for (let index = 0; index < vision.config.layers; index++) image = vision.layer(g, image, { index, feed });
  vision.learnedRows?.(g);
}

function readLanguage(g: GraphBuilder, { language }: ModelDefinition): void {
  const inputs = addLayerInputs(g, language.config, { rows: "rows" });
  let hidden = language.embedding(g, g.input("ids", "i64", ["rows"]));
  for (let index = 0; index < language.config.layers; index++) {
    hidden = language.layer(g, hidden, { index, ...inputs });
  }
  language.head(g, language.finalNorm(g, hidden));
}

/** The weights of all parts of a model, or of its language model alone, by building the graph once. */
export function neededWeights(definition: ModelDefinition, part: "all" | "language" = "all"): readonly WeightUse[] {
  const g = graphBuilder();
  if (part === "all") readVision(g, definition);
  readLanguage(g, definition);
  return g.build().weights;
}
