/** @file The picture with the map of the selection: a patch grid for mouse and keyboard. */
import { drawHeatMap, mapRange, paddingShare } from "../../heat-map.ts";
import { formatMapValue, formatPercent } from "../../figure-style.ts";
import { mapRamp } from "../../legend.ts";
import { hexColor } from "../../color-map.ts";
import type { ValueRange } from "../../color-map.ts";
import { imageTokenCount } from "../../map-field.ts";
import type { PixelImage } from "../../pixels.ts";
import { cellOfPixel, visibleBox } from "../../../image/geometry.ts";
import type { GridPlacement } from "../../../image/types.ts";
import type { ReportPicture } from "../report-data.ts";
import { canvasOf, fitCanvas, make } from "./dom.ts";
import type { Selection, Store } from "./selection.ts";

/** Longest side of the pixels that maps are drawn with. */
const workingSide = 900;
const gradientSteps = 32;

/** A picture as pixels of at most `workingSide`, with its grids in the same scale. */
export interface WorkingPicture {
  readonly image: PixelImage;
  readonly grids: readonly GridPlacement[];
  readonly firstToken: number;
  readonly missing: boolean;
}

/** Decodes the picture of the report; a plain surface takes its place where it is missing or broken. */
export async function loadPicture(picture: ReportPicture): Promise<WorkingPicture> {
  const scale = Math.min(1, workingSide / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const canvas = make("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.fillStyle = "#c8c8c2";
  context.fillRect(0, 0, width, height);
  let missing = picture.url === null;
  if (picture.url !== null) {
    const source = make("img", { attributes: { src: picture.url } });
    try {
      await source.decode();
      context.drawImage(source, 0, 0, width, height);
    } catch {
      missing = true;
    }
  }
  const grids = picture.grids.map(({ rows, cols, box }) => ({
    rows,
    cols,
    box: {
      left: (box.left * width) / picture.width,
      top: (box.top * height) / picture.height,
      width: (box.width * width) / picture.width,
      height: (box.height * height) / picture.height,
    },
  }));
  return {
    image: { width, height, data: context.getImageData(0, 0, width, height).data },
    grids,
    firstToken: picture.firstToken,
    missing,
  };
}

/** A patch: an image token of the run, and its place. */
interface Patch {
  readonly token: number;
  readonly grid: GridPlacement;
  readonly row: number;
  readonly col: number;
}

function patchesOf({ grids, firstToken }: WorkingPicture): Patch[] {
  let first = firstToken;
  return grids.flatMap((grid) => {
    const start = first;
    first += grid.rows * grid.cols;
    return Array.from({ length: grid.rows * grid.cols }, (_, cell) => ({
      token: start + cell,
      grid,
      row: Math.floor(cell / grid.cols),
      col: cell % grid.cols,
    }));
  });
}

/** The patch under a point; of tiles and an overview, the one with the smallest cells. */
function patchAt(patches: readonly Patch[], x: number, y: number): Patch | undefined {
  return patches
    .filter(({ grid, row, col }) => {
      const cell = cellOfPixel(grid, { x, y });
      return cell?.row === row && cell.col === col;
    })
    .sort((a, b) => a.grid.box.width / a.grid.cols - b.grid.box.width / b.grid.cols)[0];
}

/** The part of a map over the image tokens of all pictures that lies on this one. */
function ownValues({ firstToken, grids }: WorkingPicture, map: Float32Array): Float32Array {
  return map.slice(firstToken, firstToken + imageTokenCount(grids));
}

/** One range for all pictures, so that they can be compared: from 0 to the largest value shown on any. */
function sharedRange(pictures: readonly WorkingPicture[], map: Float32Array): ValueRange {
  const ranges = pictures.map((picture) => mapRange({ ...picture, values: ownValues(picture, map) }));
  return { min: 0, max: Math.max(...ranges.map(({ max }) => max)) };
}

export interface PictureView {
  readonly root: HTMLElement;
  /** Draws the map (all image tokens of the run, [I]); null says that it was not recorded. */
  draw(selection: Selection, map: Float32Array | null, captions: { readonly unit: string }): void;
}

/** The view of the pictures. `said` speaks a sentence to screen readers. */
export function pictureView(
  pictures: readonly WorkingPicture[],
  store: Store,
  said: (sentence: string) => void,
): PictureView {
  const canvas = make("canvas", {
    class: "picture",
    attributes: {
      tabindex: "0",
      role: "application",
      "aria-roledescription": "patch grid",
      "aria-label": "Picture with the map. Arrow keys move over patches, Space selects, Escape clears.",
    },
  });
  const bar = make("canvas", { class: "colorbar", attributes: { "aria-hidden": "true" } });
  const low = make("span", { class: "number" });
  const high = make("span", { class: "number" });
  const unitLine = make("span");
  const noteLine = make("span");
  const hover = make("p", { class: "small hover" });
  const root = make("div", {
    children: [
      canvas,
      make("div", { class: "legend", children: [low, bar, high] }),
      make("div", { class: "legend small", children: [unitLine, noteLine] }),
      hover,
    ],
  });
  const allPatches = pictures.map(patchesOf);
  let map: Float32Array | null = null;
  let cursor: Patch | undefined;
  let scale = 1;

  const describe = (patch: Patch): string => {
    const value = map ? `, ${formatMapValue(map[patch.token]!)}` : "";
    const chosen = store.get().patches.has(patch.token) ? ", selected" : "";
    return `row ${patch.row}, column ${patch.col}${value}${chosen}`;
  };
  const toggle = (patch: Patch, add: boolean): void => {
    const { patches } = store.get();
    const next = new Set(add ? patches : []);
    if (patches.has(patch.token) && (add || patches.size === 1)) next.delete(patch.token);
    else next.add(patch.token);
    store.set({ patches: next, tint: next.size > 0 ? "patches" : "image" });
  };
  const eventPatch = (event: MouseEvent): Patch | undefined => {
    const bounds = canvas.getBoundingClientRect();
    const patches = allPatches[store.get().picture] ?? [];
    return patchAt(patches, (event.clientX - bounds.left) / scale, (event.clientY - bounds.top) / scale);
  };
  canvas.addEventListener("click", (event) => {
    const patch = eventPatch(event);
    if (!patch) return;
    cursor = patch;
    toggle(patch, event.shiftKey || event.ctrlKey || event.metaKey);
  });
  canvas.addEventListener("mousemove", (event) => {
    const patch = eventPatch(event);
    hover.textContent = patch ? `Patch ${describe(patch)}` : "";
  });
  canvas.addEventListener("mouseleave", () => (hover.textContent = ""));
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const patches = allPatches[store.get().picture] ?? [];
    if (step) {
      const from = cursor ?? patches[0];
      const to = patches.find(
        (each) =>
          from && each.grid === from.grid && each.row === from.row + step[0]! && each.col === from.col + step[1]!,
      );
      cursor = cursor ? (to ?? cursor) : from;
      store.set({});
      if (cursor) said(describe(cursor));
    } else if ((event.key === " " || event.key === "Enter") && cursor) {
      toggle(cursor, true);
      said(describe(cursor));
    } else if (event.key === "Escape") {
      store.set({ patches: new Set(), tint: "image" });
    } else return;
    event.preventDefault();
  });

  const outline = (context: CanvasRenderingContext2D, picture: WorkingPicture, chosen: readonly Patch[]): void => {
    const path = new Path2D();
    const chosenCells = new Set(chosen.map(({ token }) => token));
    for (const { token, grid, row, col } of chosen) {
      const box = visibleBox(grid, { row, col }, picture.image);
      if (!box) continue;
      const [left, top] = [box.left * scale, box.top * scale];
      const [right, bottom] = [left + box.width * scale, top + box.height * scale];
      const isChosen = (rows: number, cols: number): boolean =>
        col + cols >= 0 && col + cols < grid.cols && chosenCells.has(token + rows * grid.cols + cols);
      const side = (open: boolean, from: readonly [number, number], to: readonly [number, number]): void => {
        if (!open) return;
        path.moveTo(...from);
        path.lineTo(...to);
      };
      side(!isChosen(-1, 0), [left, top], [right, top]);
      side(!isChosen(1, 0), [left, bottom], [right, bottom]);
      side(!isChosen(0, -1), [left, top], [left, bottom]);
      side(!isChosen(0, 1), [right, top], [right, bottom]);
    }
    context.lineCap = "square";
    for (const [width, color] of [
      [5, "#ffffff"],
      [2, "#191917"],
    ] as const) {
      context.lineWidth = width;
      context.strokeStyle = color;
      context.stroke(path);
    }
  };

  return {
    root,
    draw(selection, values, { unit }) {
      const picture = pictures[selection.picture];
      if (!picture) return;
      map = values;
      const width = Math.max(
        200,
        Math.min(root.clientWidth || 480, (560 * picture.image.width) / picture.image.height),
      );
      scale = width / picture.image.width;
      const context = fitCanvas(canvas, width, picture.image.height * scale);
      const own = values && ownValues(picture, values);
      const drawn = drawHeatMap({
        image: picture.image,
        grids: own ? picture.grids : [],
        values: own ?? new Float32Array(0),
        options: { ...selection, range: values && sharedRange(pictures, values) },
      });
      context.imageSmoothingQuality = "high";
      context.drawImage(canvasOf(drawn), 0, 0, width, picture.image.height * scale);
      const patches = allPatches[selection.picture] ?? [];
      outline(
        context,
        picture,
        patches.filter(({ token }) => selection.patches.has(token)),
      );
      if (cursor && document.activeElement === canvas) outline(context, picture, [cursor]);
      const length = Math.max(80, width - 110);
      const barContext = fitCanvas(bar, length, 8);
      const gradient = barContext.createLinearGradient(0, 0, length, 0);
      const ramp = mapRamp(selection.colorMap);
      for (let i = 0; i <= gradientSteps; i++) {
        gradient.addColorStop(i / gradientSteps, hexColor(ramp(i / gradientSteps)));
      }
      barContext.globalAlpha = selection.opacity;
      barContext.fillStyle = gradient;
      barContext.fillRect(0, 0, length, 8);
      low.textContent = formatMapValue(drawn.range.min);
      high.textContent = formatMapValue(drawn.range.max);
      unitLine.textContent = own ? unit : "The maps of single heads of this layer are not in this report.";
      const padding = own ? paddingShare({ image: picture.image, grids: picture.grids, values: own }) : 0;
      noteLine.textContent = [
        padding >= 0.005 ? `${formatPercent(padding)} on padding` : "",
        picture.missing ? "picture not in this report" : "",
      ]
        .filter((note) => note !== "")
        .join(" · ");
    },
  };
}
