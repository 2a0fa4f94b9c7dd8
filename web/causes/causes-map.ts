/** @file What the Causes tab puts on the picture: the explanation set of the chosen radius, framed by radius, the rest veiled. */
import type { CausalGraphFinding } from "../../src/run/causes.ts";
import { quoted, shownText } from "../answer/token-names.ts";
import { ApiError } from "../data/data-source.ts";
import { chosenTokens } from "../picture/chosen-tokens.ts";
import type { PictureSet, PictureState, SetStyle } from "../picture/picture-set.ts";
import type { MissingMap } from "../picture/picture-map.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import { causesLayer, chosenGraph } from "./chosen-graph.ts";
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

/** Why there is no graph, with what would bring it; undefined where none of it failed. */
export function missingCauses(run: OpenRun, selection: Selection, token: number): MissingMap | undefined {
  const query = chosenGraph(run, selection, token);
  const layer = causesLayer(run, selection);
  const failure =
    query === undefined ? run.findings.failureOfHeads({ token, layer }) : run.findings.failureOfCauses(query);
  if (failure === undefined) return undefined;
  if (!(failure instanceof ApiError) || failure.code !== "not-recorded") return { missing: failure.message };
  return {
    missing: `The attention of layer ${layer} was not recorded whole, which a causal graph needs.`,
    request: { methods: [], record: "full" },
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
