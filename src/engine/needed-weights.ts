/** @file Every weight that a model reads, so that a checkpoint that lacks one is refused before any work. */
import { graphBuilder } from "../graph/builder.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { WeightUse } from "../graph/graph.ts";
import type { ModelDefinition } from "../models/definition.ts";

function readVision(g: GraphBuilder, { vision }: ModelDefinition): void {
  const { channels, imageSize, layers } = vision.config;
  let image = vision.embedding(g, g.input("pixels", "f32", [channels, imageSize, imageSize]));
  vision.projection(g, image);
  for (let index = 0; index < layers; index++) image = vision.layer(g, image, index);
}

function readLanguage(g: GraphBuilder, { language }: ModelDefinition): void {
  const { layers, headWidth } = language.config;
  const half = ["rows", 1, headWidth / 2];
  const rotary = { cos: g.input("cos", "f32", half), sin: g.input("sin", "f32", half) };
  const mask = g.input("mask", "f32", ["rows", "rows"]);
  let hidden = language.embedding(g, g.input("ids", "i64", ["rows"]));
  for (let index = 0; index < layers; index++) hidden = language.layer(g, hidden, { index, rotary, mask });
  language.head(g, language.finalNorm(g, hidden));
}

/** The weights of all parts of a model, or of its language model alone, by building the graph once. */
export function neededWeights(definition: ModelDefinition, part: "all" | "language" = "all"): readonly WeightUse[] {
  const g = graphBuilder();
  if (part === "all") readVision(g, definition);
  readLanguage(g, definition);
  return g.build().weights;
}
