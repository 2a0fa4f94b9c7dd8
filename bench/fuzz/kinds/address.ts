/** @file The address of the page: what follows "#" in it. */
import { possibleSelection } from "../../../web/selection/possible.ts";
import { defaultSelection, type Selection } from "../../../web/selection/selection.ts";
import { readHash, writeHash } from "../../../web/selection/url.ts";
import type { FuzzKind } from "../kind.ts";
import { PropertyFault } from "../outcome.ts";
import { hostileText, mutateText } from "../text-mutations.ts";

const pairs = [
  "view=runs",
  "run=r-0001",
  "b=r-0002",
  "tab=compare",
  "mode=edit",
  "pic=1",
  "tok=0-2,5",
  "patches=3-8,40",
  "words=20,21",
  "layer=3",
  "head=mean",
  "by=surprise",
  "from=question",
  "to=question",
  "scale=all",
  "flow=rollout",
  "scope=word",
  "variant=reference",
  "part=combined2",
  "listfrom=45",
  "llayer=last",
  "lens=token",
  "clayer=2",
  "chead=best",
  "radius=2",
  "alpha=0.001",
  "nsamp=512",
  "sign=legacy",
  "thr=0.012",
  "mask=selection",
  "count=12",
  "fill=knock-out",
  "sets=200",
  "sub=grounding",
  "map=causes",
  "method=rollout",
  "cmap=magma",
  "opacity=50",
  "smooth=0",
  "grey=0",
  "sinks=1",
  "grid=1",
];

const values = [
  "__proto__",
  "constructor",
  "toString",
  "NaN",
  "-1",
  "1e3",
  "0-99999",
  "99999999",
  "",
  "%",
  "%00",
  "null",
];

const extent = { layers: 6, heads: 4, pictures: 2, imageTokens: 10, answerTokens: 5, questionPositions: [20, 21, 25] };

function requireSameKinds(selection: Selection): void {
  for (const [field, value] of Object.entries(selection)) {
    const standard: unknown = defaultSelection[field as keyof Selection];
    const wrong =
      value === undefined ||
      typeof value === "function" ||
      (typeof standard === "boolean" && typeof value !== "boolean") ||
      (typeof standard === "number" && !Number.isFinite(value)) ||
      (Array.isArray(standard) && !Array.isArray(value));
    if (wrong) throw new PropertyFault(`The field ${field} is ${String(value)}.`);
  }
}

export const addressKind: FuzzKind = {
  name: "address",
  label: "address of the page",
  share: 80,
  open: () => ({
    tryInput(random, show) {
      const parts = Array.from({ length: 1 + random.below(8) }, () => {
        const pair = random.pick(pairs);
        const [key] = pair.split("=");
        if (random.chance(0.4)) return pair;
        if (random.chance(0.5)) return `${key}=${random.chance(0.5) ? random.pick(values) : hostileText(random)}`;
        return mutateText(pair, random);
      });
      const hash = (random.chance(0.5) ? "#" : "") + parts.join("&");
      show(hash);
      const selection = readHash(hash);
      requireSameKinds(selection);
      const again = readHash(writeHash(selection));
      if (JSON.stringify(again) !== JSON.stringify(selection)) {
        throw new PropertyFault(`Written as ${writeHash(selection)}, it is read as another selection.`);
      }
      requireSameKinds(possibleSelection(selection, extent));
    },
  }),
};
