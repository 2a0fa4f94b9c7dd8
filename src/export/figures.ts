/** @file The figures of a selection beside its maps, as SVG documents. */
import { heatMapDefaults } from "../figure/heat-map.ts";
import type { FigureFrame } from "../figure/figure-header.ts";
import type { FigureLayout, FigureLook } from "../figure/figure-layout.ts";
import { lensFigure } from "../figure/lens-figure.ts";
import { matrixFigure } from "../figure/matrix-figure.ts";
import { lastQuestion } from "../run/question.ts";
import { targetText } from "../figure/target-text.ts";
import { textImageFigure } from "../figure/text-image-figure.ts";
import { explainedBy } from "../run/explained.ts";
import type { Run } from "../run/types.ts";
import { evidenceOfTokens, strongestInputs, type TextAgainstImage } from "../findings/evidence.ts";
import { whatText } from "./describe-selection.ts";
import { imageAttentionMatrix, lensOfAnswer } from "./maps.ts";
import type { Selection } from "./selection.ts";
import { vocabularyTexts } from "../run/vocabulary.ts";

/** A figure and what its file is called beside the others. */
export interface NamedFigure {
  readonly kind: "map" | "layers-heads" | "lens-table" | "text-against-image";
  /** Index of the picture that a map lies on, if the run has several. */
  readonly picture?: number;
  readonly svg: string;
}

/** What stands above and below every figure of a run. */
export function frameOf(
  run: Run,
  { subject, detail, layout }: Pick<FigureFrame, "subject" | "detail"> & { readonly layout: FigureLayout },
): FigureFrame {
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
    layout,
    question: lastQuestion(run.description),
    answer: answerText,
    provenance: parts.filter((part) => part !== "").join(" · "),
  };
}

/** The matrix of layers and heads: attention on the pictures, with the selected place marked. */
export async function matrixOfSelection(run: Run, selection: Selection, look: FigureLook): Promise<NamedFigure> {
  const { layers, heads, values } = await imageAttentionMatrix(run, selection.group.tokens);
  const { languageLayers } = run.description.model;
  const spread = new Float32Array(languageLayers * heads);
  for (const [i, layer] of layers.entries()) spread.set(values.subarray(i * heads, (i + 1) * heads), layer * heads);
  const { method, layer, head } = selection;
  const selected = method === "attention" && layer !== undefined && typeof head === "number" ? { layer, head } : null;
  const svg = matrixFigure(
    {
      ...frameOf(run, {
        layout: look.layout,
        subject: "Attention",
        detail: `on the image, every layer and head, ${whatText(run.description, { ...selection, method: "rollout" })}`,
      }),
      matrix: { layers: languageLayers, heads, values: spread },
      colorMap: heatMapDefaults.colorMap,
      selected,
      unit: "attention summed over the image tokens",
      note: layers.length < languageLayers ? "layers that were not recorded are 0" : undefined,
    },
    look.painter,
  );
  return { kind: "layers-heads", svg };
}

/** The table of the logit lens over the answer. */
export async function lensTableFigure(run: Run, look: FigureLook): Promise<NamedFigure> {
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
      ...frameOf(run, {
        layout: look.layout,
        subject: "Logit lens",
        detail: "the token that each layer would say, at each answer token",
      }),
      table: { tokens: tokens.slice(answer.start, answer.end).map(({ text }) => text), rows },
    },
    look.painter,
  );
  return { kind: "lens-table", svg };
}

/** Text against image of every explained token, and the inputs behind the selection's. */
export async function evidenceFigure(
  run: Run,
  selection: Selection,
  { against, look }: { against: TextAgainstImage; look: FigureLook },
): Promise<NamedFigure> {
  const { description } = run;
  const { tokens, text } = selection.group;
  const inputs = strongestInputs(await evidenceOfTokens(run, tokens), description);
  const { target } = explainedBy(description, "relevancy");
  const many = tokens.length > 1 ? `, mean of ${tokens.length} tokens` : "";
  const svg = textImageFigure(
    {
      ...frameOf(run, {
        layout: look.layout,
        subject: description.images.length > 0 ? "Text against image" : "Words behind the answer",
        detail: `exact relevancy, language model, ${targetText(target, text)}${many}`,
      }),
      // Without a picture nothing of any token lies on it.
      tokens: (description.images.length > 0 ? against.tokens : []).map(({ tokens: [token], evidence }) => ({
        text: description.tokens[description.answer.start + token!]!.text,
        imagePart: evidence.imagePart,
        selected: tokens.includes(token!),
      })),
      inputs: inputs.map(({ label, relevancy, patch }) => ({ label, relevancy, isPatch: patch !== null })),
      chosen: text,
    },
    look.painter,
  );
  return { kind: "text-against-image", svg };
}
