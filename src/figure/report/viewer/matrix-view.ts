/** @file The matrix of layers and heads: small maps or means; a click chooses. */
import { colorOf, defaultRange, hexColor } from "../../color-map.ts";
import { formatShare } from "../../figure-style.ts";
import { drawMapMosaic } from "../../matrix.ts";
import { visibleBox } from "../../../image/geometry.ts";
import { canvasOf, fitCanvas, make } from "./dom.ts";
import type { WorkingPicture } from "./working-picture.ts";
import type { Recording } from "./recording.ts";
import type { Selection, Store } from "./selection.ts";
import { lookUp } from "../../../tensor/look-up.ts";

export interface MatrixView {
  readonly root: HTMLElement;
  draw(selection: Selection): void;
}

/** Rows and columns of the grid that lie at least partly on the picture. */
function visibleCells({ grids, image }: WorkingPicture): { rows: number[]; cols: number[] } | null {
  const grid = grids[0];
  if (grids.length !== 1 || !grid) return null;
  const rows = Array.from({ length: grid.rows }, (_, row) => row);
  const cols = Array.from({ length: grid.cols }, (_, col) => col);
  const seen = (row: number, col: number): boolean => visibleBox(grid, { row, col }, image) !== undefined;
  return {
    rows: rows.filter((row) => cols.some((col) => seen(row, col))),
    cols: cols.filter((col) => rows.some((row) => seen(row, col))),
  };
}

const gutter = 26;
const meansWidth = 86;

interface MatrixLayout {
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly gap: number;
}

function layoutOf(size: { layers: number; heads: number; width: number; aspect: number }): MatrixLayout {
  const { layers, heads, width, aspect } = size;
  const cellWidth = Math.max(7, Math.min(76, Math.floor((width - gutter - meansWidth) / heads)));
  const cellHeight = Math.max(7, Math.min(76, Math.round(cellWidth / aspect), Math.floor(900 / layers)));
  return { cellWidth, cellHeight, gap: heads <= 8 ? 4 : 1 };
}

