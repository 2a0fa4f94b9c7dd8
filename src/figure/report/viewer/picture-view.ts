/** @file The picture with the map of the selection: a patch grid for mouse and keyboard. */
import { drawHeatMap, paddingShare } from "../../heat-map.ts";
import { formatMapValue, formatPercent } from "../../figure-style.ts";
import { mapRamp } from "../../legend.ts";
import { hexColor } from "../../color-map.ts";
import { cellOfPixel, visibleBox } from "../../../image/geometry.ts";
import type { GridPlacement } from "../../../image/types.ts";
import type { Caption } from "./caption.ts";
import { canvasOf, fitCanvas, make } from "./dom.ts";
import type { Selection, Store } from "./selection.ts";
import { hiddenCells, ownValues, sharedRange } from "./working-picture.ts";
import type { WorkingPicture } from "./working-picture.ts";
import { lookUp } from "../../../tensor/look-up.ts";

const gradientSteps = 32;

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

export interface PictureView {
  readonly root: HTMLElement;
  /** Draws the map (all image tokens of the run, [I]); null says that it was not recorded. */
  draw(selection: Selection, map: Float32Array | null, look: MapLook): void;
}

/** How a map is drawn and named. */
interface MapLook extends Pick<Caption, "unit" | "missing"> {
  /** True for values of both signs. */
  readonly signed: boolean;
}

export interface PictureContext {
  readonly store: Store;
  /** Speaks a sentence to screen readers. */
  readonly said: (sentence: string) => void;
  /** Attention sinks among the image tokens of the run. */
  readonly sinks: ReadonlySet<number>;
}

/** The view of the pictures. */
export function pictureView(pictures: readonly WorkingPicture[], { store, said, sinks }: PictureContext): PictureView {
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
  // What tokens were tinted by when the report was opened.
  const standardTint = store.get().tint;
  let map: Float32Array | null = null;
  let cursor: Patch | undefined;
  let scale = 1;

  const describe = (patch: Patch): string => {
    const value = map ? `, ${formatMapValue(map[patch.token]!)}` : "";
    const chosen = store.get().patches.has(patch.token) ? ", selected" : "";
    const sink = sinks.has(patch.token) ? ", attention sink" : "";
    return `row ${patch.row}, column ${patch.col}${value}${sink}${chosen}`;
  };
  const toggle = (patch: Patch, add: boolean): void => {
    const { patches } = store.get();
    const next = new Set(add ? patches : []);
    if (patches.has(patch.token) && (add || patches.size === 1)) next.delete(patch.token);
    else next.add(patch.token);
    store.set({ patches: next, tint: next.size > 0 ? "patches" : standardTint });
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
    const step = lookUp({ ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }, event.key);
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
      store.set({ patches: new Set(), tint: standardTint });
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

  const markSinks = (context: CanvasRenderingContext2D, picture: WorkingPicture): void => {
    context.lineWidth = 2;
    for (const { token, grid, row, col } of patchesOf(picture)) {
      const box = sinks.has(token) ? visibleBox(grid, { row, col }, picture.image) : undefined;
      if (!box) continue;
      const place = [box.left * scale + 1, box.top * scale + 1, box.width * scale - 2, box.height * scale - 2] as const;
      for (const [color, dash] of [
        ["#ffffff", []],
        ["#191917", [4, 4]],
      ] as const) {
        context.strokeStyle = color;
        context.setLineDash(dash);
        context.strokeRect(...place);
      }
    }
    context.setLineDash([]);
  };

  return {
    root,
    draw(selection, values, { unit, missing, signed }) {
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
      const colorMap = signed ? "diverging" : selection.colorMap;
      const left: ReadonlySet<number> = selection.hideSinks ? sinks : new Set();
      const hidden = hiddenCells(picture, left);
      const drawn = drawHeatMap({
        image: picture.image,
        grids: own ? picture.grids : [],
        values: own ?? new Float32Array(0),
        options: { ...selection, colorMap, hidden, range: values && sharedRange(pictures, values, { colorMap, left }) },
      });
      context.imageSmoothingQuality = "high";
      context.drawImage(canvasOf(drawn), 0, 0, width, picture.image.height * scale);
      const patches = allPatches[selection.picture] ?? [];
      if (!selection.hideSinks) markSinks(context, picture);
      outline(
        context,
        picture,
        patches.filter(({ token }) => selection.patches.has(token)),
      );
      if (cursor && document.activeElement === canvas) outline(context, picture, [cursor]);
      const length = Math.max(80, width - 110);
      const barContext = fitCanvas(bar, length, 8);
      const gradient = barContext.createLinearGradient(0, 0, length, 0);
      const ramp = mapRamp(colorMap);
      for (let i = 0; i <= gradientSteps; i++) {
        gradient.addColorStop(i / gradientSteps, hexColor(ramp(i / gradientSteps)));
      }
      barContext.globalAlpha = selection.opacity;
      barContext.fillStyle = gradient;
      barContext.fillRect(0, 0, length, 8);
      low.textContent = formatMapValue(drawn.range.min);
      high.textContent = formatMapValue(drawn.range.max);
      unitLine.textContent = own ? unit : missing;
      const shown = own?.map((value, cell) => (hidden.has(cell) ? 0 : value));
      const padding = shown ? paddingShare({ image: picture.image, grids: picture.grids, values: shown }) : 0;
      const count = hiddenCells(picture, sinks).size;
      noteLine.textContent = [
        padding >= 0.005 ? `${formatPercent(padding)} on padding` : "",
        count === 0 ? "" : `${count} ${count === 1 ? "sink" : "sinks"} ${selection.hideSinks ? "hidden" : "outlined"}`,
        picture.missing ? "picture not in this report" : "",
      ]
        .filter((note) => note !== "")
        .join(" · ");
    },
  };
}
