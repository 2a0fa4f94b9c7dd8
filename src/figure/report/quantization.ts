/** @file Rows of numbers as one byte each, so that a report stays small. */
import { decodeBase64, decodeFloats, encodeBase64, encodeFloats } from "./base64.ts";

/** Numbers from 0 up, or of both signs. */
export type NumberKind = "positive" | "signed";

/**
 * Rows of numbers. Entry i of row r is (codes[r, i] / 255)^2 times scales[r], the row's maximum: the square keeps small values apart beside
 * a large one. The error is at most 1/255 of the row's maximum, and far less for small values. Of signed numbers codes are 128 more than
 * the signed root in 127 steps, and the error is at most 1/127 of the row's largest size.
 */
export interface QuantizedRows {
  readonly kind: NumberKind;
  readonly rows: number;
  readonly length: number;
  /** Base64 of [rows, length] bytes. */
  readonly codes: string;
  /** Base64 of [rows] floats. */
  readonly scales: string;
}

/** The same with its bytes at hand. */
export interface DecodedRows {
  readonly kind: NumberKind;
  readonly rows: number;
  readonly length: number;
  readonly codes: Uint8Array;
  readonly scales: Float32Array;
}

/** Steps from 0 to the row's largest size, and the code of 0. */
const scaleOf = { positive: { levels: 255, zero: 0 }, signed: { levels: 127, zero: 128 } } as const;

/** Rows that are filled one by one and then encoded. What is not finite counts as 0, and so does what is below 0 in rows from 0 up. */
export interface RowWriter {
  write(row: number, values: ArrayLike<number>): void;
  finish(): QuantizedRows;
}

/** A writer of `rows` rows of `length` numbers. */
export function quantizedRowWriter(rows: number, length: number, kind: NumberKind = "positive"): RowWriter {
  const { levels, zero } = scaleOf[kind];
  const codes = new Uint8Array(rows * length);
  const scales = new Float32Array(rows);
  const valid = (value: number): number => (Number.isFinite(value) && (value > 0 || kind === "signed") ? value : 0);
  return {
    write(row, values) {
      let max = 0;
      for (let i = 0; i < length; i++) max = Math.max(max, Math.abs(valid(values[i]!)));
      scales[row] = max;
      for (let i = 0; i < length; i++) {
        const value = valid(values[i]!);
        const steps = max > 0 ? Math.round(Math.sqrt(Math.abs(value) / max) * levels) : 0;
        codes[row * length + i] = zero + Math.sign(value) * steps;
      }
    },
    finish: () => ({ kind, rows, length, codes: encodeBase64(codes), scales: encodeFloats(scales) }),
  };
}

/** The bytes and scales of rows. Throws where their lengths do not fit. */
export function decodeRows({ kind, rows, length, codes, scales }: QuantizedRows): DecodedRows {
  const decoded = { kind, rows, length, codes: decodeBase64(codes), scales: decodeFloats(scales) };
  if (decoded.codes.length !== rows * length || decoded.scales.length !== rows) {
    throw new Error(
      `report data: ${rows} rows of ${length} need ${rows * length} codes and ${rows} scales, got ${decoded.codes.length} and ${decoded.scales.length}.`,
    );
  }
  return decoded;
}

/** The numbers of one row, [length]. */
export function dequantizedRow({ kind, length, codes, scales }: DecodedRows, row: number): Float32Array {
  const { levels, zero } = scaleOf[kind];
  const scale = scales[row]! / (levels * levels);
  return Float32Array.from({ length }, (_, i) => {
    const steps = codes[row * length + i]! - zero;
    return steps * Math.abs(steps) * scale;
  });
}
