/** @file Every weight that a model reads, so that a checkpoint that lacks one is refused before any work. */
import { graphBuilder } from "../graph/builder.ts";
import type { WeightUse } from "../graph/graph.ts";
import type { ModelDefinition } from "../models/definition.ts";

/** The weights of all parts of a model, by building the graph of the whole once. */
export function neededWeights({ vision, language }: ModelDefinition): readonly WeightUse[] {
  const g = graphBuilder();
  const { channels, imageSize, layers: visionLayers } = vision.config;
  const { layers, headWidth } = language.config;

  let image = vision.embedding(g, g.input("pixels", "f32", [channels, imageSize, imageSize]));
  vision.projection(g, image);
  for (let index = 0; index < visionLayers; index++) image = vision.layer(g, image, index);

  const half = ["rows", 1, headWidth / 2];
  const rotary = { cos: g.input("cos", "f32", half), sin: g.input("sin", "f32", half) };
  const mask = g.input("mask", "f32", ["rows", "rows"]);
  let hidden = language.embedding(g, g.input("ids", "i64", ["rows"]));
  for (let index = 0; index < layers; index++) hidden = language.layer(g, hidden, { index, rotary, mask });
  language.head(g, language.finalNorm(g, hidden));
  return g.build().weights;
}
