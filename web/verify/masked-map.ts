/** @file What the Verify tab puts on the picture: the masked patches, hatched; and which words are masked. */
import { chosenTokens } from "../run/chosen-tokens.ts";
import type { PictureSet, TabMap } from "../map/picture-set.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import { chosenEvidence } from "./evidence/chosen-evidence.ts";
import { isNothing, membersOf, type MaskedEvidence } from "./evidence/masked-evidence.ts";
import { maskedText, pictureNote } from "./verify-words.ts";

/** Patches that are masked, or to which attention is blocked. */
function patchesOf(run: OpenRun, evidence: MaskedEvidence["evidence"]): readonly number[] {
  if (evidence.kind !== "edges") return membersOf(run, evidence).patches;
  const positions = [...new Set(evidence.edges.flatMap(({ from }) => from))].sort((a, b) => a - b);
  return membersOf(run, { kind: "tokens", positions }).patches;
}

/** Evidence as it lies on the picture. */
function setOfEvidence(
  run: OpenRun,
  { evidence, name }: Pick<MaskedEvidence, "evidence" | "name">,
  { mask, fill }: Pick<Selection, "mask" | "fill">,
): PictureSet {
  const members = { ...membersOf(run, evidence), patches: patchesOf(run, evidence) };
  const isWhole = mask === "picture";
  const usedFill = isWhole ? "mean" : fill;
  return {
    kind: "set",
    subject: "Masked",
    detail: evidence.kind === "edges" ? `${name}, blocked` : `${maskedText(members, usedFill)} (${name})`,
    groups:
      members.patches.length > 0
        ? [
            {
              patches: members.patches,
              style: "masked",
              label: evidence.kind === "edges" ? "not attended to" : "masked",
            },
          ]
        : [],
    veil: false,
    words: members.words.map(({ text, from }) => ({ text, from })),
    note: pictureNote(members, { fill: usedFill, isWhole }),
  };
}

/** The masked set for what is shown, what is missing, or undefined while it is on its way. */
export const maskedMap: TabMap = (run, shown) => {
  const [token] = chosenTokens(run, shown);
  const state = token === undefined ? undefined : chosenEvidence(run, shown, token);
  if (state === undefined) return undefined;
  if (!isNothing(state)) return setOfEvidence(run, state, shown);
  return { missing: state.nothing, ...(state.request ? { request: state.request } : {}) };
};

/** Positions of masked text while the Verify tab is open; empty in other tabs, undefined while the evidence is on its way. */
export function maskedPositions(run: OpenRun, shown: Selection): ReadonlySet<number> | undefined {
  if (shown.tab !== "verify") return new Set();
  const [token] = chosenTokens(run, shown);
  const state = token === undefined ? undefined : chosenEvidence(run, shown, token);
  if (state === undefined) return undefined;
  return new Set(isNothing(state) || state.evidence.kind !== "tokens" ? [] : state.evidence.positions);
}
