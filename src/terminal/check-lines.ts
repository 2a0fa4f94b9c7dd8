/** @file A check of a model as lines for the terminal. */
import type { CheckReport, TensorGroup } from "../check/report-schema.ts";
import { formatBytes } from "../tensor/byte-size.ts";
import { printableLine } from "./printable.ts";
import { textTable } from "./text-table.ts";

/** Runs of ids that are shown; a long question has more. */
const shownRuns = 60;

/** Groups of tensors that are shown of a kind. */
const shownGroups = 12;

const number = (value: number): string => value.toLocaleString("en-US");

/** A number of parameters in the unit that people say: "7.06 B". */
function formatCount(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} B`;
  return value >= 1e6 ? `${(value / 1e6).toFixed(1)} M` : number(value);
}

function formatSeconds(value: number): string {
  if (value >= 90) return `${(value / 60).toFixed(1)} min`;
  return value >= 0.95 ? `${value.toFixed(value < 10 ? 1 : 0)} s` : `${Math.max(1, Math.round(value * 1000))} ms`;
}

function sourceLines({ model, source, architecture }: CheckReport): string[] {
  const place =
    source.kind === "folder"
      ? source.place
      : `on the hub, commit ${source.commit?.slice(0, 12)}, ${formatBytes(source.receivedBytes ?? 0)} fetched`;
  const lines = [`${model}  (${place})`];
  if (architecture === null) return lines;
  const { name, vision, language } = architecture;
  return [
    ...lines,
    "",
    "Architecture",
    ...textTable([
      ["family", name],
      ["vision tower", `${vision.layers} layers, ${number(vision.width)} wide, ${vision.heads} heads`],
      [
        "language model",
        `${language.layers} layers, ${number(language.width)} wide, ${language.heads} heads (${language.keyValueHeads} of keys and values), vocabulary ${number(language.vocabulary)}, up to ${number(language.maxPositions)} tokens`,
      ],
    ]),
  ];
}

function parameterLines({ parameters }: CheckReport): string[] {
  if (parameters === null) return [];
  const { total, vision, projector, language, head } = parameters;
  return [
    "",
    `Parameters  ${formatCount(total)} (${number(total)})`,
    ...textTable([
      ["vision tower", formatCount(vision)],
      ["projector", formatCount(projector)],
      ["language model", formatCount(language)],
      ["output head", head === 0 ? "shares the embeddings" : formatCount(head)],
    ]),
  ];
}

function groupLines(title: string, groups: readonly TensorGroup[]): string[] {
  if (groups.length === 0) return [];
  const rows = groups.slice(0, shownGroups).map(({ pattern, count }) => [`  ${printableLine(pattern)}`, `${count}`]);
  const more = groups.length - shownGroups;
  return [`  ${title}`, ...textTable(rows), ...(more > 0 ? [`    and ${more} more groups`] : [])];
}

function weightLines({ weights }: CheckReport): string[] {
  if (weights === null || weights.from === "nothing") return [];
  const { files, types, bytes, read, missing, otherShape, unused, leftOut } = weights;
  const size = bytes === null ? "names alone, from the index" : formatBytes(bytes);
  return [
    "",
    `Weights  ${files} ${files === 1 ? "file" : "files"}, ${size}`,
    ...textTable(types.map(({ type, tensors, bytes }) => [type, `${tensors} tensors`, formatBytes(bytes)])),
    `  ${read} tensors are read${leftOut === 0 ? "" : `, ${leftOut} are buffers or lie behind the features`}`,
    ...groupLines("Missing", missing),
    ...groupLines("Of another shape than config.json gives", otherShape),
    ...groupLines("Not used", unused),
  ];
}

function pictureLines({ pictures, processor }: CheckReport): string[] {
  if (pictures === null) return [];
  const lines = ["", `Pictures  ${processor?.type ?? ""}`];
  for (const { name, width, height, imageTokens, promptTokens, towerInputs, grids } of pictures) {
    const behind = promptTokens === imageTokens ? "" : ` in memory behind the sequence, ${promptTokens} in the prompt`;
    const inputs = new Map<string, number>();
    for (const { dims, tokens } of towerInputs) {
      const shape = `[${dims.join(", ")}] (${number(tokens)} tokens)`;
      inputs.set(shape, (inputs.get(shape) ?? 0) + 1);
    }
    const given = [...inputs].map(([shape, count]) => (count === 1 ? shape : `${count} x ${shape}`)).join(", ");
    lines.push(
      `  ${name === null ? "a picture" : printableLine(name)} of ${width} x ${height}: ${number(imageTokens)} image tokens${behind}`,
      `    the tower gets ${given}`,
      ...grids.map(({ rows, cols, box }) => {
        const [left, top, boxWidth, boxHeight] = [box.left, box.top, box.width, box.height].map((value) =>
          Number(value.toFixed(1)),
        );
        return `    grid of ${rows} x ${cols} on ${boxWidth} x ${boxHeight} pixels at ${left}, ${top}`;
      }),
    );
  }
  return lines;
}

function promptLines({ prompt }: CheckReport): string[] {
  if (prompt === null) return [];
  const { text, hasTemplate, tokens, imageTokens, ids } = prompt;
  const runs = ids
    .slice(0, shownRuns)
    .map(({ id, text, count }) => `${id} ${JSON.stringify(text)}${count === 1 ? "" : ` x ${count}`}`);
  const more = ids.length - shownRuns;
  return [
    "",
    `Prompt  ${number(tokens)} tokens, ${number(imageTokens)} of them image tokens`,
    ...(hasTemplate
      ? []
      : ["  There is no chat template that can be used; a raw prompt stands for it, so ask with --messages FILE."]),
    `  ${JSON.stringify(text)}`,
    `  ${runs.join(", ")}${more > 0 ? `, and ${more} more` : ""}`,
  ];
}

const workNames = { ask: "ask", explain: "explain", relevancy: "explain, relevancy of a token" } as const;

function forecastLines({ forecast }: CheckReport): string[] {
  if (forecast === null) return [];
  const { works, speed, availableBytes, answerTokens, widenedCopyBytes } = forecast;
  const rows = works.map(({ precision, held, work, memory, seconds }) => [
    `${precision}${held === "F32" ? "" : ` (${held} as stored)`}`,
    workNames[work],
    formatBytes(memory.total),
    `${formatBytes(memory.weights)} weights, ${formatBytes(memory.cache)} cache, ${formatBytes(memory.activations)} activations, ${formatBytes(memory.recorded)} recorded`,
    ...(seconds === null ? [] : [formatSeconds(seconds.total)]),
  ]);
  const measured =
    speed === null
      ? []
      : [
          `  Times are a forecast from ${(2 * speed.multiplicationsPerSecond * 1e-9).toFixed(0)} GFLOPS and ${(speed.bytesPerSecond * 1e-9).toFixed(1)} GB/s, measured here just now; they can be wrong by a factor of two, on a busy machine by more.`,
        ];
  return [
    "",
    `Cost of an answer of ${answerTokens} tokens${availableBytes === null ? "" : ` (${formatBytes(availableBytes)} of memory are available)`}`,
    ...textTable([["precision", "work", "memory", "of it", ...(speed === null ? [] : ["time"])], ...rows]),
    ...measured,
    ...(widenedCopyBytes === 0 ? [] : [`  f32 writes a widened copy of ${formatBytes(widenedCopyBytes)} once.`]),
  ];
}

/** The lines of a report. Texts of the model's files are made safe for a terminal. */
export function checkLines(report: CheckReport): string[] {
  const { notChecked, warnings } = report;
  return [
    ...sourceLines(report),
    ...parameterLines(report),
    ...weightLines(report),
    ...pictureLines(report),
    ...promptLines(report),
    ...forecastLines(report),
    ...(notChecked.length === 0 ? [] : ["", "Not checked"]),
    ...notChecked.map(({ part, reason }) => `  ${part}: ${printableLine(reason)}`),
    ...(warnings.length === 0 ? [] : ["", "Warnings"]),
    ...warnings.map((warning) => `  ${printableLine(warning)}`),
  ];
}
