/** @file Draws the sheets of the stage, each only when what is on it changes, at most once per frame. */
import type { Zoom } from "../../parts/zoom.ts";
import type { Page } from "../../state/page.svelte.ts";
import { drawBase, fittedContext, flattened, greyPicture, putLayer } from "../../map/canvas/canvas.ts";
import { mapLayer, type MapLayer } from "../../map/canvas/map-layer.ts";
import { drawMarks, hatchUnseen, type Marks } from "../../map/canvas/marks.ts";
import { oncePerFrame } from "../../map/canvas/once-per-frame.ts";
import { outlineOf, type Patch, type Segment } from "../../../src/figure/patch-geometry.ts";
import type { PictureView } from "../picture-view.svelte.ts";
import { setColors } from "../../map/canvas/set-marks.ts";

/** The canvases, from below. */
interface Sheets {
  readonly base?: HTMLCanvasElement;
  readonly map?: HTMLCanvasElement;
  readonly marks?: HTMLCanvasElement;
}

export interface StageDrawingRequest {
  readonly view: PictureView;
  readonly page: Page;
  readonly sheets: Sheets;
  /** Size of the picture in CSS pixels, and pixels of the screen per CSS pixel. */
  readonly size: () => { readonly width: number; readonly height: number } | undefined;
  readonly ratio: () => number;
  /** Which part of the picture is seen, and how large. */
  readonly zoom: () => Zoom;
  /** The patch that is framed. */
  readonly cursor: () => Patch | undefined;
  readonly ondraw: () => void;
}

/** A grey picture has no more pixels than any stage shows. */
const longestGrey = 1200;
const noTokens: ReadonlySet<number> = new Set();
const noLines: readonly Segment[] = [];

/** The context of a frame, moved so that it shows the part of the picture that is seen. */
function zoomed(context: CanvasRenderingContext2D, { x, y }: Zoom): CanvasRenderingContext2D {
  context.translate(x, y);
  return context;
}

function zoomedSize({ width, height }: { width: number; height: number }, { factor }: Zoom) {
  return { width: width * factor, height: height * factor };
}

/** Keeps the sheets drawn; call it while the component is made. */
export function createStageDrawing({ view, page, sheets, size, ratio, zoom, cursor, ondraw }: StageDrawingRequest) {
  let layer = $state.raw<MapLayer | undefined>(undefined);
  const frames = { base: oncePerFrame(), map: oncePerFrame(), marks: oncePerFrame() };

  const hasMap = $derived(view.drawn !== undefined);
  const grey = $derived(view.bitmap && greyPicture(view.bitmap, longestGrey));
  const isGrey = $derived(page.selection.greyPicture);
  const hasGrid = $derived(page.selection.grid);
  // The picture is drawn anew if another part of it lies under grids, whichever grids these are.
  const covered = $derived(view.geometry?.covered);
  const across = $derived(view.geometry?.picture.width);
  const opacity = $derived(page.selection.opacity);
  const selected = $derived(page.shown.patches);
  // Marks are drawn anew if what they show changes, whatever the colors of a map without words.
  const hatched = $derived(view.drawn?.hidden ?? noTokens);
  const outline = $derived(view.geometry && view.top.length > 0 ? outlineOf(view.geometry, view.top) : noLines);
  const words = $derived.by(() => {
    const { drawn } = view;
    const written = drawn?.map.words;
    return drawn && written && { ...drawn, words: written, values: drawn.map.values, opacity };
  });

  const greyUnder = $derived(
    hasMap && isGrey && grey && covered && across ? { picture: grey, covered, across } : undefined,
  );
  // Marks are as thick at each zoom.
  const marksAt = (width: number, height: number): Marks | undefined =>
    view.geometry && {
      geometry: view.geometry,
      width,
      height,
      hatched,
      selected,
      outline,
      grid: hasGrid,
      words,
      set: view.drawnSet && { set: view.drawnSet, colors: setColors() },
      cursor: cursor(),
    };
  /** What is drawn over the map at a size of the picture; before the question, what the model will not see. */
  function overAt(width: number, height: number, isMarked = true): (context: CanvasRenderingContext2D) => void {
    const given = marksAt(width, height);
    const { picture, unseen } = view;
    return (context) => {
      if (given) drawMarks(context, isMarked ? given : { ...given, cursor: undefined });
      else if (picture) hatchUnseen(context, unseen, width / picture.width);
    };
  }

  $effect(() => () => Object.values(frames).forEach((frame) => frame.cancel()));

  $effect(() => {
    const { base } = sheets;
    const { bitmap } = view;
    const room = size();
    if (!base || !room || !bitmap) return;
    const place = { ...room, ratio: ratio() };
    const under = greyUnder;
    const seen = zoom();
    frames.base.request(() => {
      drawBase(zoomed(fittedContext(base, place), seen), { bitmap, ...zoomedSize(room, seen), grey: under });
      ondraw();
    });
  });

  $effect(() => {
    const canvas = sheets.map;
    const { drawn } = view;
    if (!canvas || !drawn) return;
    frames.map.request(() => {
      const next = mapLayer({ ...drawn, values: drawn.map.values }, layer?.pixels);
      putLayer(canvas, next);
      layer = next;
      ondraw();
    });
  });

  $effect(() => {
    const { marks } = sheets;
    const room = size();
    if (!marks || !room) return;
    const place = { ...room, ratio: ratio() };
    const seen = zoom();
    const { width, height } = zoomedSize(room, seen);
    const drawOver = overAt(width, height);
    frames.marks.request(() => {
      const context = fittedContext(marks, place);
      context.clearRect(0, 0, room.width, room.height);
      drawOver(zoomed(context, seen));
      ondraw();
    });
  });

  return {
    /** The layer that is drawn; undefined before there was one. */
    get layer() {
      return layer;
    },
    get hasMap() {
      return hasMap && layer !== undefined;
    },
    /** The sheets as one picture, `width` pixels wide; undefined before there is one. */
    flattened(width: number): HTMLCanvasElement | undefined {
      const room = size();
      const { bitmap, picture } = view;
      if (!room || !bitmap || !picture) return undefined;
      const { map } = sheets;
      const over = hasMap && map && layer ? { canvas: map, layer, opacity } : undefined;
      return flattened(
        {
          base: { bitmap, ...room, grey: greyUnder },
          map: over,
          drawMarks: overAt(room.width, room.height, false),
          pictureWidth: picture.width,
        },
        width,
      );
    },
  };
}
