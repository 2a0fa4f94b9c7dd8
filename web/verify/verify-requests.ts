/** @file Requests of the tests that the tab offers. */
import type { CurvesRequest, PlaceRequest, VerifyRequest } from "../../src/run/measures.ts";
import { nullKinds, usualConfirmations, nullSetLimits, type Fill } from "../../src/run/measure-choices.ts";
import { mapMethods, type MapMethod } from "../../src/run/map-catalogue.ts";
import { defaultMap, holdsMap, mapRow, textMaps } from "../../src/run/maps.ts";
import type { RunDescription } from "../../src/run/types.ts";
import type { ComputeRequest, RunDocument } from "../../src/server/api.ts";
import { heldTensors } from "../run/recorded-map.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import { chosenEvidence } from "./evidence/chosen-evidence.ts";
import { isNothing, type MaskedEvidence } from "./evidence/masked-evidence.ts";

/** Every test begins from here, so that the same question is asked again. */
const seed = 0;

/** The settings of a test that no address holds. */
export interface TestChoices {
  /** Whether other ways to take patches away confirm the test. */
  readonly isConfirmed: boolean;
  /** Whether random patches are a second null beside shifted ones. */
  readonly isTwofold: boolean;
  /** Whether the contrast to the most probable other token is measured in place of the log-probability. */
  readonly isContrast: boolean;
  /** Whether the smallest part that still has the effect is searched too. */
  readonly isMinimal: boolean;
}

export const usualChoices: TestChoices = { isConfirmed: true, isTwofold: true, isContrast: false, isMinimal: false };

export interface VerifyChoice {
  readonly token: number;
  readonly selection: Pick<Selection, "mask" | "fill" | "sets">;
  readonly choices: TestChoices;
  /** The most probable other token, if the run names one. */
  readonly rival: number | undefined;
}

/** The most probable other token at the place of an answer token. */
export function rivalOf({ tokens, answer, answerTokens }: RunDescription, token: number): number | undefined {
  const { id } = tokens[answer.start + token]!;
  return answerTokens[token]!.alternatives.find((other) => other.id !== id)?.id;
}

/**
 * The test of evidence. The output of heads is set to zero and edges are blocked, whatever the fill; the whole picture is replaced by its mean color, and has no
 * null sets to count and no part to search.
 */
export function verifyRequest(
  { evidence, source }: Pick<MaskedEvidence, "evidence" | "source">,
  { token, selection, choices, rival }: VerifyChoice,
): VerifyRequest {
  const { mask, fill, sets } = selection;
  const { isConfirmed, isTwofold, isContrast, isMinimal } = choices;
  const asked = { kind: "verify", token, evidence, source, score: "log-probability", seed } as const;
  if (mask === "picture") {
    return { ...asked, fill: "mean", confirm: [], nulls: ["shifted"], sets: nullSetLimits.default, minimal: false };
  }
  const isOfTokens = evidence.kind === "tokens";
  const usedFill: Fill = isOfTokens ? fill : "mean";
  return {
    ...asked,
    score: isContrast && rival !== undefined ? { contrast: rival } : "log-probability",
    fill: usedFill,
    confirm: isConfirmed && isOfTokens ? usualConfirmations.filter((other) => other !== usedFill) : [],
    nulls: isTwofold ? nullKinds : ["shifted"],
    sets,
    minimal: isMinimal,
  };
}

/** The test of the whole picture; undefined where there is none. */
export function wholePictureRequest(run: OpenRun, selection: Selection, token: number): VerifyRequest | undefined {
  const picture = { ...selection, mask: "picture" } as const;
  const state = chosenEvidence(run, picture, token);
  return state && !isNothing(state)
    ? verifyRequest(state, { token, selection: picture, choices: usualChoices, rival: undefined })
    : undefined;
}

/** Whether the selected patches are the place that matters. Knocked-out patches would still be seen by the vision tower. */
export function placeRequest(run: OpenRun, { patches, fill }: Selection, token: number): PlaceRequest | undefined {
  if (patches.length === 0) return undefined;
  const positions = patches.map((patch) => run.layout.imagePositions[patch]!);
  return { kind: "place", token, positions, fill: fill === "knock-out" ? "mean" : fill, seed };
}

/** The maps of a token that curves can be measured of: those that the run holds, relevancy first. */
export function curveMethods(run: OpenRun, over: CurvesRequest["over"], token: number): readonly MapMethod[] {
  const held = heldTensors(run);
  const there = (over === "text" ? textMaps : mapMethods).filter((map) => holdsMap(map, held, token));
  const isFirst = (map: MapMethod): boolean => mapRow(map).method === mapRow(defaultMap).method;
  return [...there.filter(isFirst), ...there.filter((map) => !isFirst(map))];
}

export function curvesRequest(
  token: number,
  { over, methods, fill }: Pick<CurvesRequest, "over" | "methods" | "fill">,
): CurvesRequest {
  return { kind: "curves", token, over, methods, fill, seed };
}

/** A measurement as the server takes it. */
export function measuring(measure: NonNullable<ComputeRequest["measure"]>): ComputeRequest {
  return { methods: [], measure };
}

/** What was measured of a run. */
export function measuresOf({ document }: { readonly document: Pick<RunDocument, "description"> }) {
  return document.description.measures ?? [];
}