/** The view of the matrix. Recorded attention is needed. */
export function matrixView(
  recording: Recording,
  pictures: readonly WorkingPicture[],
  { store, said }: { readonly store: Store; readonly said: (sentence: string) => void },
): MatrixView {
  const { layers, heads, keptFrom } = recording.data.attention!;
  const canvas = make("canvas", {
    class: "matrix",
    attributes: {
      tabindex: "0",
      role: "application",
      "aria-roledescription": "matrix of layers and heads",
      "aria-label": "Layers and heads. Arrow keys choose a layer and a head.",
    },
  });
  const scroll = make("div", { class: "scroll", children: [canvas] });
  const note = make("p", { class: "small" });
  const root = make("div", { children: [scroll, note] });
  let layout: MatrixLayout = { cellWidth: 10, cellHeight: 10, gap: 1 };

  const choose = (layer: number, head: number): void => {
    store.set({ layer, head, map: null });
    const share = recording.imageShareMatrix(store.get().token)[layer * heads + head]!;
    said(`layer ${layers[layer]!}, head ${head}, share on the image ${formatShare(share)}`);
  };
  const inRange = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));
  canvas.addEventListener("click", (event) => {
    const bounds = canvas.getBoundingClientRect();
    const layer = Math.floor((event.clientY - bounds.top) / layout.cellHeight);
    const head = Math.floor((event.clientX - bounds.left - gutter) / layout.cellWidth);
    if (layer < 0 || layer >= layers.length || head < 0) return;
    if (head < heads) choose(layer, head);
    else store.set({ layer, head: null, map: null });
  });
  canvas.addEventListener("keydown", (event) => {
    const step = lookUp({ ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }, event.key);
    if (!step) return;
    const { layer, head } = store.get();
    const from = {
      layer: layer ?? layers.length - 1,
      head: head ?? (step[1]! < 0 ? heads : -1 * Number(step[1]! > 0)),
    };
    choose(inRange(from.layer + step[0]!, layers.length), inRange(from.head + step[1]!, heads));
    event.preventDefault();
  });

  const drawCells = (context: CanvasRenderingContext2D, selection: Selection, matrix: Float32Array): void => {
    const { cellWidth, cellHeight, gap } = layout;
    const picture = pictures[selection.picture];
    const seen = picture && selection.cells === "maps" ? visibleCells(picture) : null;
    const range = defaultRange(matrix, selection.colorMap);
    const place = (layer: number, head: number) =>
      [gutter + head * cellWidth, layer * cellHeight, cellWidth - gap, cellHeight - gap] as const;
    for (let at = 0; at < matrix.length; at++) {
      context.fillStyle = hexColor(colorOf(matrix[at]!, range, selection.colorMap));
      context.fillRect(...place(Math.floor(at / heads), at % heads));
    }
    if (!seen || !picture) return;
    const { rows, cols } = seen;
    const gridCols = picture.grids[0]!.cols;
    const mosaic = canvasOf(
      drawMapMosaic({
        layers: layers.length,
        heads,
        rows: rows.length,
        cols: cols.length,
        mapOf({ layer, head }) {
          const map = recording.attentionMap(selection.token, { layer, head });
          const valueOf = (token: number) =>
            selection.hideSinks && recording.sinks.has(token) ? 0 : (map?.[token] ?? 0);
          return map && rows.flatMap((row) => cols.map((col) => valueOf(picture.firstToken + row * gridCols + col)));
        },
        colorMap: selection.colorMap,
        range: null,
      }),
    );
    context.imageSmoothingEnabled = cellWidth < cols.length;
    context.imageSmoothingQuality = "high";
    for (let layer = keptFrom; layer < layers.length; layer++) {
      for (let head = 0; head < heads; head++) {
        const source = [head * cols.length, layer * rows.length, cols.length, rows.length] as const;
        context.drawImage(mosaic, ...source, ...place(layer, head));
      }
    }
  };

  return {
    root,
    draw(selection) {
      const picture = pictures[selection.picture];
      const seen = picture ? visibleCells(picture) : null;
      const aspect = selection.cells === "maps" && seen ? seen.cols.length / seen.rows.length : 1;
      layout = layoutOf({ layers: layers.length, heads, width: root.clientWidth || 480, aspect });
      const { cellWidth, cellHeight, gap } = layout;
      const matrix = recording.imageShareMatrix(selection.token);
      const context = fitCanvas(canvas, gutter + heads * cellWidth + meansWidth, layers.length * cellHeight + 20);
      drawCells(context, selection, matrix);
      const style = getComputedStyle(root);
      const color = (name: string): string => style.getPropertyValue(name).trim();
      context.font = `10.5px ${style.fontFamily}`;
      context.fillStyle = color("--ink-3");
      const every = (size: number): number => [1, 2, 4, 8, 16].find((step) => step * size >= 18) ?? 32;
      context.textAlign = "right";
      context.textBaseline = "middle";
      for (let layer = 0; layer < layers.length; layer += every(cellHeight)) {
        context.fillText(String(layers[layer]), gutter - 8, (layer + 0.5) * cellHeight - gap / 2);
      }
      context.textAlign = "center";
      for (let head = 0; head < heads; head += every(cellWidth)) {
        context.fillText(String(head), gutter + (head + 0.5) * cellWidth - gap / 2, layers.length * cellHeight + 10);
      }
      context.textAlign = "left";
      const means = layers.map((_, at) => recording.shares(selection.token, { layer: at, head: null })[0]!);
      const longest = Math.max(...means, 1e-9);
      for (const [at, mean] of means.entries()) {
        const middle = (at + 0.5) * cellHeight - gap / 2;
        const left = gutter + heads * cellWidth + 6;
        const height = Math.max(3, Math.min(12, cellHeight - 3));
        context.fillStyle = color("--image");
        context.globalAlpha = at === selection.layer ? 1 : 0.65;
        context.fillRect(left, middle - height / 2, (mean / longest) * 42, height);
        context.globalAlpha = 1;
        context.fillStyle = color(at === selection.layer ? "--ink" : "--ink-3");
        if (at % every(cellHeight) === 0 || at === selection.layer) {
          context.fillText(formatShare(mean), left + (mean / longest) * 42 + 5, middle);
        }
      }
      if (selection.map === null && selection.layer !== null) {
        const all = selection.head === null;
        const left = gutter + (selection.head ?? 0) * cellWidth - 1;
        const box = [
          left,
          selection.layer * cellHeight - 1,
          (all ? heads : 1) * cellWidth - gap + 2,
          cellHeight - gap + 2,
        ] as const;
        for (const [width, ink] of [
          [5, "#ffffff"],
          [2, "#191917"],
        ] as const) {
          context.lineWidth = width;
          context.strokeStyle = ink;
          context.strokeRect(...box);
        }
      }
      note.textContent =
        "Rows: layers, first at the top. Columns: heads. Bars: share of attention on the image, mean of the heads." +
        (selection.cells === "maps" && seen
          ? " Each map has its own scale."
          : " Color: share of attention on the image.");
    },
  };
}
