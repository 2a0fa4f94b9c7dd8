/** @file The selection as the hash of the address: only what differs from the default, and nothing that is private. */
import { sequentialColorMaps } from "../../src/figure/color-map.ts";
import { alphas, sampleCounts } from "../../src/run/causes.ts";
import { gridChoices } from "../../src/run/grids.ts";
import { fills, flowChoices, offeredNullSets } from "../../src/run/measure-choices.ts";
import { defaultSelection, edgeSources, edgeTargets, tabNames, type MarkedBox, type Selection } from "./selection.ts";
import { mapParts, variants, mapMethods, type MapName } from "../../src/run/map-catalogue.ts";
import { mapNamed, otherMaps, recordedMaps } from "../../src/run/maps.ts";
import { isRunId } from "../../src/run/run-id.ts";
import { lookUp } from "../../src/tensor/look-up.ts";

/** How one field of the selection is written; `read` gives undefined for a value that is unknown or impossible. */
interface Codec<T> {
  readonly key: string;
  readonly write: (value: T) => string;
  readonly read: (text: string) => T | undefined;
}

/** More indices than any run has are damage, not a selection. */
const maxIndex = 1_000_000;
const maxListed = 100_000;

function oneOf<T extends string>(key: string, values: readonly T[]): Codec<T> {
  return { key, write: (value) => value, read: (text) => values.find((value) => value === text) };
}

/** A map by its name, or by one that it had before. */
function mapCodec<T extends MapName>(key: string, maps: readonly T[]): Codec<T> {
  const read = (text: string): T | undefined => {
    const named = mapNamed(text);
    return maps.find((map) => map === named);
  };
  return { key, write: (map) => map, read };
}

function readIndex(text: string): number | undefined {
  return /^\d{1,7}$/.test(text) && Number(text) < maxIndex ? Number(text) : undefined;
}

function oneOfNumbers<T extends number>(key: string, values: readonly T[]): Codec<T> {
  return { key, write: String, read: (text) => values.find((value) => String(value) === text) };
}

function indexOr<Other extends null>(key: string, other: Other, otherText: string): Codec<number | Other> {
  return {
    key,
    write: (value) => (value === null ? otherText : String(value)),
    read: (text) => (text === otherText ? other : readIndex(text)),
  };
}

const runId: Omit<Codec<string | null>, "key"> = {
  write: (value) => value ?? "",
  read: (text) => (isRunId(text) ? text : undefined),
};

function flag(key: string): Codec<boolean> {
  return { key, write: (value) => (value ? "1" : "0"), read: (text) => lookUp({ "0": false, "1": true }, text) };
}

/** Ascending indices as "3,5-8". */
export function writeIndices(indices: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i]!;
    while (indices[i + 1] === indices[i]! + 1) i++;
    parts.push(start === indices[i] ? String(start) : `${start}-${indices[i]!}`);
  }
  return parts.join(",");
}

/** Reads "3,5-8"; undefined where it is anything else. */
export function readIndices(text: string): number[] | undefined {
  if (text === "") return [];
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const [, from, to] = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(part) ?? [];
    const start = readIndex(from ?? "");
    const end = to === undefined ? start : readIndex(to);
    if (start === undefined || end === undefined || end < start || end - start + found.size > maxListed)
      return undefined;
    for (let index = start; index <= end; index++) found.add(index);
  }
  return [...found].sort((a, b) => a - b);
}

/** Boxes as "0:10,20,80,90;1:5,5,60,60": picture, left, top, right, bottom. */
export function writeBoxes(boxes: readonly MarkedBox[]): string {
  return Array.from(boxes, ({ picture, box }) => [picture, box].join(":")).join(";");
}

/** More boxes than anybody draws are damage. */
const maxBoxes = 1000;

/** Reads what `writeBoxes` writes; undefined where it is anything else. */
function readBoxes(text: string): MarkedBox[] | undefined {
  if (text === "") return [];
  const parts = text.split(";");
  if (parts.length > maxBoxes) return undefined;
  const boxes: MarkedBox[] = [];
  for (const part of parts) {
    const numbers = /^(\d{1,4}):(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})$/.exec(part)?.slice(1).map(Number);
    if (numbers === undefined) return undefined;
    const [picture, left, top, right, bottom] = numbers as [number, number, number, number, number];
    if (left >= right || top >= bottom) return undefined;
    boxes.push({ picture, box: [left, top, right, bottom] });
  }
  return boxes;
}

const indices = (key: string): Codec<readonly number[]> => ({ key, write: writeIndices, read: readIndices });

function share(key: string): Codec<number> {
  return {
    key,
    write: (value) => String(Math.round(value * 100)),
    read: (text) => (/^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) / 100 : undefined),
  };
}

