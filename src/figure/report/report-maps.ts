/** @file The maps of a report that have no layers or heads: rollout, relevancy and the other methods by gradient. */
import { headMean } from "../../methods/attention.ts";
import { explainedBy } from "../../run/explained.ts";
import type { Run, RunDescription } from "../../run/types.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import type { FloatTensor } from "../../tensor/tensor.ts";
import { quantizedRowWriter } from "./quantization.ts";
import type { ReportMap, ReportWord } from "./report-data.ts";

interface MapKind {
  /** Name of the tensor. */
  readonly name: string;
  /** The method that `methods` of the run describes. */
  readonly method: string;
  readonly label: string;
  readonly subject: string;
  readonly detail: string;
  readonly unit: string;
  /** True for [T, N], false for [T, image tokens]. */
  readonly wide: boolean;
  readonly signed?: boolean;
}

const relevancyParts = [
  ["language", "language model"],
  ["vision", "vision tower"],
  ["combined", "combined"],
  ["combined2", "combined, second way"],
] as const;

const relevancyKinds = (["exact", "reference"] as const).flatMap((variant) =>
  relevancyParts.map(([part, words]): MapKind => ({
    name: `relevancy.${variant}.${part}`,
    method: "relevancy",
    label: `Relevancy, ${variant}: ${words}`,
    subject: "Relevancy",
    detail: `${variant}, ${part.startsWith("combined") ? `language model and vision tower ${words}` : words}`,
    unit: "relevancy, no unit",
    wide: part === "language",
  })),
);

const mapKinds: readonly MapKind[] = [
  {
    ...{ name: "rollout", method: "rollout", label: "Rollout", subject: "Rollout", detail: "all layers and heads" },
    ...{ unit: "rollout, no unit", wide: true },
  },
  ...relevancyKinds,
  {
    ...{ name: "gradient-rollout", method: "gradient-rollout", label: "Gradient rollout", subject: "Gradient rollout" },
    ...{ detail: "all layers and heads", unit: "attention x gradient rollout, no unit", wide: true },
  },
  {
    ...{
      name: "grad-cam",
      method: "grad-cam",
      label: "Grad-CAM",
      subject: "Grad-CAM",
      detail: "last layer, all heads",
    },
    ...{ unit: "Grad-CAM, no unit", wide: false },
  },
  {
    ...{ name: "lrp.language", method: "lrp", label: "LRP: language model", subject: "LRP" },
    ...{ detail: "at the input of the language model", unit: "relevance, in logits", wide: true, signed: true },
  },
  {
    ...{ name: "lrp.vision", method: "lrp", label: "LRP: vision tower", subject: "LRP" },
    ...{ detail: "at the input of the vision tower", unit: "relevance, in logits", wide: false, signed: true },
  },
];

/** The columns of a row [T, N] or [T, I] at the image tokens, as a map. */
function columnsAt(tensor: FloatTensor, row: number, columns: readonly number[]): Float32Array {
  const width = tensor.dims[1]!;
  return Float32Array.from(columns, (column) => tensor.data[row * width + column]!);
}

/** The map of a word: the mean of its tokens', but for the published tool's language maps, whose sizes grow from token to token. */
function wordMap(maps: readonly Float32Array[], isPublished: boolean): Float32Array {
  if (isPublished) return maps.at(-1)!.map((value) => value / maps.length);
  const [length] = [maps[0]!.length];
  return headMean(floatTensor([maps.length, length], Float32Array.from(maps.flatMap((map) => Array.from(map))))).data;
}

/**
 * Every such map that a run holds, for its explained tokens and for words of several of them. `words` are the words of the answer; the
 * reference variant has its own.
 */
export async function reportMaps(
  run: Run,
  { columns, words }: { columns: readonly number[]; words: readonly ReportWord[] },
): Promise<ReportMap[]> {
  const maps: ReportMap[] = [];
  for (const kind of mapKinds) {
    if (run.tensors.has(kind.name)) maps.push(await reportMap(run, kind, { columns, words }));
  }
  return maps;
}

async function reportMap(
  run: Run,
  kind: MapKind,
  { columns, words }: { columns: readonly number[]; words: readonly ReportWord[] },
): Promise<ReportMap> {
  const { name, method, label, subject, detail, unit, wide, signed = false } = kind;
  const tensor = await checkedTensor(run, { name, width: wide ? run.description.tokens.length : columns.length });
  const { tokens, target, referenceWords } = explainedBy(run.description, method);
  const isReference = name.startsWith("relevancy.reference.");
  const shown = referenceWords.map((word) => ({ ...word, text: word.text.replaceAll("\u2581", " ").trim() }));
  const explained = new Set(tokens);
  const long = (isReference ? shown : words).filter(
    (word) => word.tokens.length > 1 && word.tokens.every((token) => explained.has(token)),
  );
  const picked = wide ? columns : columns.map((_, i) => i);
  const writer = quantizedRowWriter(tokens.length + long.length, columns.length, signed ? "signed" : "positive");
  for (const [row, token] of tokens.entries()) writer.write(row, columnsAt(tensor, token, picked));
  for (const [i, word] of long.entries()) {
    const own = word.tokens.map((token) => columnsAt(tensor, token, picked));
    writer.write(tokens.length + i, wordMap(own, isReference && wide));
  }
  return {
    ...{ name, label, subject, detail, unit, rows: writer.finish() },
    target: method === "rollout" ? null : target,
    tokens,
    words: long,
  };
}

async function checkedTensor(run: Run, { name, width }: { name: string; width: number }): Promise<FloatTensor> {
  const { answer }: RunDescription = run.description;
  const count = answer.end - answer.start;
  const tensor = await run.tensor(name);
  if (tensor.type !== "f32") throw new Error(`run: tensor "${name}" must hold f32, got ${tensor.type}.`);
  if (tensor.dims[0] !== count || tensor.dims[1] !== width) {
    throw new Error(`run: tensor "${name}" must be [${count}, ${width}], got [${tensor.dims.join(", ")}].`);
  }
  return tensor;
}
