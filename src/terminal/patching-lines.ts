/** @file What patching two runs into each other found, in lines. */
import { layersText, patchingSentences, shareText } from "../cause-figure/patching-text.ts";
import type { PatchingResult } from "../run/measures.ts";
import { textTable } from "./text-table.ts";

/** Lines for the terminal. */
export function patchingLines(result: PatchingResult, text: string): string[] {
  const { groups, bands, states, prior, verdict } = result;
  const names = { text, own: "this run", other: "the other run" };
  const sentences = patchingSentences(result, names).map((each) => each[0]!.toUpperCase() + each.slice(1));
  if (verdict === "nothing to restore") return sentences;
  const table = (shares: PatchingResult["states"]["restored"]) =>
    textTable([
      ["", ...groups.map(({ name }) => name)],
      ...shares.map((row, band) => [
        layersText(bands[band]!),
        ...row.map((share) => (share === null ? "-" : shareText(share))),
      ]),
    ]);
  return [
    ...sentences,
    "",
    "The other run with states of this one, share restored:",
    ...table(states.restored),
    "",
    "This run with states of the other one, share lost:",
    ...table(states.removed),
    ...(prior.length === 0
      ? []
      : [
          "",
          "Heads that bring the other answer back, and how far it weakens there without them:",
          ...textTable([
            ["layer", "head", "brings back", "weakens by"],
            ...prior.map(({ layer, head, removed, off }) => [
              `${layer}`,
              `${head}`,
              shareText(removed),
              shareText(off),
            ]),
          ]),
        ]),
  ];
}
