/** @file What the Explain view shows: the picture, its patches, the map on it and how it is drawn. */
import { live } from "../data/live.ts";
import type { ColorMapName, ValueRange } from "../../src/figure/color-map.ts";
import { unseenBoxes } from "../../src/image/geometry.ts";
import type { Box } from "../../src/image/types.ts";
import { topPatches } from "../../src/figure/top-patches.ts";
import { overviewOf } from "../../src/run/grids.ts";
import type { Draft } from "../draft/draft.svelte.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Page } from "../state/page.svelte.ts";
import type { LoadedTabs } from "../tabs/loaded-tabs.svelte.ts";
import { colorMapOf, hiddenTokens, noteOf, rangeOf, type MapOnPicture } from "../map/map-facts.ts";
import { geometryOf } from "../map/run-geometry.ts";
import { createPictureBitmaps } from "../map/picture-bitmaps.ts";
import { isMissing, type PictureMap } from "../map/picture-map.ts";
import { isSet, type PictureSet, type PictureState } from "../map/picture-set.ts";

/** A map on the picture with the ends of its scale, which do not depend on how it is colored. */
interface PlacedMap extends MapOnPicture {
  readonly range: ValueRange;
  readonly hidden: ReadonlySet<number>;
}

/** A map and how it is drawn. */
export interface DrawnMap extends PlacedMap {
  readonly colorMap: ColorMapName;
  readonly smooth: boolean;
  readonly fades: boolean;
}

const noSinks: ReadonlySet<number> = new Set();
const nothing: readonly Box[] = [];

/** A map that was set aside, and where it belongs. */
interface KeptMap {
  readonly run: string;
  readonly map: PictureMap;
}

