/** @file What the Verify tab says in fixed words. Measured differences alone: nothing is said of why. */
import type { PlaceVerdict, VerdictCode, VerifiedPart, VerifyResult } from "../../src/run/measures.ts";
import type { Fill } from "../../src/run/measure-choices.ts";
import { formatDuration } from "../../src/figure/numbers.ts";
import type { IconName } from "../parts/icons.ts";
import { sizeText, type EvidenceMembers } from "./evidence/masked-evidence.ts";

/** In the menu of fills. */
export const fillLabels: { readonly [F in Fill]: string } = {
  mean: "mean color",
  blur: "blur",
  noise: "noise",
  others: "other pictures",
  "knock-out": "attention knock-out",
};

const fillTexts: { readonly [F in Exclude<Fill, "knock-out">]: string } = {
  mean: "filled with the mean color",
  blur: "blurred",
  noise: "filled with noise",
  others: "filled with other pictures",
};

/** What became of the members: "11 patches and 2 words, filled with the mean color". */
export function maskedText(members: EvidenceMembers, fill: Fill): string {
  const size = sizeText(members);
  if (members.heads.length > 0) return `${size}, output set to zero`;
  if (members.edges !== undefined) return `${size}, blocked`;
  const knockedOut = fill === "knock-out" || members.patches.length === 0;
  if (knockedOut) {
    const isOne = members.patches.length + members.words.length === 1;
    return `${size}, attention to ${isOne ? "it" : "them"} knocked out`;
  }
  return `${size}, ${fillTexts[fill]}`;
}

/** One sentence under the picture. */
export function pictureNote(
  { patches, words, heads, edges }: EvidenceMembers,
  { fill, isWhole }: { readonly fill: Fill; readonly isWhole: boolean },
): string {
  if (heads.length > 0) return "Heads are masked, and no patch: the picture is unchanged.";
  if (edges !== undefined) {
    return patches.length === 0
      ? "Attention is blocked, and no patch is masked: the picture is unchanged."
      : "Hatched: patches to which attention is blocked. The picture is unchanged, and other positions still see them.";
  }
  if (patches.length === 0) return "The picture is not in this set: only words are masked.";
  if (isWhole) return "Hatched: masked patches, which are the whole picture.";
  const rest =
    fill === "knock-out"
      ? "The picture itself is unchanged: no later position may attend to them."
      : "The rest of the picture is unchanged.";
  const text = words.length > 0 && fill !== "knock-out" ? " Attention to the words is knocked out." : "";
  return `Hatched: masked patches. ${rest}${text}`;
}

/** A sign beside each verdict, and the color of its note. */
export const verdictLooks: { readonly [V in VerdictCode]: { readonly icon: IconName; readonly look: string } } = {
  depends: { icon: "check", look: "good" },
  unconfirmed: { icon: "help", look: "" },
  little: { icon: "help", look: "" },
  random: { icon: "warn", look: "warn" },
  nothing: { icon: "warn", look: "warn" },
  few: { icon: "help", look: "" },
};

/** The part that says most: what the answer depends on before what it does not. */
export function leadingPart({ parts }: Pick<VerifyResult, "parts">): VerifiedPart {
  const order = Object.keys(verdictLooks);
  return [...parts].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))[0]!;
}

export const placeLooks: { readonly [V in PlaceVerdict]: { readonly icon: IconName; readonly look: string } } = {
  "expected-place": { icon: "check", look: "good" },
  "wrong-place": { icon: "warn", look: "warn" },
  "not-the-image": { icon: "warn", look: "warn" },
  undecided: { icon: "help", look: "" },
};

/** "99, at most 4.1 s" in the menu of null sets. */
export function setsLabel(sets: number, seconds: number | undefined): string {
  return seconds === undefined ? String(sets) : `${sets}, at most ${formatDuration(seconds * 1000)}`;
}
