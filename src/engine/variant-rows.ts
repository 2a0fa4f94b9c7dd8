/** @file From where on the rows of a variant differ from those of the sequence that it is a variant of. */
import type { Sequence } from "./embed.ts";
import type { Intervention } from "./intervention.ts";
import type { RowReach } from "./row-reach.ts";

/** What a sequence is scored by. */
export type ScoredSequence = Pick<Sequence, "embedded" | "memory" | "additions">;

/** Rows of several variants that go through the model together at most, if one variant alone does not have more. */
export const rowsTogether = 256;

function differs(a: Float32Array | undefined, b: Float32Array | undefined): boolean {
  return a !== b && (a?.length !== b?.length || a!.some((value, i) => value !== b![i]));
}

/** Whether other tokens stand behind the sequence, so that nothing can be kept of layers that read them. */
export function hasOtherMemory(sequence: ScoredSequence, base: ScoredSequence): boolean {
  return differs(sequence.memory?.data, base.memory?.data);
}

/** The first row of the input that differs; as many as there are if none does. */
function firstOther(sequence: ScoredSequence, base: ScoredSequence): number {
  const [rows, width] = base.embedded.dims as [number, number];
  const [own, before] = [sequence.embedded.data, base.embedded.data];
  const place = own === before ? -1 : own.findIndex((value, i) => value !== before[i]);
  const ofInput = place === -1 ? rows : Math.floor(place / width);
  if (sequence.additions === base.additions) return ofInput;
  const added = [...sequence.additions, ...base.additions].flatMap(({ positions }) => positions);
  return Math.min(ofInput, ...added);
}

/** The first row that differs in some layer; as many as there are rows if none does. */
export function firstChangedRow(
  { sequence, intervention }: { readonly sequence: ScoredSequence; readonly intervention: Intervention },
  { base, reach }: { readonly base: ScoredSequence; readonly reach: RowReach },
): number {
  const rows = base.embedded.dims[0]!;
  const { knockOut = [], memory = [], edges = [], heads = [] } = intervention;
  // Every row has every head, and may read the memory.
  if (heads.length > 0 || memory.length > 0) return 0;
  const masked = [...knockOut.map(reach.firstReader), ...edges.flatMap(({ to }) => to)];
  return reach.firstChanged(Math.min(rows, firstOther(sequence, base), ...masked));
}
