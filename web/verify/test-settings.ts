/** @file The settings of a test, as exports of its figures write them: one short text or number each. */
import type { CurvesRequest, PlaceResult, VerifyResult } from "../../src/run/measures.ts";
import { writeIndices } from "../selection/url.ts";
import { headsText } from "./evidence/head-evidence.ts";

type Settings = Readonly<Record<string, string | number | boolean>>;

const rounded = (value: number): number => Number(value.toPrecision(3));
const ascending = (positions: readonly number[]): number[] => [...positions].sort((a, b) => a - b);

export function testSettings({ request, parts }: VerifyResult): Settings {
  const { token, evidence, source, fill, confirm, score, nulls, sets, seed, minimal } = request;
  const isHeads = evidence.kind === "heads";
  const { kind, ...from } = source;
  const found = parts.map((part) => {
    const [deciding] = part.tests;
    const p = deciding?.p ?? null;
    return [part.kind, part.verdict, ...(p === null ? [] : [`p ${rounded(p)} of ${deciding!.used}`])].join(" ");
  });
  return {
    test: "verify",
    token,
    ...(isHeads
      ? { heads: headsText(evidence.heads) }
      : evidence.kind === "edges"
        ? { edges: JSON.stringify(evidence.edges) }
        : { positions: writeIndices(ascending(evidence.positions)), fill }),
    source: kind,
    ...from,
    ...(confirm.length > 0 ? { confirm: confirm.join(", ") } : {}),
    score: score === "log-probability" ? score : `contrast to ${score.contrast}`,
    ...(isHeads ? {} : { nullSets: nulls.join(", ") }),
    sets,
    seed,
    smallestSet: minimal,
    verdict: found.join("; "),
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
