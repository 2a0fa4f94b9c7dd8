/** @file What the Causes tab puts on the picture: the explanation set of the chosen radius, framed by radius, the rest veiled. */
import type { CausalGraphFinding } from "../../src/run/causes.ts";
import { quoted, shownText } from "../../src/figure/token-names.ts";
import { chosenTokens } from "../run/chosen-tokens.ts";
import type { PictureSet, PictureState, SetStyle } from "../map/picture-set.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import { chosenGraph } from "../run/chosen-graph.ts";
import { missingCauses } from "../map/missing-causes.ts";
import { explanationSets, radii, sizeText } from "./explanation-sets.ts";

const styles: readonly SetStyle[] = ["radius1", "radius2", "radius3"];

/** The set of a graph as it lies on the picture. */
export function setOfFinding(run: OpenRun, finding: CausalGraphFinding, radius: number): PictureSet {
  const { tokens } = run.document.description;
  const sets = explanationSets(run, finding, undefined).slice(0, radius);
  const explained = quoted(shownText(tokens[finding.target + 1]?.text ?? ""));
  const within = sets.at(-1)!;
  const place = `layer ${finding.layer}, head ${finding.head}, ${finding.variant}`;
  return {
    kind: "set",
    subject: "Explanation set",
    detail: `radius ${radius === 1 ? "1" : `1 to ${radius}`} of ${explained}, ${place}, ${sizeText(within)}`,
    groups: sets.map((set, i) => ({
      patches: set.added.flatMap(({ patch }) => patch ?? []),
      style: styles[i]!,
      label: `radius ${set.radius}`,
    })),
    veil: true,
    words: sets.flatMap(({ added }) =>
      added
        .filter(({ kind }) => kind !== "patch")
        .map(({ label, kind }) => ({ text: label, from: kind === "question" ? "question" : "answer" }) as const),
    ),
    ...(within.patches === 0 ? { note: "No patch is in the set." } : {}),
  };
}

/** The explanation set for what is shown, what is missing, or undefined while it is on its way. */
export function causesMap(run: OpenRun, shown: Selection): PictureState {
  const [token] = chosenTokens(run, shown);
  if (token === undefined) return undefined;
  const missing = missingCauses(run, shown, token);
  if (missing) return missing;
  const query = chosenGraph(run, shown, token);
  const finding = query && run.findings.causes(query);
  if (finding === undefined) return undefined;
  if (finding.noGraph !== undefined) return { missing: finding.noGraph };
  if (finding.explanation.length === 0) {
    return { missing: `No cause was found by layer ${finding.layer}, head ${finding.head} at these settings.` };
  }
  return setOfFinding(run, finding, Math.min(radii.length, shown.radius));
}
