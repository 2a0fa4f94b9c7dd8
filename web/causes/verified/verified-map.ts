/** @file What verified causes put on the picture: the patches of each set, framed, the rest veiled. */
import { quoted, shownToken } from "../../../src/figure/token-names.ts";
import type { PictureState, SetStyle } from "../../map/picture-set.ts";
import { chosenTokens } from "../../run/chosen-tokens.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Selection } from "../../selection/selection.ts";
import { causeSentence } from "../../../src/cause-figure/cause-text.ts";
import { listedCauses, minimalOf } from "../../../src/cause-figure/found-causes.ts";

/** A fourth set and later ones look like the third. */
const styles: readonly SetStyle[] = ["radius1", "radius2", "radius3"];

/** The sets of the picture, what is missing, or undefined while the token is on its way. */
export function verifiedMap(run: OpenRun, shown: Selection): PictureState {
  const [token] = chosenTokens(run, shown);
  if (token === undefined) return undefined;
  const { description } = run.document;
  const result = minimalOf(description.measures, token);
  if (result === undefined) return { missing: "The causes of this word have not been searched." };
  const word = shownToken(description, description.answer.start + token);
  const sets = listedCauses(run, result);
  const ofPicture = sets.filter(({ kind }) => kind === "image");
  if (ofPicture.length === 0) {
    const causes = result.image;
    return {
      missing:
        causes === undefined
          ? "Causes were searched in the question alone."
          : causeSentence({ kind: "image", causes, word }),
    };
  }
  return {
    kind: "set",
    subject: "Causes",
    detail: `of ${quoted(word)}: ${ofPicture.length === 1 ? "one set of patches" : `${ofPicture.length} sets of patches`}`,
    groups: ofPicture.map(({ patches, set, number }, place) => ({
      patches,
      style: styles[Math.min(place, styles.length - 1)]!,
      label: `set ${number + 1}${set.confirmed ? ", confirmed" : ""}`,
    })),
    veil: true,
    words: sets.flatMap(({ words }) => words.map(({ text }) => ({ text, from: "question" }) as const)),
  };
}
