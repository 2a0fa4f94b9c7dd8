/** @file A smaller copy of a run, such as a report holds: what its views read, with the attention rounded. */
import { attentionRows, recordedLayers, recordedQueries } from "./attention-rows.ts";
import { imageTokenPositions, keyCount, predictingPositions, questionPositions } from "./positions.ts";
import { nameOfScales, roundRows } from "./rounded-rows.ts";
import { encodeSafetensorsHeader, tensorBytes } from "../safetensors/write.ts";
import { byteTensor, floatTensor, intTensor, type Tensor } from "../tensor/tensor.ts";
import type { RunPicture } from "./pictures.ts";
import type { Run, RunDescription } from "./types.ts";

export interface CompactOptions {
  /** Most entries of attention that are kept apart; see `strongestOf`. @default 24 Mi */
  readonly attentionEntries?: number;
  /** A picture as it came, in place of the one of the run: in another format, or smaller. */
  readonly picture?: (image: number) => Promise<RunPicture>;
}

const defaultAttentionEntries = 24 * 2 ** 20;

/** Tensors that no view reads, or that are large and of use only to whoever has the model. */
const leftOut = /^(?:vision\.attention\.|logits$|language\.attention\.|image\.\d+$)/;

/**
 * The run file of a smaller copy, in chunks. Attention is kept in the rows that predict an answer token and in those of question
 * tokens, rounded to one byte an entry; tensors that no view reads are left out; all else stays as it is. If there are more entries of
 * attention than `attentionEntries`, each row keeps only its strongest.
 */
export async function compactRun(run: Run, options: CompactOptions = {}): Promise<Uint8Array[]> {
  const { picture, attentionEntries = defaultAttentionEntries } = options;
  const tensors = new Map<string, Tensor>();
  for (const name of run.tensors.keys()) if (!leftOut.test(name)) tensors.set(name, await run.tensor(name));
  const images = [];
  for (const [index, image] of run.description.images.entries()) {
    const own = { bytes: (await run.tensor(`image.${index}`)).data as Uint8Array, mediaType: image.mediaType };
    const { bytes, mediaType } = (await picture?.(index)) ?? own;
    tensors.set(`image.${index}`, byteTensor([bytes.length], bytes));
    images.push({ ...image, mediaType });
  }
  for (const [name, tensor] of await roundedAttention(run, attentionEntries)) tensors.set(name, tensor);
  return fileOf({ ...run.description, images, rounded: true }, tensors);
}

/** Wider types first, so that all data lie aligned in the file. */
function fileOf(description: RunDescription, tensors: ReadonlyMap<string, Tensor>): Uint8Array[] {
  const ordered = [...tensors].sort(([, a], [, b]) => Number(a.type === "u8") - Number(b.type === "u8"));
  const shapes = ordered.map(([name, { type, dims }]) => ({ name, type, dims }));
  const { header } = encodeSafetensorsHeader(shapes, { run: JSON.stringify(description) });
  return [header, ...ordered.map(([, tensor]) => tensorBytes(tensor))];
}

/** Attention of every recorded layer and head in the rows that are kept, as codes, scales and positions. */
async function roundedAttention(run: Run, mostEntries: number): Promise<Map<string, Tensor>> {
  const { description } = run;
  const layers = recordedLayers(run);
  const wanted = new Set([...predictingPositions(description), ...questionPositions(description)]);
  const rowsOf = new Map<number, number[]>();
  for (const layer of layers) {
    const queries = [...(await recordedQueries(run, layer))].filter((position) => wanted.has(position));
    if (queries.length > 0) rowsOf.set(layer, queries);
  }
  const heads = description.model.languageHeads;
  const length = keyCount(description);
  const rows = [...rowsOf.values()].reduce((sum, { length: count }) => sum + count * heads, 0);
  const kept = rows * length <= mostEntries ? length : Math.max(1, Math.floor(mostEntries / rows));
  const groups = groupsOf(description);
  const tensors = new Map<string, Tensor>();
  for (const [layer, queries] of rowsOf) {
    const { data, dims } = await attentionRows(run, { layer, queries });
    if (kept < length) {
      for (let at = 0; at < data.length; at += length) {
        data.set(strongestOf(data.subarray(at, at + length), { kept, groups }), at);
      }
    }
    const { codes, scales } = roundRows(data, length);
    const name = `language.attention.${layer}`;
    tensors.set(name, byteTensor(dims, codes));
    tensors.set(nameOfScales(name), floatTensor([heads, queries.length], scales));
    tensors.set(`${name}.queries`, intTensor([queries.length], Int32Array.from(queries)));
  }
  return tensors;
}

/** Whether each place of the key axis is an image token, [keys]. */
function groupsOf(description: RunDescription): Uint8Array {
  const groups = new Uint8Array(keyCount(description));
  for (const position of imageTokenPositions(description)) groups[position] = 1;
  return groups;
}

/**
 * A row with its `kept` largest entries, and all others of a group of positions at their mean: such a row takes little room once it is
 * compressed, and the shares of image and text stay as they are.
 */
export function strongestOf(
  row: Float32Array,
  { kept, groups }: { readonly kept: number; readonly groups: Uint8Array },
): Float32Array {
  const order = Array.from(row, (_, i) => i).sort((a, b) => row[b]! - row[a]!);
  const rest = order.slice(kept);
  const sums = [0, 0];
  const counts = [0, 0];
  // Positions after the token's own hold 0, and stay so.
  const others = rest.filter((i) => row[i]! > 0);
  for (const i of others) {
    sums[groups[i]!]! += row[i]!;
    counts[groups[i]!]!++;
  }
  const flattened = Float32Array.from(row);
  for (const i of others) flattened[i] = sums[groups[i]!]! / counts[groups[i]!]!;
  return flattened;
}
