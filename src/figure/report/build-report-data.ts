/** @file From a run to the data of its report. */
import type { LensCell } from "../lens-figure.ts";
import { imageTokenCount } from "../map-field.ts";
import { headMean } from "../../methods/attention.ts";
import { lastQuestion } from "../../run/question.ts";
import { askedPicture } from "../../run/pictures.ts";
import type { Run, RunDescription } from "../../run/types.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import type { FloatTensor, Tensor } from "../../tensor/tensor.ts";
import { encodeBase64, encodeFloats } from "./base64.ts";
import { quantizedRowWriter } from "./quantization.ts";
import { shareGroups } from "./report-data.ts";
import type {
  ReportAttention,
  ReportData,
  ReportEvidence,
  ReportPicture,
  ReportSink,
  ReportStart,
  ReportWord,
} from "./report-data.ts";
import { reportMaps } from "./report-maps.ts";

export interface ReportOptions {
  /** Text of a vocabulary entry; entries that the run does not name are written "#id" without it. */
  readonly tokenText?: (id: number) => string | undefined;
  /** A data URL for the picture, in place of the original file: for other formats, or to make it smaller. */
  readonly pictureUrl?: (picture: number) => Promise<string | null>;
  /** Most bytes for the maps of single heads; maps of the first layers are left out beyond it. Default 24 MiB. */
  readonly perHeadBytes?: number;
  /** Words of the answer, for maps of several tokens. */
  readonly words?: readonly ReportWord[];
  /** Attention sinks. */
  readonly sinks?: readonly ReportSink[];
  /** Text against image, where the run holds exact relevancy. */
  readonly evidence?: ReportEvidence | null;
  /** What the report shows when it is opened. Default: the first word, the mean of the heads of the last layer. */
  readonly start?: ReportStart;
}

const defaultPerHeadBytes = 24 * 2 ** 20;
const browserPictures = new Set(["image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/avif"]);

function asFloats(tensor: Tensor, name: string): FloatTensor {
  if (tensor.type !== "f32") throw new Error(`run: tensor "${name}" must hold f32, got ${tensor.type}.`);
  return tensor;
}

async function floats(run: Run, name: string): Promise<FloatTensor> {
  return asFloats(await run.tensor(name), name);
}

/** The position that predicts each answer token, [T]. */
function predictingPositions({ answer }: RunDescription): number[] {
  return Array.from({ length: answer.end - answer.start }, (_, t) => answer.start + t - 1);
}

/** Positions of the image tokens that lie in a grid, [I], in order. */
function imagePositions({ tokens }: RunDescription): number[] {
  return tokens.flatMap((token, at) => (token.role === "image" && token.row !== undefined ? [at] : []));
}

interface RecordedLayer {
  readonly layer: number;
  /** Row of each answer token in the tensor, [T]. */
  readonly rows: readonly number[];
}

async function recordedLayers(run: Run, positions: readonly number[]): Promise<RecordedLayer[]> {
  const recorded: RecordedLayer[] = [];
  for (let layer = 0; layer < run.description.model.languageLayers; layer++) {
    const name = `language.attention.${layer}`;
    if (!run.tensors.has(name) || !run.tensors.has(`${name}.queries`)) continue;
    const queries = (await run.tensor(`${name}.queries`)).data;
    const rowOf = new Map(Array.from(queries, (position, row) => [position, row]));
    const rows = positions.map((position) => rowOf.get(position) ?? -1);
    if (rows.every((row) => row >= 0)) recorded.push({ layer, rows });
  }
  return recorded;
}

/** Which of `shareGroups` each position belongs to, [N]. */
function groupsOf({ tokens }: RunDescription): Uint8Array {
  const groupOfRole = { image: 0, question: 1, answer: 2, bos: 3, system: 3, template: 3, special: 3 } as const;
  return Uint8Array.from(tokens, ({ role }) => groupOfRole[role]);
}

async function attentionOf(run: Run, columns: readonly number[], budget: number): Promise<ReportAttention | null> {
  const { description } = run;
  const positions = predictingPositions(description);
  const recorded = await recordedLayers(run, positions);
  const count = description.tokens.length;
  if (recorded.length === 0 || positions.length === 0) return null;
  const heads = description.model.languageHeads;
  const keptLayers = Math.min(
    recorded.length,
    Math.floor(budget / Math.max(1, positions.length * heads * columns.length)),
  );
  const keptFrom = recorded.length - keptLayers;
  const perHead = quantizedRowWriter(positions.length * keptLayers * heads, columns.length);
  const mean = quantizedRowWriter(positions.length * recorded.length, columns.length);
  const shares = new Float32Array(positions.length * recorded.length * heads * shareGroups.length);
  const groups = groupsOf(description);
  for (const [at, { layer, rows }] of recorded.entries()) {
    const name = `language.attention.${layer}`;
    const attention = await floats(run, name);
    const queries = attention.dims[1]!;
    if (attention.dims[0] !== heads || attention.dims[2] !== count) {
      throw new Error(
        `run: tensor "${name}" must be [${heads}, queries, ${count}], got [${attention.dims.join(", ")}].`,
      );
    }
    for (const [t, row] of rows.entries()) {
      const maps = new Float32Array(heads * columns.length);
      for (let head = 0; head < heads; head++) {
        const begin = (head * queries + row) * count;
        const share = ((t * recorded.length + at) * heads + head) * shareGroups.length;
        for (let key = 0; key < count; key++) shares[share + groups[key]!]! += attention.data[begin + key]!;
        for (const [i, column] of columns.entries()) maps[head * columns.length + i] = attention.data[begin + column]!;
        if (at >= keptFrom) {
          const kept = (t * keptLayers + at - keptFrom) * heads + head;
          perHead.write(kept, maps.subarray(head * columns.length, (head + 1) * columns.length));
        }
      }
      mean.write(t * recorded.length + at, headMean(floatTensor([heads, columns.length], maps)).data);
    }
  }
  return {
    layers: recorded.map(({ layer }) => layer),
    heads,
    keptFrom,
    perHead: perHead.finish(),
    mean: mean.finish(),
    shares: encodeFloats(shares),
  };
}

