/** @file Rows of numbers from 0 up as one byte each, so that a report stays small. */
import { decodeBase64, decodeFloats, encodeBase64, encodeFloats } from "./base64.ts";

/**
 * Rows of non-negative numbers. Entry i of row r is (codes[r, i] / 255)^2 times scales[r], the row's maximum: the square
 * keeps small values apart beside a large one. The error is at most 1/255 of the row's maximum, and far less for small values.
 */
export interface QuantizedRows {
  readonly rows: number;
  readonly length: number;
  /** Base64 of [rows, length] bytes. */
  readonly codes: string;
  /** Base64 of [rows] floats. */
  readonly scales: string;
}

/** The same with its bytes at hand. */
export interface DecodedRows {
  readonly rows: number;
  readonly length: number;
  readonly codes: Uint8Array;
  readonly scales: Float32Array;
}

const levels = 255;

/** Rows that are filled one by one and then encoded. Values below 0 and what is not finite count as 0. */
export interface RowWriter {
  write(row: number, values: ArrayLike<number>): void;
  finish(): QuantizedRows;
}

/** A writer of `rows` rows of `length` numbers. */
export function quantizedRowWriter(rows: number, length: number): RowWriter {
  const codes = new Uint8Array(rows * length);
  const scales = new Float32Array(rows);
  const valid = (value: number): number => (value > 0 && Number.isFinite(value) ? value : 0);
  return {
    write(row, values) {
      let max = 0;
      for (let i = 0; i < length; i++) max = Math.max(max, valid(values[i]!));
      scales[row] = max;
      for (let i = 0; i < length; i++) {
        codes[row * length + i] = max > 0 ? Math.round(Math.sqrt(valid(values[i]!) / max) * levels) : 0;
      }
    },
    finish: () => ({ rows, length, codes: encodeBase64(codes), scales: encodeFloats(scales) }),
  };
}

/** The bytes and scales of rows. Throws where their lengths do not fit. */
export function decodeRows({ rows, length, codes, scales }: QuantizedRows): DecodedRows {
  const decoded = { rows, length, codes: decodeBase64(codes), scales: decodeFloats(scales) };
  if (decoded.codes.length !== rows * length || decoded.scales.length !== rows) {
    throw new Error(
      `report data: ${rows} rows of ${length} need ${rows * length} codes and ${rows} scales, got ${decoded.codes.length} and ${decoded.scales.length}.`,
    );
  }
  return decoded;
}

/** The numbers of one row, [length]. */
export function dequantizedRow({ length, codes, scales }: DecodedRows, row: number): Float32Array {
  const scale = scales[row]! / (levels * levels);
  return Float32Array.from({ length }, (_, i) => codes[row * length + i]! ** 2 * scale);
}
