/** @file Logit lens (nostalgebraist 2020): what the head would say of the hidden state after each layer. */
import { graphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { floatTensor, intTensor, type FloatTensor, type IntTensor } from "../tensor/tensor.ts";
import type { Model } from "./model.ts";
import { indexTensor, withSession, type Feed } from "../runtime/runtime.ts";

/** Tokens that the lens names at each position. */
export const lensTop = 5;

/** Rows that go through the head at a time: the logits of all image tokens of a large grid would not fit. */
export const lensRowsAtOnce = 512;

export interface LensReading {
  /** The best tokens, best first, [rows, 5]. */
  readonly ids: IntTensor;
  /** Their logits, [rows, 5]. */
  readonly logits: FloatTensor;
  /** Log of the summed exponentials of all logits, [rows]: log-probability is logit less this. */
  readonly logsumexp: FloatTensor;
  /** Logits of the asked tokens, [rows, asked]. */
  readonly asked: FloatTensor;
}

function lensGraph(model: Model) {
  const { language } = model.definition;
  const g = graphBuilder();
  const hidden = g.input("hidden", "f32", ["rows", language.config.width]);
  const asked = g.input("asked", "i64", ["asked"]);
  const logits = language.head(g, language.finalNorm(g, hidden));
  const best = g.topK(logits, Math.min(lensTop, language.config.vocabulary));
  const logsumexp = g.reduceLogSumExp(logits, { axes: [1] });
  const askedLogits = g.gather(logits, asked, 1);
  for (const value of [best.values, best.indices, logsumexp, askedLogits]) g.output(value);
  return { graph: g.build(), hidden, asked, best, logsumexp, askedLogits };
}

/** Reads hidden [rows, width], the residual after a layer, through the final norm and the head. */
export async function readLens(model: Model, hidden: FloatTensor, askedIds: ArrayLike<number>): Promise<LensReading> {
  const lens = lensGraph(model);
  const [rows, width] = hidden.dims as [number, number];
  const top = Math.min(lensTop, model.definition.language.config.vocabulary);
  const reading = {
    ids: intTensor([rows, top]),
    logits: floatTensor([rows, top]),
    logsumexp: floatTensor([rows]),
    asked: floatTensor([rows, askedIds.length]),
  };
  await withSession(model.runtime, lens.graph, async (session) => {
    for (let start = 0; start < rows; start += lensRowsAtOnce) {
      const count = Math.min(lensRowsAtOnce, rows - start);
      const part = floatTensor([count, width], hidden.data.subarray(start * width, (start + count) * width));
      const results = await session.run(
        new Map<Value, Feed>([
          [lens.hidden, part],
          [lens.asked, indexTensor(askedIds)],
        ]),
      );
      reading.ids.data.set(results.integers(lens.best.indices).data, start * top);
      reading.logits.data.set(results.floats(lens.best.values).data, start * top);
      reading.logsumexp.data.set(results.floats(lens.logsumexp).data, start);
      reading.asked.data.set(results.floats(lens.askedLogits).data, start * askedIds.length);
    }
  });
  return reading;
}

/** The logit of one token per row: hidden [rows, width] and ids [rows] -> [rows]. */
export async function lensLogits(model: Model, hidden: FloatTensor, tokenIds: ArrayLike<number>): Promise<FloatTensor> {
  const { language } = model.definition;
  const g = graphBuilder();
  const x = g.input("hidden", "f32", ["rows", language.config.width]);
  const ids = g.input("ids", "i64", ["rows"]);
  const logits = language.headOfRows(g, language.finalNorm(g, x), ids);
  g.output(logits);
  const feeds = new Map<Value, Feed>([
    [x, hidden],
    [ids, indexTensor(tokenIds)],
  ]);
  return withSession(model.runtime, g.build(), async (session) => (await session.run(feeds)).floats(logits));
}
