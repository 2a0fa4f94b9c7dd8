/** @file What was found of minimal causes, in the page's fixed words. */
import type { CauseKind } from "../run/measure-choices.ts";
import type { CauseSet, KindCauses } from "../run/measures.ts";
import { formatProbability } from "./figure-style.ts";
import { quoted } from "./token-names.ts";

/** What a kind is called, and what a member of a set is called, one and several. */
const kindNames: Readonly<Record<CauseKind, { whole: string; one: string; many: string }>> = {
  image: { whole: "the picture", one: "patch", many: "patches" },
  text: { whole: "the question", one: "token", many: "tokens" },
};

/** The verdict on a kind, as the beginning of a sentence. */
export function minimalVerdict({ verdict, sets }: KindCauses, kind: CauseKind): string {
  const { whole, one, many } = kindNames[kind];
  const size = sets[0]?.positions.length ?? 0;
  switch (verdict) {
    case "verified":
      return size === 1
        ? `The answer depends on one ${one} of ${whole}`
        : `The answer depends on ${size} ${many} of ${whole}`;
    case "not confirmed":
      return `The answer falls without ${size === 1 ? `one ${one}` : `${size} ${many}`} of ${whole}, but another way to take them away does not confirm it`;
    case "none found":
      return `No small part of ${whole} decides this word`;
    case "nothing to test":
      return kind === "image"
        ? "The picture does not matter for this word"
        : "The words of the question do not matter for this word";
  }
}

/** The verdict and its probabilities; `token` is the text of the answer token. */
export function minimalSentence(causes: KindCauses, { kind, token }: { kind: CauseKind; token: string }): string {
  const { original, without, sets } = causes;
  const { whole } = kindNames[kind];
  const shown = sets.find(({ confirmed }) => confirmed) ?? sets[0];
  const set =
    shown === undefined
      ? ""
      : `${formatProbability(shown.without)} without ${shown.positions.length === 1 ? "it" : "them"} and to `;
  return `${minimalVerdict(shown === undefined ? causes : { ...causes, sets: [shown] }, kind)}: p(${quoted(token.trim())}) goes from ${formatProbability(original)} to ${set}${formatProbability(without)} without ${whole}.`;
}

/** "95 % of the picture's effect; alone it keeps 90 %; confirmed by other pictures (80 %, p = 0.010)". */
export function setNumbers({ necessity, sufficiency, confirmed, confirmedBy, minimal }: CauseSet): string {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const tests = confirmedBy.map(
    (test) => `${test.intervention} ${percent(test.necessity)}, p = ${test.p.toFixed(3)} of ${test.nullSets} sets`,
  );
  const needed = minimal ? "" : "; not every member was found to be needed";
  return `${percent(necessity)} of the effect is lost without it, ${percent(sufficiency)} is kept by it alone${needed}; ${confirmed ? "confirmed" : "not confirmed"} (${tests.join("; ")})`;
}
