/** @file The figures of a selection, as SVG documents. */

import { decodeImage } from "../../image/decode.ts";
import { drawHeatMap, heatMapDefaults, mapRange, paddingShare } from "../../figure/heat-map.ts";
import { formatShare } from "../../figure/figure-style.ts";
import type { FigureFrame } from "../../figure/figure-header.ts";
import { lensFigure } from "../../figure/lens-figure.ts";
import { matrixFigure } from "../../figure/matrix-figure.ts";
import { overlayFigure } from "../../figure/overlay-figure.ts";
import { questionOf } from "../../figure/report/build-report-data.ts";
import type { TextPainter } from "../../figure/text-painter.ts";
import { splitByImage } from "../../methods/map.ts";
import { imageTokens } from "../../run/positions.ts";
import type { GridPlacement, RgbImage } from "../../image/types.ts";
import type { Run, RunImage } from "../../run/types.ts";
import { imageAttentionMatrix, lensOfAnswer, selectionMap } from "./maps.ts";
import { encodePng } from "./raster.ts";
import type { Selection } from "./selection.ts";
import { vocabularyTexts } from "./vocabulary.ts";

/** A figure and what its file is called beside the others. */
export interface NamedFigure {
  readonly kind: "map" | "layers-heads" | "lens-table";
  /** Index of the picture that a map lies on, where the run has several. */
  readonly picture?: number;
  readonly svg: string;
}

const units = {
  attention: "attention weight per image token",
  rollout: "rollout per image token",
  lens: "probability of the token, read at each image token",
} as const;

const subjects = { attention: "Attention", rollout: "Rollout", lens: "Logit lens" } as const;

/** "layer 3, head 5": where in the language model the numbers come from. */
export function placeText(selection: Selection): string {
  if (selection.method === "rollout") return "all layers and heads";
  if (selection.method === "lens") return `output of layer ${selection.layer}`;
  return `layer ${selection.layer}, ${selection.head === "mean" ? "mean of the heads" : `head ${selection.head}`}`;
}

function whatText(selection: Selection): string {
  const { text, tokens } = selection.group;
  const many = tokens.length > 1 ? `, mean of ${tokens.length} tokens` : "";
  if (selection.method === "lens") return `how likely “${text}” is at each image token${many}`;
  return `from ${tokens.length > 1 ? "the positions that predict" : "the position that predicts"} “${text}”${many}`;
}

function frameOf(run: Run, { subject, detail }: Pick<FigureFrame, "subject" | "detail">): FigureFrame {
  const { model, program, images, created, answerText } = run.description;
  const names = images.map(({ name }) => name).join(", ");
  const parts = [
    `${model.name} (${model.architecture}, ${model.precision})`,
    names,
    created.slice(0, 10),
    `lvlm-interpret ${program}`,
  ];
  return {
    subject,
    detail,
    question: questionOf(run.description),
    answer: answerText,
    provenance: parts.filter((part) => part !== "").join(" · "),
  };
}

/** The map of the selection on each picture, all on one scale. */
export async function mapFigures(run: Run, selection: Selection, painter: TextPainter): Promise<NamedFigure[]> {
  const { images } = run.description;
  const tokens = imageTokens(run.description);
  if (images.length === 0 || tokens.length === 0) {
    throw new Error("The run has no picture, so there is no map to draw; export it as csv, json or html.");
  }
  const map = await selectionMap(run, selection);
  const placed = tokens.flatMap(({ cell }, i) => (cell === undefined ? [] : [i]));
  const maps = splitByImage(
    placed.map((i) => map[i]!),
    placed.map((i) => tokens[i]!.image),
  );
  const max = Math.max(
    ...maps.map(({ image, values }) => {
      const picture = images[image]!;
      return mapRange({ image: picture, grids: picture.grids, values }).max;
    }),
  );
  const figures: NamedFigure[] = [];
  for (const { image, values } of maps) {
    const picture = images[image]!;
    const which = images.length > 1 ? `, picture ${image + 1} of ${images.length}` : "";
    const frame = frameOf(run, {
      subject: subjects[selection.method],
      detail: `${placeText(selection)}, ${whatText(selection)}${which}`,
    });
    const { grids } = picture;
    const svg = await overlayFigure(
      {
        ...frame,
        heatMap: drawHeatMap({
          image: await originalPicture(run, image),
          grids,
          values,
          // What the lens reads at a token is no surface between the tokens.
          options: { range: { min: 0, max }, smooth: selection.method !== "lens" },
        }),
        colorMap: heatMapDefaults.colorMap,
        opacity: heatMapDefaults.opacity,
        unit: units[selection.method],
        note: noteOf(selection, { picture, values, several: images.length > 1 }),
      },
      { painter, encodePng },
    );
    figures.push({ kind: "map", picture: images.length > 1 ? image : undefined, svg });
  }
  return figures;
}

