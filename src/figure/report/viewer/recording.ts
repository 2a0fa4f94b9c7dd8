/** @file The data of a report, decoded, and what views ask of it: maps, shares, sums on patches. */
import { decodeFloats } from "../base64.ts";
import { decodeRows, dequantizedRow } from "../quantization.ts";
import type { DecodedRows } from "../quantization.ts";
import { shareGroups } from "../report-data.ts";
import type { ReportAttention, ReportData } from "../report-data.ts";

/** A layer (its place among the recorded ones) and a head; null is the mean over them. */
export interface AttentionChoice {
  readonly layer: number | null;
  readonly head: number | null;
}

export interface Recording {
  readonly data: ReportData;
  /** Number of image tokens of all pictures. */
  readonly imageTokens: number;
  /** Attention of answer token `token` on the image tokens, [I]; null where the maps of single heads of the layer were left out. */
  attentionMap(token: number, choice: AttentionChoice): Float32Array | null;
  /** Row `row` of map `map` of the report, [I]. */
  otherMap(row: number, map: number): Float32Array;
  /** Attention sinks among the image tokens. */
  readonly sinks: ReadonlySet<number>;
  /** Share of attention on each of `shareGroups`, mean over what the choice leaves open. */
  shares(token: number, choice: AttentionChoice): readonly number[];
  /** Share of attention on the image, [recorded layers, heads]. */
  imageShareMatrix(token: number): Float32Array;
}

function meanOf(maps: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(maps[0]?.length ?? 0);
  for (const map of maps) for (let i = 0; i < mean.length; i++) mean[i]! += map[i]! / maps.length;
  return mean;
}

interface DecodedAttention {
  readonly about: ReportAttention;
  readonly perHead: DecodedRows;
  readonly mean: DecodedRows;
  readonly shares: Float32Array;
}

function shareReader(attention: DecodedAttention | null) {
  const layers = attention?.about.layers.length ?? 0;
  const heads = attention?.about.heads ?? 0;
  return (token: number, layer: number, head: number, group: number): number =>
    attention?.shares[((token * layers + layer) * heads + head) * shareGroups.length + group] ?? 0;
}

/** Decodes the data of a report. Throws where they do not fit together. */
export function openRecording(data: ReportData): Recording {
  const attention: DecodedAttention | null = data.attention && {
    about: data.attention,
    perHead: decodeRows(data.attention.perHead),
    mean: decodeRows(data.attention.mean),
    shares: decodeFloats(data.attention.shares),
  };
  const maps = data.maps.map(({ rows }) => decodeRows(rows));
  const layers = data.attention?.layers.length ?? 0;
  const heads = data.attention?.heads ?? 0;
  const share = shareReader(attention);
  const imageTokens = data.attention?.mean.length ?? data.maps[0]?.rows.length ?? 0;
  return {
    data,
    imageTokens,
    attentionMap(token, { layer, head }) {
      if (!attention) return null;
      const { mean, perHead, about } = attention;
      if (layer === null) {
        return meanOf(Array.from({ length: layers }, (_, each) => dequantizedRow(mean, token * layers + each)));
      }
      if (head === null) return dequantizedRow(mean, token * layers + layer);
      if (layer < about.keptFrom) return null;
      return dequantizedRow(perHead, (token * (layers - about.keptFrom) + layer - about.keptFrom) * heads + head);
    },
    otherMap: (row, map) => dequantizedRow(maps[map]!, row),
    sinks: new Set(data.sinks.map(({ imageToken }) => imageToken)),
    shares(token, { layer, head }) {
      const chosenLayers = layer === null ? Array.from({ length: layers }, (_, each) => each) : [layer];
      const chosenHeads = layer === null || head === null ? Array.from({ length: heads }, (_, each) => each) : [head];
      const sums = shareGroups.map(() => 0);
      for (const each of chosenLayers) {
        for (const other of chosenHeads) {
          for (let group = 0; group < sums.length; group++) sums[group]! += share(token, each, other, group);
        }
      }
      return sums.map((sum) => sum / Math.max(1, chosenLayers.length * chosenHeads.length));
    },
    imageShareMatrix: (token) =>
      Float32Array.from({ length: layers * heads }, (_, at) => share(token, Math.floor(at / heads), at % heads, 0)),
  };
}