/** How each field is written. A table over all fields, so that a new one without its key does not compile. */
const codecs: { readonly [K in keyof Selection]: Codec<Selection[K]> } = {
  place: oneOf("view", ["explore", "runs"]),
  run: { key: "run", ...runId },
  otherRun: { key: "b", ...runId },
  tab: oneOf("tab", tabNames),
  mode: oneOf("mode", ["explain", "edit", "input"]),
  picture: { key: "pic", write: String, read: readIndex },
  input: { key: "input", write: String, read: readIndex },
  tokens: {
    key: "tok",
    write: (tokens) => (tokens === null ? "" : writeIndices(tokens)),
    read: (text) => (text === "" ? undefined : readIndices(text)),
  },
  patches: indices("patches"),
  words: indices("words"),
  layer: indexOr("layer", null, "mean"),
  head: indexOr("head", null, "mean"),
  coloring: oneOf("by", ["source", "attention", "probability", "surprise", "patches"]),
  from: oneOf("from", ["answer", "question"]),
  to: oneOf("to", ["image", "question"]),
  cells: oneOf("cells", ["maps", "means"]),
  scale: oneOf("scale", ["map", "layer", "all"]),
  flow: oneOf("flow", ["raw", "rollout"]),
  scope: oneOf("scope", ["token", "word", "answer"]),
  variant: oneOf("variant", variants),
  part: {
    key: "part",
    write: (part) => part,
    read: (text) => mapParts.find((part) => part === text) ?? mapCodec("part", otherMaps).read(text),
  },
  listFrom: share("listfrom"),
  lensLayer: indexOr("llayer", null, "last"),
  lens: oneOf("lens", ["top", "token"]),
  causesShown: oneOf("causes", ["verified", "head"]),
  flowEdges: oneOf("fedges", flowChoices),
  causesLayer: indexOr("clayer", null, "last"),
  causesHead: indexOr("chead", null, "best"),
  causesView: oneOf("cview", ["graph", "tree"]),
  radius: { key: "radius", write: String, read: (text) => (/^[123]$/.test(text) ? Number(text) : undefined) },
  causesVariant: oneOf("cvariant", variants),
  alpha: oneOfNumbers("alpha", alphas),
  samples: oneOfNumbers("nsamp", sampleCounts),
  signRule: oneOf("sign", ["two-sided", "legacy"]),
  threshold: {
    key: "thr",
    write: (value) => String(Math.round(value * 1000) / 1000),
    read: (text) => (/^0(\.\d{1,3})?$/.test(text) && Number(text) <= 0.05 ? Number(text) : undefined),
  },
  mask: oneOf("mask", ["causes", "top", "selection", "heads", "edges", "picture"]),
  maskMap: mapCodec("maskmap", mapMethods),
  maskCount: indexOr("count", null, "auto"),
  edgesFrom: oneOf("efrom", edgeSources),
  edgesTo: oneOf("eto", edgeTargets),
  edgeLayers: indices("elayers"),
  edgeHeads: indices("eheads"),
  fill: oneOf("fill", fills),
  sets: oneOfNumbers("sets", offeredNullSets),
  compareView: oneOf("sub", ["methods", "truth", "grounding", "runs"]),
  mapMethod: mapCodec("map", mapMethods),
  compareBy: mapCodec("method", recordedMaps),
  boxes: { key: "boxes", write: writeBoxes, read: readBoxes },
  scoreBy: oneOf("score", ["mass", "pointing", "iou", "precision"]),
  colorMap: oneOf("cmap", sequentialColorMaps),
  opacity: share("opacity"),
  fades: flag("fade"),
  topShare: share("top"),
  smooth: {
    key: "smooth",
    write: (value) => (value === null ? "" : flag("smooth").write(value)),
    read: flag("smooth").read,
  },
  greyPicture: flag("grey"),
  hideSinks: flag("sinks"),
  gridChoice: oneOf("grids", gridChoices),
  grid: flag("grid"),
};

/** What an address means where it does not say: a link that names a second run shows both. */
function standardFor({ otherRun }: Pick<Selection, "otherRun">): Selection {
  return otherRun === null ? defaultSelection : { ...defaultSelection, compareView: "runs" };
}

/** The hash of a selection, without "#": "" for the default. */
export function writeHash(selection: Selection): string {
  const standard = standardFor(selection);
  const entries = Object.entries(codecs) as [keyof Selection, Codec<unknown>][];
  return entries
    .map(([field, { key, write }]) => ({ key, now: write(selection[field]), unsaid: write(standard[field]) }))
    .filter(({ now, unsaid }) => now !== unsaid)
    .map(({ key, now }) => `${key}=${encodeURIComponent(now).replaceAll("%2C", ",")}`)
    .join("&");
}

/** Reads a hash, with or without "#". Unknown keys and impossible values fall back to the default silently. */
export function readHash(hash: string): Selection {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const standard = standardFor({ otherRun: codecs.otherRun.read(given.get(codecs.otherRun.key) ?? "") ?? null });
  const entries = Object.entries(codecs) as [keyof Selection, Codec<unknown>][];
  const fields = entries.map(([field, { key, read }]) => {
    const text = given.get(key);
    const value = text === null ? undefined : read(text);
    // Null is a value of some fields, so that only undefined means "not given".
    return [field, value === undefined ? standard[field] : value];
  });
  return Object.fromEntries(fields) as Selection;
}
