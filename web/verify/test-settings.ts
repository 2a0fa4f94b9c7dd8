/** @file The settings of a test, as exports of its figures write them: one short text or number each. */
import type { CurvesRequest, PlaceResult, VerifyResult } from "../../src/run/measures.ts";
import { writeIndices } from "../selection/url.ts";
import { headsText } from "./evidence/head-evidence.ts";

type Settings = Readonly<Record<string, string | number | boolean>>;

const rounded = (value: number): number => Number(value.toPrecision(3));
const ascending = (positions: readonly number[]): number[] => [...positions].sort((a, b) => a - b);

export function testSettings({ request, p, verdict, random }: VerifyResult): Settings {
  const { token, evidence, source, fill, sets, seed, minimal } = request;
  const isHeads = evidence.kind === "heads";
  const { kind, ...from } = source;
  return {
    test: "verify",
    token,
    ...(isHeads
      ? { heads: headsText(evidence.heads) }
      : { positions: writeIndices(ascending(evidence.positions)), fill }),
    source: kind,
    ...from,
    sets,
    seed,
    smallestSet: minimal,
    randomSets: random.length,
    ...(random.length > 0 ? { p: rounded(p) } : {}),
    verdict,
  };
}

export function placeSettings({ request, verdict }: PlaceResult): Settings {
  const { token, positions, fill, seed } = request;
  return { test: "place", token, positions: writeIndices(ascending(positions)), fill, seed, verdict };
}

/** `shown` is the method that is drawn. */
export function curveSettings({ token, over, methods, fill, seed }: CurvesRequest, shown: string): Settings {
  return { test: "curves", token, over, shown, methods: methods.join(", "), fill, seed };
}