function knownTexts({ tokens, answerTokens }: RunDescription): ReadonlyMap<number, string> {
  const alternatives = answerTokens.flatMap((token) => token.alternatives);
  return new Map([...tokens, ...alternatives].map(({ id, text }) => [id, text]));
}

async function lensOf(run: Run, tokenText: (id: number) => string): Promise<LensCell[][] | null> {
  const names = ["lens.positions", "lens.ids", "lens.logits", "lens.logsumexp"] as const;
  if (!names.every((name) => run.tensors.has(name))) return null;
  const [positions, ids, logits, sums] = await Promise.all(names.map((name) => run.tensor(name)));
  const [rows, places, best] = ids!.dims as [number, number, number];
  const fits = logits!.data.length === ids!.data.length && sums!.data.length === rows * places;
  if (!fits || positions!.data.length !== places) {
    throw new Error(
      `run: the lens tensors do not fit: ids [${ids!.dims.join(", ")}], logits [${logits!.dims.join(", ")}], logsumexp [${sums!.dims.join(", ")}].`,
    );
  }
  const columns = predictingPositions(run.description).map((position) => positions!.data.lastIndexOf(position));
  if (columns.some((column) => column < 0)) return null;
  return Array.from({ length: rows }, (_, row) =>
    columns.map((column) => {
      const at = row * places + column;
      return {
        text: tokenText(ids!.data[at * best]!),
        probability: Math.min(1, Math.exp(logits!.data[at * best]! - sums!.data[at]!)),
      };
    }),
  );
}

async function picturesOf(run: Run, { pictureUrl }: ReportOptions): Promise<ReportPicture[]> {
  const { images, tokens } = run.description;
  const pictures: ReportPicture[] = [];
  let firstToken = 0;
  for (const [index, { name, width, height, grids }] of images.entries()) {
    const count = tokens.filter(
      ({ role, image, row }) => role === "image" && image === index && row !== undefined,
    ).length;
    if (count !== imageTokenCount(grids)) {
      throw new Error(`run: picture ${index} has ${count} image tokens, but its grids hold ${imageTokenCount(grids)}.`);
    }
    let url: string | null = null;
    if (pictureUrl) url = await pictureUrl(index);
    else if (run.tensors.has(`image.${index}`)) {
      const { bytes, mediaType } = await askedPicture(run, index);
      if (browserPictures.has(mediaType)) url = `data:${mediaType};base64,${encodeBase64(bytes)}`;
    }
    pictures.push({ name, width, height, url, grids, firstToken });
    firstToken += count;
  }
  return pictures;
}

/**
 * Gathers the data of a report: attention of the rows that predict answer tokens, to the image tokens, for every recorded
 * layer and head, with shares on question, earlier answer and the rest; and rollout, exact relevancy and logit lens where
 * the run has them. Throws where a tensor of the run does not have the shape that its description needs.
 */
export async function buildReportData(run: Run, options: ReportOptions = {}): Promise<ReportData> {
  const { description } = run;
  const { model, answer } = description;
  const columns = imagePositions(description);
  const known = knownTexts(description);
  const tokenText = (id: number): string => options.tokenText?.(id) ?? known.get(id) ?? `#${id}`;
  return {
    start: options.start ?? null,
    question: lastQuestion(description),
    answer: description.answerText,
    model: {
      name: model.name,
      architecture: model.architecture,
      precision: model.precision,
      layers: model.languageLayers,
      heads: model.languageHeads,
    },
    program: description.program,
    created: description.created,
    tokens: description.tokens.slice(answer.start, answer.end).map(({ text, role }, t) => ({
      text,
      special: role === "special",
      probability: description.answerTokens[t]?.probability ?? 0,
      alternatives: (description.answerTokens[t]?.alternatives ?? []).map((each) => ({
        text: each.text,
        probability: each.probability,
      })),
    })),
    pictures: await picturesOf(run, options),
    attention: await attentionOf(run, columns, options.perHeadBytes ?? defaultPerHeadBytes),
    maps: await reportMaps(run, { columns, words: options.words ?? [] }),
    sinks: options.sinks ?? [],
    evidence: options.evidence ?? null,
    lens: await lensOf(run, tokenText),
  };
}
