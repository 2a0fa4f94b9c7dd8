/** @file The map that the Layers tab puts on the picture: the best word of each patch, or the probability of the selected token. */
import { formatProbability } from "../../src/figure/numbers.ts";
import { nameOfTokens } from "../../src/figure/token-names.ts";
import { chosenTokens } from "../run/chosen-tokens.ts";
import type { MissingMap } from "../run/recorded-map.ts";
import { createRemembered } from "../data/remembered.ts";
import type { MapState, PictureMap } from "../map/picture-map.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import { hasLens, readLens, rowPlace, shownRow, textsOf, tokenProbabilities, topTokens } from "./lens.ts";

export const missingLens: MissingMap = { missing: "The logit lens was not read.", request: { methods: ["lens"] } };

const noPatchRead: MissingMap = {
  missing:
    "The logit lens reads no patch: the image tokens of this model are behind the sequence, where they have no hidden states.",
};

/** The map of the best words of each row, found once. */
const topMaps = createRemembered<PictureMap>();

/** What the Layers tab draws on the picture; undefined while it is on its way. */
export function lensMap(run: OpenRun, shown: Selection): MapState {
  if (run.layout.imagePositions.length === 0) return { missing: "The question has no picture." };
  if (!hasLens(run)) return missingLens;
  const lens = readLens(run);
  if (!lens) {
    const failure = run.failure();
    return failure && { missing: failure.message };
  }
  if (lens.image.length === 0) return noPatchRead;
  const row = shownRow(lens, shown.lensLayer);
  const drawnAs = { signed: false, smooth: false, format: formatProbability } as const;
  const { description } = run.document;
  // The best words do not depend on the selected tokens, which are read only below.
  if (shown.lens === "top") {
    return topMaps(lens.ids.data, row, () => {
      const best = topTokens(lens, row, lens.image);
      const texts = textsOf(description);
      return {
        ...drawnAs,
        range: { min: 0, max: 1 },
        subject: "Logit lens",
        detail: `what each patch would say ${rowPlace(row)}`,
        values: Float32Array.from(best, ({ probability }) => probability),
        words: best.map(({ id }) => texts(id).trim()),
        unit: "probability of the top word",
      };
    });
  }
  const tokens = chosenTokens(run, shown);
  if (tokens.length === 0) return undefined;
  const values = new Float32Array(lens.image.length);
  for (const token of tokens) {
    const each = tokenProbabilities(lens, { row, token, places: lens.image });
    for (let i = 0; i < values.length; i++) values[i]! += each[i]! / tokens.length;
  }
  const { start } = description.answer;
  const name = nameOfTokens(
    description,
    tokens.map((token) => start + token),
  );
  return {
    ...drawnAs,
    subject: "Logit lens",
    detail: `probability of ${name} at each patch, ${rowPlace(row)}`,
    values,
    unit: "probability",
  };
}
