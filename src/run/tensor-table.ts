/** @file The tensors of a run by name: their types and shapes, and what their values must be (docs/run-file.md). */
import type { ElementType, Tensor } from "../tensor/tensor.ts";
import { quote } from "../json/quote.ts";
import { mapNames, type MapName } from "./map-catalogue.ts";
import { mapRow, pathEndsTensor, tensorOfRows } from "./maps.ts";
import { imageTokenPositions, keyCount } from "./positions.ts";
import type { Run, RunDescription } from "./types.ts";

/** An axis of known size, or one whose size is free but the same wherever its name comes back. */
interface Axis {
  readonly name: string;
  readonly size?: number;
}

/** Sizes that the description fixes. */
interface Counts {
  readonly tokens: Axis;
  /** The sequence, then the memory tokens. */
  readonly keys: Axis;
  readonly answerTokens: Axis;
  readonly imageTokens: Axis;
  readonly languageHeads: Axis;
  readonly visionHeads: Axis;
  /** The input of the first layer and the output of each. */
  readonly lensLayers: Axis;
}

interface TensorRule {
  /** Named groups are indices: see `indexLimits`. */
  readonly pattern: RegExp;
  readonly type: ElementType;
  axes(counts: Counts, name: string): readonly Axis[];
  /** Name of the tensor without which this one says nothing. */
  readonly partner?: (name: string) => string;
  /** True for a small tensor that holds the positions of others: its values are checked on opening. */
  readonly isIndex?: boolean;
}

function free(name: string): Axis {
  return { name };
}

function rule(
  pattern: string,
  type: ElementType,
  axes: TensorRule["axes"],
  more: Pick<TensorRule, "partner" | "isIndex"> = {},
): TensorRule {
  const index = "(?<$1>0|[1-9][0-9]{0,6})";
  const escaped = pattern.replaceAll(".", "\\.").replace(/<(\w+)>/g, index);
  return { pattern: new RegExp(`^${escaped}$`), type, axes, ...more };
}

const visionTokens = free("vision tokens");
/** Inputs of a tower that takes pictures, or tiles of them, of one size. */
const towerInputs = free("inputs of the vision tower");
const lensPositions = free("lens positions");
const lensBest = free("best tokens");

/** Tokens of a tower that takes pictures of any size. */
function patchesOf(name: string): Axis {
  return free(`vision tokens of image ${name.replace(/^.*\./, "")}`);
}

function queriesOf(name: string): Axis {
  return free(`queries of ${name.replace(/\.queries$/, "")}`);
}

/** The tensor of a map that has one for itself: a row for each answer token, or a tensor for each. */
function mapRule(map: MapName): TensorRule[] {
  const { reading, axis } = mapRow(map);
  const entries = (n: Counts): Axis => (axis === "sequence" ? n.keys : n.imageTokens);
  if (reading.from === "rows") return [rule(reading.tensor, "f32", (n) => [n.answerTokens, entries(n)])];
  if (reading.from === "tensor-of-token") {
    return [rule(`${reading.tensor}.<answerToken>`, "f32", (n) => [entries(n)])];
  }
  return [];
}

const rules: readonly TensorRule[] = [
  rule("input_ids", "i32", (n) => [n.tokens], { isIndex: true }),
  rule("image.<image>", "u8", (_, name) => [free(`bytes of ${name}`)]),
  rule("image.<image>.edited", "u8", (_, name) => [free(`bytes of ${name}`)]),
  rule("language.attention.<layer>", "f32", (n, name) => [n.languageHeads, queriesOf(name), n.keys], {
    partner: (name) => `${name}.queries`,
  }),
  rule("language.attention.<layer>.queries", "i32", (_, name) => [queriesOf(name)], {
    partner: (name) => name.replace(/\.queries$/, ""),
    isIndex: true,
  }),
  rule("language.norms", "f32", (n) => [n.lensLayers, n.tokens]),
  rule("vision.attention.mean.<visionLayer>", "f32", () => [towerInputs, visionTokens, visionTokens]),
  rule("vision.attention.<visionLayer>", "f32", (n) => [towerInputs, n.visionHeads, visionTokens, visionTokens]),
  rule("vision.attention.mean.<visionLayer>.<image>", "f32", (_, name) => [patchesOf(name), patchesOf(name)]),
  rule("vision.attention.<visionLayer>.<image>", "f32", (n, name) => [n.visionHeads, patchesOf(name), patchesOf(name)]),
  rule("logits", "f32", (n) => [n.answerTokens, free("vocabulary")]),
  ...mapNames.flatMap(mapRule),
  rule(pathEndsTensor, "f32", (n) => [n.answerTokens, { name: "ends of the path", size: 2 }], {
    partner: () => tensorOfRows("integrated-gradients"),
  }),
  rule("lens.positions", "i32", () => [lensPositions], { isIndex: true }),
  rule("lens.ids", "i32", (n) => [n.lensLayers, lensPositions, lensBest]),
  rule("lens.logits", "f32", (n) => [n.lensLayers, lensPositions, lensBest]),
  rule("lens.logsumexp", "f32", (n) => [n.lensLayers, lensPositions]),
  rule("lens.answer", "f32", (n) => [n.lensLayers, lensPositions, n.answerTokens]),
  rule("lens.rival", "f32", (n) => [n.lensLayers, n.answerTokens]),
  rule("causal.<layer>.<head>.<answerToken>.marks", "u8", (_, name) => [
    free(`nodes of ${name}`),
    free(`nodes of ${name}`),
  ]),
];

