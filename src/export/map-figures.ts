/** @file The maps of a selection on the pictures, as SVG documents. */
import { drawHeatMap, heatMapDefaults, mapRange, paddingShare } from "../figure/heat-map.ts";
import { topNote, unseenNote } from "../figure/map-notes.ts";
import { formatShare } from "../figure/figure-style.ts";
import { overlayFigure } from "../figure/overlay-figure.ts";
import { outlineOf, patchGeometry, scaledSegment, type PatchGeometry } from "../figure/patch-geometry.ts";
import { defaultTopShare, topPatches } from "../figure/top-patches.ts";
import type { FigureLook } from "../figure/figure-layout.ts";
import { visibleBox } from "../image/geometry.ts";
import type { Box, GridPlacement } from "../image/types.ts";
import { mapRow, methodRow, unitPerPatch } from "../run/maps.ts";
import { defaultGridChoice, drawnGrids, overviewOf, type GridChoice } from "../run/grids.ts";
import { imageTokens } from "../run/positions.ts";
import type { Run, RunImage } from "../run/types.ts";
import { hiddenTokens, imageSinks, type ImageSink } from "../findings/sinks.ts";
import { placeText, whatText } from "./describe-selection.ts";
import { frameOf, type NamedFigure } from "./figures.ts";
import { selectionMap } from "./maps.ts";
import { decodedPicture } from "./picture-pixels.ts";
import { encodePng } from "./raster.ts";
import { mapNameOf, type Selection } from "./selection.ts";

/** The part of a map that lies on one picture: a value per cell of the grids that are drawn. */
interface PictureMap {
  readonly image: number;
  readonly picture: RunImage;
  readonly grids: readonly GridPlacement[];
  readonly geometry: PatchGeometry;
  readonly values: Float32Array;
  /** Sums of the tokens without a place, and of the grids that are not drawn; how many of the former there are. */
  readonly placeless: number;
  readonly placelessCount: number;
  readonly undrawn: number;
  /** Cells that are sinks, as indices of `values`. */
  readonly sinks: ReadonlySet<number>;
}

interface MapParts {
  /** One number per image token of the run. */
  readonly map: Float32Array;
  readonly sinks: readonly ImageSink[];
  readonly choice: GridChoice;
}

function pictureMaps({ description }: Run, { map, sinks, choice }: MapParts): PictureMap[] {
  const sinkTokens = hiddenTokens(sinks);
  const tokens = imageTokens(description);
  return description.images.map((picture, image) => {
    const drawn = drawnGrids(picture, choice);
    const own = tokens.flatMap((token, i) => (token.image === image ? [{ token: i, cell: token.cell }] : []));
    const cells = own.filter(({ cell }) => cell !== undefined && drawn.includes(cell.grid));
    const placeless = own.filter(({ cell }) => cell === undefined);
    const sum = (of: typeof own): number => of.reduce((total, { token }) => total + map[token]!, 0);
    return {
      image,
      picture,
      grids: drawn.map((grid) => picture.grids[grid]!),
      geometry: patchGeometry({ picture, imageTokens: tokens, image, choice }),
      values: Float32Array.from(cells, ({ token }) => map[token]!),
      placeless: sum(placeless),
      placelessCount: placeless.length,
      undrawn: sum(own) - sum(cells) - sum(placeless),
      sinks: new Set(cells.flatMap(({ token }, cell) => (sinkTokens.has(token) ? [cell] : []))),
    };
  });
}

/** The cells of sinks in pixels of a picture that was scaled to `width`. */
function sinkBoxes({ picture, grids, sinks }: PictureMap, width: number): Box[] {
  const cells = grids.flatMap((grid) => Array.from({ length: grid.rows * grid.cols }, (_, cell) => ({ grid, cell })));
  const scale = width / picture.width;
  return [...sinks].flatMap((index) => {
    const { grid, cell } = cells[index]!;
    const box = visibleBox(grid, { row: Math.floor(cell / grid.cols), col: cell % grid.cols }, picture);
    if (box === undefined) return [];
    return [scaledBox(box, scale)];
  });
}

function scaledBox({ left, top, width, height }: Box, across: number, down = across): Box {
  return { left: left * across, top: top * down, width: width * across, height: height * down };
}