function noteOf(
  { method }: Selection,
  { picture, values, several }: { picture: RunImage; values: Float32Array; several: boolean },
): string | undefined {
  const padding = paddingShare({ image: picture, grids: picture.grids, values });
  const cut = isCut(picture) ? "; the model does not see all of the picture" : "";
  if (method === "lens") return cut === "" ? undefined : cut.slice(2);
  const sum = values.reduce((total, value) => total + value, 0);
  const onPadding = padding >= 0.005 ? `, on padding: ${formatShare(sum * padding)}` : "";
  return `on ${several ? "this" : "the"} picture: ${formatShare(sum * (1 - padding))} of 1${onPadding}${cut}`;
}

/** True where no grid covers the whole picture, so that the model does not see a part of it. A part of a pixel does not count. */
function isCut({ width, height, grids }: RunImage): boolean {
  const covers = ({ box }: GridPlacement): boolean =>
    box.left < 1 && box.top < 1 && box.left + box.width > width - 1 && box.top + box.height > height - 1;
  return !grids.some(covers);
}

/** The picture as it was given. */
async function originalPicture(run: Run, image: number): Promise<RgbImage> {
  const { data } = await run.tensor(`image.${image}`);
  return (await decodeImage(data as Uint8Array, { name: `picture ${image} of the run` })).image;
}

/** The matrix of layers and heads: attention on the pictures, with the selected place marked. */
export async function matrixOfSelection(run: Run, selection: Selection, painter: TextPainter): Promise<NamedFigure> {
  const { layers, heads, values } = await imageAttentionMatrix(run, selection.group.tokens);
  const { languageLayers } = run.description.model;
  const spread = new Float32Array(languageLayers * heads);
  for (const [i, layer] of layers.entries()) spread.set(values.subarray(i * heads, (i + 1) * heads), layer * heads);
  const selected =
    selection.method === "attention" && selection.head !== "mean"
      ? { layer: selection.layer, head: selection.head }
      : null;
  const svg = matrixFigure(
    {
      ...frameOf(run, {
        subject: "Attention",
        detail: `on the image, every layer and head, ${whatText({ ...selection, method: "rollout" })}`,
      }),
      matrix: { layers: languageLayers, heads, values: spread },
      colorMap: heatMapDefaults.colorMap,
      selected,
      unit: "attention summed over the image tokens",
      note: layers.length < languageLayers ? "layers that were not recorded are 0" : undefined,
    },
    painter,
  );
  return { kind: "layers-heads", svg };
}

/** The table of the logit lens over the answer. */
export async function lensTableFigure(run: Run, painter: TextPainter): Promise<NamedFigure> {
  const { tokens, answer } = run.description;
  const texts = vocabularyTexts(run.description);
  const columns = await lensOfAnswer(run);
  const rows = (columns[0] ?? []).map((_, row) =>
    columns.map((column) => {
      const best = column[row]![0]!;
      return { text: texts(best.id), probability: Math.min(1, best.probability) };
    }),
  );
  const svg = lensFigure(
    {
      ...frameOf(run, { subject: "Logit lens", detail: "the token that each layer would say, at each answer token" }),
      table: { tokens: tokens.slice(answer.start, answer.end).map(({ text }) => text), rows },
    },
    painter,
  );
  return { kind: "lens-table", svg };
}
