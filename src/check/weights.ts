/** @file Compares the tensors of a checkpoint's files, by their headers alone, with those that its model reads. */
import { readShardIndex } from "../checkpoint/shard-index.ts";
import type { CheckpointWeights, WeightsAndOthers } from "../checkpoint/weights.ts";
import { weightParts, weightsByPart, type WeightPart } from "../engine/needed-weights.ts";
import type { WeightUse } from "../graph/graph.ts";
import type { ModelDefinition } from "../models/definition.ts";
import type { FileFolder } from "../storage/file-folder.ts";
import { elementCount } from "../tensor/tensor.ts";
import { groupNames, patternOf } from "./tensor-groups.ts";
import type { CheckReport } from "./report-schema.ts";

type WeightReport = NonNullable<CheckReport["weights"]>;
type Parameters = NonNullable<CheckReport["parameters"]>;

/** Numbers that each part reads. A weight that two parts share counts for the first. */
export function countParameters(definition: ModelDefinition): Parameters {
  const uses = weightsByPart(definition);
  const counted = new Set<string>();
  const numbersOf = (part: WeightPart): number =>
    uses[part].reduce((sum, { names, dims }) => {
      const name = names[0]!;
      if (counted.has(name)) return sum;
      counted.add(name);
      return sum + elementCount(dims);
    }, 0);
  const parts = Object.fromEntries(weightParts.map((part) => [part, numbersOf(part)])) as Record<WeightPart, number>;
  return { total: weightParts.reduce((sum, part) => sum + parts[part], 0), ...parts };
}

/** Names that are stored, with what is known of them. */
export interface StoredNames {
  readonly from: WeightReport["from"];
  readonly names: ReadonlySet<string>;
  readonly files: number;
  readonly missingFiles: readonly string[];
}

/** What the index says, if there are no files whose headers could be read. */
export async function readStoredNames(files: FileFolder): Promise<StoredNames> {
  const index = await readShardIndex(files);
  if (index === undefined) return { from: "nothing", names: new Set(), files: 0, missingFiles: [] };
  const missingFiles: string[] = [];
  for (const shard of index.keys()) if (!(await files.has(shard))) missingFiles.push(shard);
  const names = new Set([...index.values()].flatMap((each) => [...(each ?? [])]));
  return { from: "index", names, files: index.size, missingFiles };
}

/** Everything that the files hold, by name. */
function storedTypes(weights: WeightsAndOthers): Map<string, { readonly type: string; readonly bytes: number }> {
  const located = [...weights.values()].map(
    ({ name, type, byteLength }) => [name, { type, bytes: byteLength }] as const,
  );
  const others = [...(weights.others ?? [])].map(
    ([name, { type, byteLength }]) => [name, { type, bytes: byteLength }] as const,
  );
  return new Map([...located, ...others]);
}

function typesOf(weights: WeightsAndOthers): WeightReport["types"] {
  const types = new Map<string, { type: string; tensors: number; bytes: number }>();
  for (const { type, bytes } of storedTypes(weights).values()) {
    const known = types.get(type) ?? { type, tensors: 0, bytes: 0 };
    types.set(type, { type, tensors: known.tensors + 1, bytes: known.bytes + bytes });
  }
  return [...types.values()].sort((a, b) => b.bytes - a.bytes);
}

function otherShapes(weights: WeightsAndOthers, needed: readonly WeightUse[]): WeightReport["otherShape"] {
  const groups = new Map<string, WeightReport["otherShape"][number]>();
  for (const { names, dims } of needed) {
    const name = names.find((candidate) => weights.has(candidate));
    const stored = name === undefined ? undefined : weights.get(name)!;
    if (stored === undefined || stored.dims.join() === dims.join()) continue;
    const pattern = patternOf(stored.name);
    const key = `${pattern} ${stored.dims.join()} ${dims.join()}`;
    const count = (groups.get(key)?.count ?? 0) + 1;
    const example = groups.get(key)?.example ?? stored.name;
    groups.set(key, { pattern, count, example, stored: [...stored.dims], asked: [...dims] });
  }
  return [...groups.values()];
}

function neededOnce(definition: ModelDefinition): WeightUse[] {
  const uses = Object.values(weightsByPart(definition)).flat();
  return [...new Map(uses.map((use) => [use.names[0], use])).values()];
}

export interface ComparedWeights {
  readonly report: WeightReport;
  /** Stored names that the model reads, and those that it neither reads nor knows. */
  readonly used: ReadonlySet<string>;
  readonly unused: readonly string[];
}

/** What the model reads and does not read of what is stored. A missing weight has the name that the first published layout gives it. */
export function compareWeights(
  definition: ModelDefinition,
  { names, from, files, missingFiles }: StoredNames,
  read: CheckpointWeights | undefined,
): ComparedWeights {
  const needed = neededOnce(definition);
  const used = new Set(needed.flatMap((use) => use.names.filter((name) => names.has(name))));
  const rest = [...names].filter((name) => !used.has(name));
  const unused = rest.filter((name) => !definition.unread.some((pattern) => pattern.test(name)));
  const lacking = needed.filter((use) => !use.names.some((name) => names.has(name)));
  const types = read === undefined ? [] : typesOf(read.weights);
  const report = {
    from,
    files,
    missingFiles: [...missingFiles],
    types,
    bytes: read === undefined ? null : types.reduce((sum, { bytes }) => sum + bytes, 0),
    read: used.size,
    missing: from === "nothing" ? [] : groupNames(lacking.map((use) => use.names.at(-1)!)),
    otherShape: read === undefined ? [] : otherShapes(read.weights, needed),
    unused: groupNames(unused),
    leftOut: rest.length - unused.length,
  };
  return { report, used, unused };
}
