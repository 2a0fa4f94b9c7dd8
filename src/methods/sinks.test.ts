import { describe, expect, it } from "vitest";
import { seededRandom } from "../tensor/random.ts";
import { floatTensor } from "../tensor/tensor.ts";
import { findSinks } from "./sinks.ts";

const patches = 196;
const queries = 12;
const layers = 7;

/** Attention and norms that scatter around 1 by a factor of e, with more in planted places. */
function made(
  seed: number,
  more: { attention?: (query: number, patch: number) => number; norm?: (patch: number) => number } = {},
) {
  const random = seededRandom(seed);
  const scattered = () => Math.exp(random() - 0.5);
  const attention = floatTensor([queries, patches]);
  for (let i = 0; i < attention.data.length; i++) {
    const [query, patch] = [Math.floor(i / patches), i % patches];
    attention.data[i] = scattered() * (more.attention?.(query, patch) ?? 1) * (1 + query) * 1e-3;
  }
  const norms = floatTensor([layers, patches]);
  for (let i = 0; i < norms.data.length; i++) norms.data[i] = scattered() * 20 * (more.norm?.(i % patches) ?? 1);
  return { attention, norms };
}

const planted = (patch: number) => (patch === 17 || patch === 150 ? 30 : 1);
const places = (found: ReturnType<typeof findSinks>) => found.map(({ index }) => index);

describe("findSinks", () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed + 1))("finds none in noise %i", (seed) => {
    expect(findSinks(made(seed))).toEqual([]);
  });

  it("finds patches that every query attends to and whose norm is large", () => {
    const found = findSinks(made(3, { attention: (_, patch) => planted(patch), norm: planted }));
    expect(places(found)).toEqual([17, 150]);
    expect(found[0]!.shareRatio).toBeGreaterThan(15);
    expect(found[0]!.normRatio).toBeGreaterThan(20);
    expect(found[0]!.share).toBeGreaterThan(0.05);
    expect(found[0]!.share).toBeLessThan(0.3);
  });

  it("takes no patch that one query or a few look at", () => {
    const once = made(4, { attention: (query, patch) => (query === 5 ? 50 * planted(patch) : 1), norm: planted });
    expect(findSinks(once)).toEqual([]);
    const half = made(5, { attention: (query, patch) => (query % 2 === 0 ? planted(patch) : 1), norm: planted });
    expect(findSinks(half)).toEqual([]);
  });

  it("takes neither a large norm nor much attention alone", () => {
    expect(findSinks(made(6, { norm: planted }))).toEqual([]);
    expect(findSinks(made(7, { attention: (_, patch) => planted(patch) }))).toEqual([]);
  });

  it("looks at shares of the picture: queries that attend to it as a whole do not count more", () => {
    const planes = made(8, { attention: (query, patch) => (query === 0 ? 1e6 : 1) * planted(patch), norm: planted });
    expect(places(findSinks(planes))).toEqual([17, 150]);
  });

  it("leaves out queries before the picture", () => {
    const late = made(9, { attention: (query, patch) => (query < 8 ? 0 : planted(patch)), norm: planted });
    expect(places(findSinks(late))).toEqual([17, 150]);
    expect(findSinks(made(9, { attention: () => 0, norm: planted }))).toEqual([]);
  });

  it("does not depend on the scale of attention or norms", () => {
    const { attention, norms } = made(10, { attention: (_, patch) => planted(patch), norm: planted });
    const scaled = {
      attention: floatTensor(
        attention.dims,
        attention.data.map((x) => 100 * x),
      ),
      norms: floatTensor(
        norms.dims,
        norms.data.map((x) => x / 7),
      ),
    };
    expect(places(findSinks(scaled))).toEqual([17, 150]);
  });

  it("makes no sink of one of many equal values, and stands weights of zero", () => {
    const equal = { attention: floatTensor([3, 50]), norms: floatTensor([2, 50]) };
    equal.attention.data.fill(0.02);
    equal.norms.data.fill(5);
    equal.attention.data[7] = 0.02 * (1 + 1e-7);
    equal.norms.data[7] = 5 * (1 + 1e-7);
    expect(findSinks(equal)).toEqual([]);
    equal.attention.data.fill(0, 0, 5);
    expect(findSinks(equal)).toEqual([]);
    expect(findSinks({ attention: floatTensor([0, 0]), norms: floatTensor([0, 0]) })).toEqual([]);
  });
});
