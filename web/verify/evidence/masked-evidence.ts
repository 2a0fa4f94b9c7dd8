/** @file Evidence that is taken away from a question: what it is called, and which patches, words, heads and edges are in it. */
import { evidencePositions } from "../../../src/run/token-classes.ts";
import { wordsAt } from "../../../src/methods/token-words.ts";
import type { EdgeName, Evidence, EvidenceSource, HeadName } from "../../../src/run/measures.ts";
import type { RunDescription } from "../../../src/run/types.ts";
import type { ComputeRequest } from "../../../src/server/api.ts";
import type { RunLayout } from "../../run/layout.ts";
import type { TabName } from "../../selection/selection.ts";

/** What can be tested. */
export interface MaskedEvidence {
  readonly evidence: Evidence;
  readonly source: EvidenceSource;
  /** Where it comes from: "explanation set, radius 3, layer 5, head 2". */
  readonly name: string;
  /** Members that cannot be taken away, such as patches of padding alone. */
  readonly leftOut: number;
}

/** Why there is nothing to take away and what to do, one sentence each. */
export interface NothingToMask {
  readonly nothing: string;
  /** What would bring it. */
  readonly request?: ComputeRequest;
  /** Where other settings would. */
  readonly tab?: TabName;
}

/** Undefined while it is on its way. */
export type EvidenceState = MaskedEvidence | NothingToMask | undefined;

export function isNothing(state: MaskedEvidence | NothingToMask): state is NothingToMask {
  return "nothing" in state;
}

/** What the members of evidence are read off. */
export interface EvidenceRun {
  readonly document: { readonly description: RunDescription };
  readonly layout: Pick<RunLayout, "imagePositions" | "predicting">;
}

interface MaskedWord {
  readonly text: string;
  readonly positions: readonly number[];
  /** `answer` stands for the earlier answer and all other text. */
  readonly from: "question" | "answer";
}

export interface EvidenceMembers {
  /** Image tokens by their index among those of all pictures. */
  readonly patches: readonly number[];
  readonly words: readonly MaskedWord[];
  readonly heads: readonly HeadName[];
  /** Left out unless it is made of edges. */
  readonly edges?: readonly EdgeName[];
}

/** The patches, words, heads and edges of evidence. Neighboring tokens of one word count as one word. */
export function membersOf({ document, layout }: EvidenceRun, evidence: Evidence): EvidenceMembers {
  const none = { patches: [], words: [], heads: [] };
  if (evidence.kind === "heads") return { ...none, heads: evidence.heads };
  if (evidence.kind === "edges") return { ...none, edges: evidence.edges };
  const { tokens } = document.description;
  const byPosition = new Map(Array.from(layout.imagePositions, (position, patch) => [position, patch]));
  const text = evidence.positions.filter((position) => !byPosition.has(position));
  return {
    ...none,
    patches: evidence.positions.flatMap((position) => byPosition.get(position) ?? []),
    words: wordsAt(tokens, text).map((word) => ({
      ...word,
      from: tokens[word.positions[0]!]!.role === "question" ? "question" : "answer",
    })),
  };
}

const counted = (count: number, one: string, many: string): string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];

/** "11 patches and 2 words", "1 head"; "nothing" where it is empty. */
export function sizeText({ patches, words, heads, edges = [] }: EvidenceMembers): string {
  const parts = [
    ...counted(patches.length, "patch", "patches"),
    ...counted(words.length, "word", "words"),
    ...counted(heads.length, "head", "heads"),
    ...counted(edges.length, "edge", "edges"),
  ];
  return parts.join(" and ") || "nothing";
}

/** Evidence at these positions, as far as they can be taken away from the answer token. */
export function takableEvidence(
  { document, layout }: EvidenceRun,
  token: number,
  positions: readonly number[],
): { readonly evidence: Extract<Evidence, { kind: "tokens" }>; readonly leftOut: number } {
  const takable = new Set(evidencePositions(document.description, layout.predicting[token]!));
  const all = [...new Set(positions)].sort((a, b) => a - b);
  const kept = all.filter((position) => takable.has(position));
  return { evidence: { kind: "tokens", positions: kept }, leftOut: all.length - kept.length };
}

function keysOf(evidence: Evidence): readonly string[] {
  if (evidence.kind === "heads") return evidence.heads.map(({ layer, head }) => `${layer}.${head}`);
  if (evidence.kind === "tokens") return evidence.positions.map(String);
  return evidence.edges.map(({ from, to, layers, heads }) => JSON.stringify([from, to, layers, heads]));
}

/** Whether two pieces of evidence have the same members, in whatever order. */
export function sameEvidence(a: Evidence, b: Evidence): boolean {
  if (a.kind !== b.kind) return false;
  const [first, second] = [new Set(keysOf(a)), new Set(keysOf(b))];
  return first.size === second.size && [...first].every((key) => second.has(key));
}