export function createPictureView(page: Page, draft: Draft, tabs: LoadedTabs) {
  const bitmaps = createPictureBitmaps(page.api);
  let pinned = $state.raw<KeptMap | null>(null);
  let locked = $state.raw<{ readonly unit: string; readonly range: ValueRange } | null>(null);
  let isPeeking = $state(false);
  /** The last map or set, shown until the next one has arrived. */
  let last: { readonly run: string; readonly content: PictureMap | PictureSet } | undefined;

  const isAsking = $derived(page.answerAtWork !== undefined);
  // A question at work may be about other pictures than the open run, such as an edited one.
  const pictures = $derived((isAsking ? draft.asking.last?.pictures : undefined) ?? draft.pictures);
  const index = $derived(pictures[page.selection.picture] ? page.selection.picture : 0);
  const picture = $derived(pictures[index]);
  // A picture that was added for the next question has no map yet.
  const run = $derived<OpenRun | null>(
    isAsking || page.run?.document.description.images[index] === undefined ? null : page.run,
  );
  const bitmap = $derived(picture && bitmaps.read(picture.url));
  const image = $derived(run?.document.description.images[index]);
  const gridChoice = $derived(page.selection.gridChoice);
  const geometry = $derived(run === null ? undefined : geometryOf(run, index, gridChoice));
  /** What the model does not see of the picture; before the question, by the fit that is chosen. */
  const unseen = $derived.by<readonly Box[]>(() => {
    if (run !== null) return geometry?.unseen ?? nothing;
    const input = picture && draft.inputOf(picture);
    return input ? unseenBoxes(input.original, input.grids) : nothing;
  });
  const { shown } = page;
  const hideSinks = $derived(page.selection.hideSinks);
  const smooth = $derived(page.selection.smooth);
  const colorMap = $derived(page.selection.colorMap);
  const fades = $derived(page.selection.fades);
  const topShare = $derived(page.selection.topShare);
  const state = $derived<PictureState>(run === null ? undefined : tabs.map({ run, otherRun: page.otherRun, shown }));
  const missing = $derived(state !== undefined && !isSet(state) && isMissing(state) ? state : undefined);
  const content = $derived.by<PictureMap | PictureSet | undefined>(() => {
    if (run === null || missing !== undefined) last = undefined;
    else if (state !== undefined) last = { run: run.id, content: state as PictureMap | PictureSet };
    else if (last?.run !== run.id) last = undefined;
    return last?.content;
  });
  const map = $derived(content === undefined || isSet(content) ? undefined : content);
  const set = $derived(isSet(content) ? content : undefined);
  /** With Space held, the pinned map or the bare picture. */
  const visible = $derived(isPeeking ? (pinned?.run === run?.id ? pinned?.map : undefined) : map);
  const sinks = $derived(run?.sinks ?? noSinks);
  const sinksHere = $derived(geometry ? [...sinks].filter((token) => geometry.byToken.has(token)).length : 0);
  const isLocked = $derived(locked !== null && locked.unit === map?.unit);

  function placed(which: PictureMap | undefined): PlacedMap | undefined {
    if (!which || !geometry || which.values.length !== run?.layout.imageTokens.length) return undefined;
    const onPicture = { map: which, geometry, sinks, hideSinks };
    return {
      ...onPicture,
      range: locked?.unit === which.unit ? locked.range : rangeOf(onPicture),
      hidden: hiddenTokens(onPicture),
    };
  }
  function colored(which: PlacedMap | undefined): DrawnMap | undefined {
    return which && { ...which, colorMap: colorMapOf(which.map, colorMap), smooth: smooth ?? which.map.smooth, fades };
  }
  const placedVisible = $derived(placed(visible));
  // Legend and controls stay while the picture is looked at without its map.
  const placedLegend = $derived(placedVisible ?? placed(map));
  const drawn = $derived(colored(placedVisible));
  const legend = $derived(drawn ?? colored(placedLegend));
  // Values that exist at tokens alone, as those of the lens, are no shares of anything.
  const top = $derived.by<readonly number[]>(() => {
    if (!placedVisible?.map.smooth) return [];
    const { map: shownMap, hidden } = placedVisible;
    return topPatches({ geometry: placedVisible.geometry, values: shownMap.values, share: topShare, hidden });
  });
  const note = $derived(placedLegend ? noteOf(placedLegend, isLocked) : "");

  return live(
    {
      /** Index of the picture, and the picture itself; undefined where there is none. */
      index: () => index,
      picture: () => picture,
      bitmap: () => bitmap,
      failure: () => picture && bitmaps.failure(picture.url),
      /** The run that the picture belongs to; null for one that waits for its question. */
      run: () => run,
      geometry: () => geometry,
      hasOverview: () => image !== undefined && overviewOf(image) !== undefined,
      /** In pixels of the picture. */
      unseen: () => unseen,
      missing: () => missing,
      /** The map of the selection, whatever is drawn at the moment. */
      map: () => map,
      drawn: () => drawn,
      /** The patches of the drawn map that are outlined, as image tokens. */
      top: () => top,
      /** The set of the selection in place of a map, and the one that is drawn at the moment. */
      set: () => set,
      drawnSet: () => (isPeeking ? undefined : set),
      /** The map whose legend is shown. */
      legend: () => legend,
      note: () => note,
      sinks: () => sinks,
      /** Number of sinks on this picture. */
      sinksHere: () => sinksHere,
      isPinned: () => pinned !== null && pinned.run === run?.id,
      isLocked: () => isLocked,
    },
    {
      togglePin() {
        pinned = pinned !== null || !map || !run ? null : { run: run.id, map };
      },
      toggleLock() {
        locked = isLocked || !drawn ? null : { unit: drawn.map.unit, range: drawn.range };
      },
      peek(isHeld: boolean) {
        isPeeking = isHeld;
      },
      selectPatches(patches: readonly number[]) {
        const { patches: before } = page.selection;
        if (before.length === patches.length && before.every((token, i) => token === patches[i])) return;
        page.select({ patches });
      },
    },
  );
}

export type PictureView = ReturnType<typeof createPictureView>;