/** The map of the selection on each picture, all on one scale; none without a picture. */
export async function mapFigures(run: Run, selection: Selection, look: FigureLook): Promise<NamedFigure[]> {
  const { images } = run.description;
  if (images.length === 0) return [];
  const { grids: choice = defaultGridChoice } = selection;
  const [all, sinks] = [await selectionMap(run, selection), await imageSinks(run)];
  const maps = pictureMaps(run, { map: all, sinks, choice });
  const hiddenSinks = selection.hideSinks ? hiddenTokens(sinks) : new Set<number>();
  const map = mapNameOf(selection);
  const { signed, smooth } = mapRow(map);
  const colorMap = signed ? "diverging" : heatMapDefaults.colorMap;
  const hiddenOf = ({ sinks }: PictureMap) => (selection.hideSinks ? sinks : new Set<number>());
  const max = Math.max(
    ...maps.map((each) => {
      const options = { colorMap, hidden: hiddenOf(each) };
      return mapRange({ image: each.picture, grids: each.grids, values: each.values, options }).max;
    }),
  );
  const figures: NamedFigure[] = [];
  for (const each of maps) {
    const { image, picture, values, geometry } = each;
    const which = images.length > 1 ? `, picture ${image + 1} of ${images.length}` : "";
    const drawn = await decodedPicture(run, image);
    const [across, down] = [drawn.width / picture.width, drawn.height / picture.height];
    const heatMap = drawHeatMap({
      image: drawn,
      grids: each.grids.map((grid) => ({ ...grid, box: scaledBox(grid.box, across, down) })),
      values,
      options: {
        colorMap,
        range: { min: signed ? -max : 0, max },
        // Lens values exist at tokens alone, so nothing is drawn between them.
        smooth,
        hidden: hiddenOf(each),
        overlap: choice === "finest" ? "finest" : "mean",
      },
    });
    const scale = heatMap.width / picture.width;
    const share = smooth ? defaultTopShare : 0;
    const top = topPatches({ geometry, values: all, share, hidden: hiddenSinks });
    const svg = await overlayFigure(
      {
        ...frameOf(run, {
          layout: look.layout,
          subject: methodRow(selection.method).name,
          detail: `${placeText(selection)}, ${whatText(run.description, selection)}${which}`,
        }),
        heatMap,
        marks: selection.hideSinks ? [] : sinkBoxes(each, heatMap.width),
        outline: outlineOf(geometry, top).map((line) => scaledSegment(line, scale)),
        unseen: geometry.unseen.map((box) => scaledBox(box, scale)),
        colorMap,
        opacity: heatMapDefaults.opacity,
        fades: heatMapDefaults.fades,
        unit: unitPerPatch(map),
        note: noteOf(selection, each, images.length > 1),
      },
      { painter: look.painter, encodePng },
    );
    figures.push({ kind: "map", picture: images.length > 1 ? image : undefined, svg });
  }
  return figures;
}

function sinkNote({ size }: ReadonlySet<number>, hidden: boolean): string {
  if (size === 0) return "";
  return `${size} ${size === 1 ? "sink" : "sinks"} ${hidden ? "hidden (hatched)" : "outlined"}`;
}

function noteOf({ hideSinks, ...choice }: Selection, map: PictureMap, several: boolean): string | undefined {
  const { picture, grids, sinks } = map;
  const values = map.values.map((value, cell) => (hideSinks && sinks.has(cell) ? 0 : value));
  const padding = paddingShare({ image: picture, grids, values });
  const sum = values.reduce((total, value) => total + value, 0);
  const { isShare, smooth } = mapRow(mapNameOf(choice));
  const amount = (share: number) => formatShare(isShare ? sum * share : share);
  const notes = [
    isShare ? `on ${several ? "this" : "the"} picture: ${amount(1 - padding)} of 1` : "",
    padding >= 0.005 && smooth ? `on padding: ${amount(padding)}${isShare ? "" : " of the map"}` : "",
    ...(smooth ? unplaced(map, isShare ? 1 : sum + map.placeless + map.undrawn, isShare) : []),
    overlapNote(picture, choice.grids),
    sinkNote(sinks, hideSinks),
    topNote(smooth ? defaultTopShare : 0),
    unseenNote(picture, picture.grids),
  ].filter((note) => note !== "");
  return notes.length === 0 ? undefined : notes.join("; ");
}

/** The parts of a map on tokens that are not drawn, as shares of a whole. */
function unplaced({ placeless, placelessCount, undrawn }: PictureMap, whole: number, isShare: boolean): string[] {
  const amount = (part: number) => `${formatShare(part / whole)}${isShare ? "" : " of the map"}`;
  const tokens = placelessCount === 1 ? "token" : "tokens";
  return [
    placelessCount > 0 && whole > 0 ? `on ${placelessCount} ${tokens} without a place: ${amount(placeless)}` : "",
    undrawn > 0 && whole > 0 ? `on tiles that are not drawn: ${amount(undrawn)}` : "",
  ];
}

/** What is drawn if several grids see one place; empty if none do. */
function overlapNote(picture: RunImage, choice: GridChoice = defaultGridChoice): string {
  if (overviewOf(picture) === undefined) return "";
  return { each: "mean of overview and tiles", finest: "finest grid", overview: "overview only" }[choice];
}