function ruleOf(name: string): TensorRule | undefined {
  return rules.find(({ pattern }) => pattern.test(name));
}

function countsOf(description: RunDescription): Counts {
  const { tokens, answer, model } = description;
  return {
    tokens: { name: "tokens", size: tokens.length },
    keys: { name: "keys", size: keyCount(description) },
    answerTokens: { name: "answer tokens", size: answer.end - answer.start },
    imageTokens: { name: "image tokens", size: imageTokenPositions(description).length },
    languageHeads: { name: "heads", size: model.languageHeads },
    visionHeads: { name: "vision heads", size: model.visionHeads },
    lensLayers: { name: "layers + 1", size: model.languageLayers + 1 },
  };
}

/** Numbers in the names of tensors count from 0 to below these. */
function indexLimits({ images, model, answer }: RunDescription): Readonly<Record<string, number>> {
  return {
    image: images.length,
    layer: model.languageLayers,
    head: model.languageHeads,
    visionLayer: model.visionLayers,
    answerToken: answer.end - answer.start,
  };
}

interface Context {
  readonly description: RunDescription;
  /** Name of the file, for messages. */
  readonly file: string;
}

/**
 * Checks names, types and shapes of a run's tensors against its description. A name that the table does not have is left alone.
 * Throws an Error that names the file and the tensor.
 */
export function checkTensorShapes(tensors: Run["tensors"], { description, file }: Context): void {
  const counts = countsOf(description);
  const limits = indexLimits(description);
  /** Sizes of free axes, each with the tensor that it was first seen in. */
  const seen = new Map<string, { readonly size: number; readonly tensor: string }>();
  for (const [name, { dims, type }] of tensors) {
    const known = ruleOf(name);
    if (known === undefined) continue;
    const where = `${file}: tensor ${quote(name)}`;
    for (const [group, index] of Object.entries(known.pattern.exec(name)?.groups ?? {})) {
      const limit = limits[group] ?? 0;
      if (Number(index) >= limit) throw new Error(`${where} names ${group} ${index}, but the run has ${limit}.`);
    }
    const axes = known.axes(counts, name);
    const shape = `[${axes.map((axis) => axis.name).join(", ")}]`;
    if (type !== known.type || dims.length !== axes.length) {
      throw new Error(
        `${where} is ${type.toUpperCase()} [${dims.join(", ")}]; ${known.type.toUpperCase()} ${shape} is needed.`,
      );
    }
    for (const [i, axis] of axes.entries()) {
      const size = dims[i]!;
      const first = seen.get(axis.name);
      if (axis.size === undefined && first === undefined) seen.set(axis.name, { size, tensor: name });
      const needed = axis.size ?? first?.size ?? size;
      if (size !== needed) {
        const origin = axis.size === undefined ? ` in ${quote(first?.tensor)}` : "";
        throw new Error(`${where} ${shape} has ${size} for "${axis.name}", but the run has ${needed}${origin}.`);
      }
    }
  }
  checkPresence(tensors, { description, file });
}

function checkPresence(tensors: Run["tensors"], { description, file }: Context): void {
  const needed = [
    "input_ids",
    ...description.images.flatMap(({ edits }, image) => [
      `image.${image}`,
      ...(edits === undefined ? [] : [`image.${image}.edited`]),
    ]),
  ];
  for (const name of tensors.keys()) {
    const partner = ruleOf(name)?.partner?.(name);
    if (partner !== undefined) needed.push(partner);
  }
  const missing = needed.find((name) => !tensors.has(name));
  if (missing !== undefined) {
    throw new Error(`${file}: the run has no tensor ${quote(missing)}; the file is damaged or incomplete.`);
  }
}

/** True for the small tensors that hold the positions of the others, whose values are checked on opening. */
export function isIndexTensor(name: string): boolean {
  return ruleOf(name)?.isIndex ?? false;
}

/** Checks the values of an index tensor (`isIndexTensor`): ids as described, positions inside the run, queries ascending. */
export function checkIndexTensor(name: string, tensor: Tensor, { description, file }: Context): void {
  const { tokens } = description;
  const where = `${file}: tensor ${quote(name)}`;
  for (const [i, value] of tensor.data.entries()) {
    if (name === "input_ids") {
      if (value !== tokens[i]?.id) {
        throw new Error(
          `${where} has id ${value} at position ${i}, but the description has ${tokens[i]?.id ?? "none"}.`,
        );
      }
      continue;
    }
    if (value < 0 || value >= tokens.length) {
      throw new Error(`${where} names position ${value}, but the run has ${tokens.length} tokens.`);
    }
    if (name !== "lens.positions" && i > 0 && value <= tensor.data[i - 1]!) {
      throw new Error(`${where} must be ascending, but ${value} follows ${tensor.data[i - 1]!}.`);
    }
  }
}
