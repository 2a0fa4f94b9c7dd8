/** @file What the Attention tab shows of the open run, as it follows from the selection and arrives. */
import { live } from "../data/live.ts";
import { packedColors } from "../../src/figure/packed-colors.ts";
import type { GalleryStyle } from "./gallery.ts";
import { attentionSum } from "../../src/methods/attention.ts";
import { drawnGrids } from "../../src/run/grids.ts";
import { questionPositions, turnCount } from "../../src/run/positions.ts";
import type { FloatTensor } from "../../src/tensor/tensor.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Page } from "../state/page.svelte.ts";
import { missingAttention } from "../map/attention-map.ts";
import { headRow } from "../run/attention-row.ts";
import { attentionSource } from "../run/attention-source.ts";
import { coveredByMarks, headScores } from "../run/marked-object.ts";
import { groupShares, positionGroups } from "./group-shares.ts";
import { layerMeans } from "./head-list.ts";
import { createKept } from "../data/kept.ts";
import { latticePositions, mapLattice, type MapLattice } from "./matrix/map-lattice.ts";
import { mapMaxima } from "./matrix/paint-matrix.ts";
import { createRemembered } from "../data/remembered.ts";

/** Numbers of each head by what they are of: the keys that are summed over, or the cells of the map. */
const sums = createRemembered<Float32Array>();
const largest = createRemembered<Float32Array>();
/** The lattice of each picture by the grids that are drawn and whether sinks are hidden, and the positions of its cells. */
const lattices = createRemembered<MapLattice>();
const cellPositions = createRemembered<Int32Array>();

function sumsOf(attention: FloatTensor, keys: ArrayLike<number> & object): Float32Array {
  return sums(attention.data, keys, () => attentionSum(attention, keys).data);
}

export function createAttentionView(page: Page, openRun: () => OpenRun) {
  const keepAttention = createKept<FloatTensor>();
  const run = $derived(openRun());
  const { selection } = page;
  const picture = $derived(Math.min(selection.picture, Math.max(0, run.layout.pictures.length - 1)));
  const hidden = $derived(selection.hideSinks ? run.sinks : undefined);
  const heads = $derived(run.document.description.model.languageHeads);

  const source = $derived(attentionSource(run, selection));
  const attention = $derived(
    keepAttention(run.id, source.positions.length > 0 ? run.meanAttention(source.positions) : undefined),
  );
  const image = $derived(run.document.description.images[picture] ?? { grids: [], width: 1, height: 1 });
  const lattice = $derived.by(() => {
    const choice = selection.gridChoice;
    const detail = [picture, hidden !== undefined, ...drawnGrids(image, choice)].join();
    return lattices(run.layout, detail, () => mapLattice(run.layout, { image, picture, hidden, choice }));
  });
  const positions = $derived(cellPositions(lattice, run.layout, () => latticePositions(lattice, run.layout)));
  const question = $derived(questionPositions(run.document.description, turnCount(run.document.description) - 1));
  const imageKeys = $derived.by(() => {
    const { first, end } = run.layout.pictures[picture] ?? { first: 0, end: 0 };
    return run.layout.imagePositions.subarray(first, end);
  });
  const patchKeys = $derived(
    selection.patches.map((patch) => run.layout.imagePositions[patch] ?? -1).filter((key) => key >= 0),
  );
  /** Of each head, [recorded layers, heads]: the share on the picture, or on the question. */
  const shares = $derived(attention && sumsOf(attention, selection.to === "image" ? imageKeys : question));
  const patchShares = $derived(attention && patchKeys.length > 0 ? attentionSum(attention, patchKeys).data : undefined);
  const maxima = $derived(attention && largest(attention.data, positions, () => mapMaxima({ attention, positions })));
  const means = $derived(shares && layerMeans(shares, heads));
  const colors = $derived(packedColors(selection.colorMap));
  const galleryStyle = $derived<GalleryStyle>({
    colorMap: selection.colorMap,
    opacity: selection.opacity,
    fades: selection.fades,
    greyPicture: selection.greyPicture,
  });
  const groups = $derived(
    positionGroups(run.document.description, { sinks: run.sinks, imagePositions: run.layout.imagePositions }),
  );
  const everyPosition = $derived(Int32Array.from(groups, (_, position) => position));
  const row = $derived(attention && headRow({ attention, layers: run.attentionLayers }, selection, everyPosition));
  const goesTo = $derived(row && groupShares(row, groups));
  const boxes = $derived(page.selection.boxes);
  const painted = $derived(page.painted.get(run.id));
  const scoreBy = $derived(page.selection.scoreBy);
  const covered = $derived(coveredByMarks(run, { boxes, painted }));
  /** The head that agrees best with the object that the user marked in Compare. */
  const marked = $derived.by(() => {
    if (!attention || !covered) return undefined;
    const scores = headScores(attention, { positions: run.layout.imagePositions, covered, by: scoreBy });
    const row = scores.reduce((best, score, each) => (score > scores[best]! ? each : best), 0);
    const layer = run.attentionLayers[Math.floor(row / heads)];
    return layer === undefined ? undefined : { layer, head: row % heads, score: scores[row]!, by: scoreBy };
  });
  const missing = $derived(missingAttention(run, { layer: null, head: null }));

  return live({
    run: () => run,
    layers: () => run.document.description.model.languageLayers,
    heads: () => heads,
    source: () => source,
    /** [recorded layers, heads, N]; the last one until the next arrives. */
    attention: () => attention,
    lattice: () => lattice,
    positions: () => positions,
    picture: () => picture,
    question: () => question,
    shares: () => shares,
    /** Share of each head on the selected patches, [recorded layers, heads]; undefined where none is selected. */
    patchShares: () => patchShares,
    patchKeys: () => patchKeys,
    maxima: () => maxima,
    /** Mean of `shares` over the heads of each recorded layer. */
    means: () => means,
    colors: () => colors,
    /** How small maps lie on the picture. */
    galleryStyle: () => galleryStyle,
    /** The row of the chosen layer and head or their mean at every position, [N]. */
    row: () => row,
    goesTo: () => goesTo,
    /** The head that agrees best with the marked object; undefined where nothing is marked. */
    marked: () => marked,
    missing: () => missing,
  });
}

export type AttentionView = ReturnType<typeof createAttentionView>;
