/** @file Two runs patched into each other: what is asked for, what fits, and its numbers as tables. */
import { layersText } from "../../../src/cause-figure/patching-text.ts";
import { resultsOf, sameRequest, type PatchingRequest, type PatchingResult } from "../../../src/run/measures.ts";
import { patchingScore } from "../../../src/run/patching-score.ts";
import type { Table } from "../../figures/figure.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";

/** Parts of the layers: as many rows as can be read at a glance. */
const bands = 8;

/** The measurement of an answer token of A with B, the selected patches being a region of their own. */
export function patchingRequest(
  a: OpenRun,
  b: OpenRun,
  { token, patches }: { readonly token: number; readonly patches: readonly number[] },
): PatchingRequest {
  const score = patchingScore(a.document.description, b.document.description, token);
  const region = patches.map((patch) => a.layout.imagePositions[patch]!);
  return { kind: "patching", other: b.id, token, bands, heads: true, region, score, seed: 0 };
}

/** What run A holds for a request, newest first, in as many bands as it was measured with. */
export function fittingPatching({ document }: OpenRun, request: PatchingRequest): PatchingResult | undefined {
  return resultsOf(document.description.measures, "patching").findLast((result) => {
    const { bands: own, seed } = result.request;
    return sameRequest(result.request, { ...request, bands: own, seed });
  });
}

/** One direction of a grid of shares, with the names of its rows and columns. */
export interface ShareGrid {
  readonly name: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly shares: readonly (readonly (number | null)[])[];
}

/** Bands of layers down, groups of tokens across: B with parts of A, and A with parts of B. */
export function stateGrids({ bands: layers, groups, states }: PatchingResult): ShareGrid[] {
  const names = { rows: layers.map(layersText), columns: groups.map(({ name }) => name) };
  return [
    { name: "restored in B by states of A", ...names, shares: states.restored },
    { name: "lost in A by states of B", ...names, shares: states.removed },
  ];
}

/** Layers down, heads across, at the last position; none without heads. */
export function headGrids({ heads }: PatchingResult): ShareGrid[] {
  if (heads === undefined) return [];
  const { restored, removed } = heads.last;
  const names = {
    rows: restored.map((_, layer) => `layer ${layer}`),
    columns: (restored[0] ?? []).map((_, head) => `${head}`),
  };
  return [
    { name: "restored in B by a head of A", ...names, shares: restored },
    { name: "lost in A by a head of B", ...names, shares: removed },
  ];
}

const number = (label: string) => ({ label, kind: "number", unit: "share of the difference" }) as const;

export function statesTable(result: PatchingResult | undefined): Table {
  const [restored, removed] = result === undefined ? [] : stateGrids(result);
  return {
    columns: [
      { label: "Layers", kind: "text" },
      { label: "Tokens", kind: "text" },
      number("Restored in B"),
      number("Lost in A"),
    ],
    rows: (restored?.shares ?? []).flatMap((row, band) =>
      row.map((share, group) => [
        restored!.rows[band]!,
        restored!.columns[group]!,
        share,
        removed!.shares[band]![group]!,
      ]),
    ),
  };
}

export function headsTable({ heads }: Partial<Pick<PatchingResult, "heads">>): Table {
  const columns: Table["columns"] = [
    { label: "Layer", kind: "number" },
    { label: "Head", kind: "number" },
    number("Restored in B, last position"),
    number("Lost in A, last position"),
    number("Restored in B, all positions"),
    number("Lost in A, all positions"),
  ];
  if (heads === undefined) return { columns, rows: [] };
  const { last, all } = heads;
  return {
    columns,
    rows: last.restored.flatMap((row, layer) =>
      row.map((share, head) => [
        layer,
        head,
        share,
        last.removed[layer]![head]!,
        all.restored[layer]![head]!,
        all.removed[layer]![head]!,
      ]),
    ),
  };
}

export function priorTable(prior: PatchingResult["prior"]): Table {
  return {
    columns: [
      { label: "Layer", kind: "number" },
      { label: "Head", kind: "number" },
      number("Brings back in A"),
      number("B weakens without it by"),
    ],
    rows: prior.map(({ layer, head, removed, off }) => [layer, head, removed, off]),
  };
}
