/** @file Tests of tracing: rows, unknown sites, progress and cancelling, in the language model and the vision tower. */
import { describe, expect, test } from "vitest";
import { loadRandomModel } from "../../test/support/random-checkpoint.ts";
import { randomEmbedded, randomPixels } from "../../test/support/random-question.ts";
import { floatTensor } from "../tensor/tensor.ts";
import type { Progress } from "./progress.ts";
import type { Tap } from "./taps.ts";
import { traceLanguage } from "./trace.ts";
import { encodeImage } from "./vision.ts";

const model = await loadRandomModel({ text: { num_hidden_layers: 3 } });
const { embedded, ids } = await randomEmbedded(model);
const pixels = randomPixels(model);

const sites = [
  "language.embedding",
  "language.layers.0.residual",
  "language.layers.2.residual",
  "language.layers.1.attention.probs",
  "logits",
];

describe("traceLanguage", () => {
  test.each(sites)("rows of %s come in the order asked for, repeated or none", async (site) => {
    const picks = [[ids.length - 1, 0, 7], [4, 4], []];
    const whole: Tap = { site };
    const taps = picks.map((rows): Tap => ({ site, rows }));
    const captures = await traceLanguage(model, embedded, { taps: [whole, ...taps] });
    const all = captures.get(whole)!;
    const axis = all.dims.length - 2;
    const width = all.dims.at(-1)!;
    const planes = axis === 1 ? all.dims[0]! : 1;
    for (const [i, rows] of picks.entries()) {
      const found = captures.get(taps[i]!)!;
      expect(found.dims).toEqual(all.dims.with(axis, rows.length));
      const expected = Array.from({ length: planes }, (_, plane) =>
        rows.map((row) => [...all.data.subarray((plane * ids.length + row) * width).subarray(0, width)]),
      ).flat(2);
      // The head multiplies other numbers of rows in another order.
      expect(found.data).toBeCloseToArray(expected, site === "logits" ? 1e-5 : 0);
    }
  });

  test("two taps on one site, and a mean of chosen rows, do not disturb each other", async () => {
    const site = "language.layers.1.attention.probs";
    const taps: Tap[] = [{ site }, { site }, { site, rows: [5, 2], mean: "heads" }];
    const captures = await traceLanguage(model, embedded, { taps });
    const [one, two, mean] = taps.map((tap) => captures.get(tap)!.data) as [Float32Array, Float32Array, Float32Array];
    expect(two).toEqual(one);
    const [heads, rows] = [4, ids.length];
    const expected = [5, 2].flatMap((query) =>
      Array.from({ length: rows }, (_, key) => {
        let sum = 0;
        for (let head = 0; head < heads; head++) sum += one[(head * rows + query) * rows + key]!;
        return sum / heads;
      }),
    );
    expect(mean).toBeCloseToArray(expected, 1e-7);
  });

  test.each(["language.layers.3.residual", "language.layers.1.attention.prob", "vision.features", ""])(
    "an unknown site is named: %j",
    async (site) => {
      await expect(traceLanguage(model, embedded, { taps: [{ site: "logits" }, { site }] })).rejects.toThrow(
        `trace: the language model has no site "${site}"`,
      );
    },
  );

  test.each([-1, 1000, 0.5])("a row that is not there is named: %d", async (row) => {
    for (const site of sites) {
      await expect(traceLanguage(model, embedded, { taps: [{ site, rows: [0, row] }] })).rejects.toThrow(
        `trace: row ${row} of "${site}" is not one of the ${ids.length} rows`,
      );
    }
  });

  test("reports each layer, and stops between layers with the signal's reason", async () => {
    const reports: Progress[] = [];
    await traceLanguage(model, embedded, { taps: [], onProgress: (progress) => reports.push(progress) });
    expect(reports).toEqual([1, 2, 3].map((done) => ({ stage: "trace", done, total: 3 })));

    const stop = new AbortController();
    let layers = 0;
    const stopped = traceLanguage(model, embedded, {
      taps: [],
      signal: stop.signal,
      onProgress: () => {
        layers += 1;
        stop.abort(new Error("enough"));
      },
    });
    await expect(stopped).rejects.toThrow("enough");
    expect(layers).toBe(1);
  });

  test("what follows a position does not change it", async () => {
    const tap: Tap = { site: "language.layers.2.residual" };
    const all = (await traceLanguage(model, embedded, { taps: [tap] })).get(tap)!.data;
    const width = embedded.embedded.dims[1]!;
    const short = { ...embedded, embedded: floatTensor([9, width], embedded.embedded.data.slice(0, 9 * width)) };
    const part = (await traceLanguage(model, short, { taps: [tap] })).get(tap)!.data;
    expect(part).toBeCloseToArray(all.slice(0, 9 * width), 1e-5);
  });
});

describe("encodeImage", () => {
  test.each(["vision.layers.3.residual", "vision.layer.0.residual", "logits"])(
    "an unknown site is named: %s",
    async (site) => {
      await expect(encodeImage(model, pixels, { taps: [{ site }] })).rejects.toThrow(
        `trace: the vision tower has no site "${site}"`,
      );
    },
  );

  test("rows of vision attention, class token included, and rows that are not there", async () => {
    const site = "vision.layers.0.attention.probs";
    const [whole, rows]: [Tap, Tap] = [{ site }, { site, rows: [16, 0] }];
    const { captures } = await encodeImage(model, pixels, { taps: [whole, rows] });
    const [captured] = captures;
    const all = captured!.get(whole)!.data;
    const expected = [0, 1].flatMap((head) =>
      [16, 0].flatMap((q) => [...all.subarray((head * 17 + q) * 17).subarray(0, 17)]),
    );
    expect(captured!.get(rows)!.data).toBeCloseToArray(expected, 0);
    await expect(encodeImage(model, pixels, { taps: [{ site, rows: [17] }] })).rejects.toThrow(
      `trace: row 17 of "${site}" is not one of the 17 rows`,
    );
  });

  test("reports progress that grows to its total, however many layers run", async () => {
    for (const taps of [[], [{ site: "vision.layers.2.residual" }]]) {
      const reports: Progress[] = [];
      await encodeImage(model, pixels, { taps, onProgress: (progress) => reports.push(progress) });
      const { total } = reports[0]!;
      expect(reports.map(({ done }) => done)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
    }
  });

  test("stops between layers with the signal's reason", async () => {
    const stop = new AbortController();
    const stopped = encodeImage(model, pixels, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
  });
});
