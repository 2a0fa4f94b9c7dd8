/** @file The table of the logit lens. */
import { hexColor, inkOn } from "../../color-map.ts";
import { formatProbability } from "../../figure-style.ts";
import { lensRamp, lensRowName } from "../../lens-figure.ts";
import type { LensCell } from "../../lens-figure.ts";
import { shownToken } from "../../token-strip.ts";
import { make } from "./dom.ts";
import type { ReportToken } from "../report-data.ts";

/** A table of layers (last at the top) and answer tokens; a cell holds the top token and its probability. */
export function lensView(rows: readonly (readonly LensCell[])[], tokens: readonly ReportToken[]): HTMLElement {
  const head = make("tr", {
    children: [
      make("th", { text: "layer", attributes: { scope: "col" } }),
      ...tokens.map(({ text }) => make("th", { text: shownToken(text), attributes: { scope: "col" } })),
    ],
  });
  const body = rows
    .map((cells, index) =>
      make("tr", {
        children: [
          make("th", { text: lensRowName(index), attributes: { scope: "row" } }),
          ...cells.map(({ text, probability }) => {
            const cell = make("td", {
              children: [
                make("span", { text: shownToken(text) }),
                make("span", { class: "number", text: formatProbability(probability) }),
              ],
            });
            const background = lensRamp(Math.min(1, Math.max(0, probability)));
            cell.style.background = hexColor(background);
            cell.style.color = inkOn(background);
            return cell;
          }),
        ],
      }),
    )
    .reverse();
  const table = make("table", {
    class: "lens",
    children: [make("thead", { children: [head] }), make("tbody", { children: body })],
  });
  return make("div", {
    class: "scroll",
    attributes: { tabindex: "0", role: "region", "aria-label": "Logit lens" },
    children: [table],
  });
}
