/** @file What is masked in a question before the model is asked again. */
import type { EdgeKnockOut } from "../engine/intervention.ts";
import type { EdgeName, Evidence, HeadName } from "../run/measures.ts";
import type { Fill } from "../run/measure-choices.ts";
import type { RunDescription } from "../run/types.ts";
import { isImagePlace, keyCount } from "../run/positions.ts";
import { ProblemError } from "../problem/problem.ts";
import { kindOfFill, kindOfText, type EvaluationKind } from "./evaluations.ts";

/** A question without some of its parts. */
export interface Masking {
  /** Image tokens and text tokens, by their place on the key axis. */
  readonly image: readonly number[];
  readonly text: readonly number[];
  /** If set, text tokens get the mean embedding of the text in the prompt; if not, no later position attends to them. */
  readonly textFill?: "mean-embedding";
  readonly heads: readonly HeadName[];
  readonly fill: Fill;
  /** Edges of attention that are blocked. */
  readonly edges?: readonly EdgeKnockOut[];
}

export const nothingMasked: Masking = { image: [], text: [], heads: [], fill: "mean" };

/** What a question without these parts costs. */
export function kindOfMasking({ image, text, fill, heads, edges = [] }: Masking, tokens: number): EvaluationKind {
  if (image.length > 0) return kindOfFill(fill);
  return heads.length > 0 || edges.length > 0 ? "attention" : kindOfText(text, tokens);
}

/** An edge as the engine takes it. Throws `bad-request` if it names what the run does not have. */
function edgeOf(description: RunDescription, { from, to, layers, heads }: EdgeName): EdgeKnockOut {
  const { tokens, model } = description;
  const check = (what: string, named: readonly number[], count: number) => {
    const wrong = named.find((each) => each >= count);
    if (wrong === undefined) return;
    throw new ProblemError("bad-request", `An edge cannot be cut ${what} ${wrong}: there are 0 to ${count - 1}.`);
  };
  check("from position", from, keyCount(description));
  check("to position", to, tokens.length);
  check("in layer", layers ?? [], model.languageLayers);
  check("in head", heads ?? [], model.languageHeads);
  return {
    from: from.filter((position) => position < tokens.length),
    fromMemory: from.flatMap((position) => (position < tokens.length ? [] : [position - tokens.length])),
    to,
    layers,
    heads,
  };
}

/** The masking of a set of evidence. Throws `bad-request` if a position or a head cannot be masked. */
export function maskingOf(description: RunDescription, evidence: Evidence, fill: Fill): Masking {
  const { model } = description;
  if (evidence.kind === "heads") {
    const wrong = evidence.heads.find(
      ({ layer, head }) => layer >= model.languageLayers || head >= model.languageHeads,
    );
    if (wrong !== undefined) {
      throw new ProblemError(
        "bad-request",
        `The model has layers 0 to ${model.languageLayers - 1} and heads 0 to ${model.languageHeads - 1}, got layer ${wrong.layer}, head ${wrong.head}.`,
      );
    }
    return { ...nothingMasked, heads: evidence.heads };
  }
  if (evidence.kind === "edges") {
    return { ...nothingMasked, edges: evidence.edges.map((edge) => edgeOf(description, edge)) };
  }
  // An image token is masked in its picture, so that every query keeps the first position even if that is one.
  const first = isImagePlace(description, 0) ? 0 : 1;
  const end = keyCount(description);
  const wrong = evidence.positions.find((position) => position < first || position >= end);
  if (wrong !== undefined) {
    throw new ProblemError(
      "bad-request",
      `Positions ${first} to ${end - 1} can be masked, got ${wrong}${first === 1 ? "; every query needs the first one" : ""}.`,
    );
  }
  const positions = [...new Set(evidence.positions)].sort((a, b) => a - b);
  const isImage = (position: number) => isImagePlace(description, position);
  return {
    image: positions.filter(isImage),
    text: positions.filter((position) => !isImage(position)),
    heads: [],
    fill,
  };
}
