/** @file The golden data of causal discovery (test/fixtures/causal/README.md), as the tests read them. */
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../fixtures/causal/", import.meta.url);

export interface GoldenGraph {
  readonly marks: readonly (readonly number[])[];
  readonly sepsets: readonly (readonly [number, number, readonly number[]])[];
  readonly tests_by_size: readonly number[];
}

export type GoldenTree = readonly [number, readonly GoldenTree[]];

export interface GoldenRun extends GoldenGraph {
  readonly alpha: number;
  readonly num_records: number;
  readonly sign_rule: "two-sided" | "legacy";
  readonly explanation: readonly number[];
  readonly pds_tree: GoldenTree;
  readonly radius_sets: Readonly<Record<string, readonly number[]>>;
  readonly explanation_by_range: Readonly<Record<string, readonly number[]>>;
  readonly searched: Readonly<Record<"minimal" | "all", readonly (readonly [readonly number[], number])[]>>;
  readonly edges: number;
  readonly python_seconds: { readonly cpu: number };
}

export interface AttentionCase {
  readonly name: string;
  readonly attention_lower: readonly (readonly number[])[];
  readonly tokens: readonly number[];
  readonly target: number;
  readonly family: string;
  readonly tester: { readonly threshold: number; readonly max_set_size: number };
  readonly runs: readonly GoldenRun[];
}

interface OracleGraph extends GoldenGraph {
  readonly nodes: readonly number[];
}

export interface OracleCase {
  readonly name: string;
  readonly num_nodes: number;
  readonly edges: readonly (readonly [number, number])[];
  readonly observed: readonly number[];
  readonly causal_order: readonly number[];
  readonly icd: OracleGraph;
  readonly ordered_icd: OracleGraph;
  readonly ordered_icd_local: OracleGraph;
  readonly reference_pag: readonly (readonly number[])[];
  readonly checks: { readonly icd_equals_reference: boolean };
}

export interface IndependenceCase {
  readonly matrix: string;
  readonly x: number;
  readonly y: number;
  readonly z: readonly number[];
  readonly num_records: number;
  readonly tag: string;
  readonly par_corr: number | string;
  readonly par_corr_exact: number | null;
  readonly p_value: number | string;
  readonly p_value_legacy: number | string;
  readonly cond: number;
  readonly "independent_at_1e-5": boolean | null;
}

interface FullHead {
  readonly importance: number;
  readonly relevant_tokens: readonly number[];
  readonly graph: OracleGraph;
  readonly explanation: readonly number[];
  readonly pds_tree: GoldenTree;
  readonly radius_sets: Readonly<Record<string, readonly number[]>>;
  readonly text_tokens: readonly number[];
  readonly text_graph: OracleGraph;
  readonly text_explanation: readonly number[];
}

export interface FullCase {
  readonly num_heads: number;
  readonly num_tokens: number;
  readonly image_start: number;
  readonly num_image_tokens: number;
  readonly runs: readonly {
    readonly token_to_explain: number;
    readonly alpha: number;
    readonly num_records: number;
    readonly attention_threshold: number;
    readonly heads: readonly FullHead[];
    readonly python_seconds: { readonly cpu: number };
  }[];
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8"));
}

export function attentionCases(): AttentionCase[] {
  return readdirSync(folder)
    .filter((name) => /^attention-\d+\.json$/.test(name))
    .sort()
    .map((name) => ({ ...(read(name) as Omit<AttentionCase, "name">), name }));
}

export function oracleCases(): readonly OracleCase[] {
  return (read("oracle-pag.json") as { cases: OracleCase[] }).cases;
}

export function independenceCases(): {
  readonly matrices: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly cases: readonly IndependenceCase[];
} {
  return read("ci-tests.json") as ReturnType<typeof independenceCases>;
}

/** The complete case: by head a row of attention for each position, zero beyond it, [heads][query][key]. */
export function fullCase(): FullCase & { readonly rowOf: (head: number) => (position: number) => Float32Array } {
  const described = read("lvlm-full.json") as FullCase;
  const bytes = readFileSync(new URL("lvlm-full-attention.f32", folder));
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const { num_tokens: length } = described;
  const perHead = (length * (length + 1)) / 2;
  return {
    ...described,
    rowOf: (head) => (position) => {
      const row = new Float32Array(length);
      const start = head * perHead + (position * (position + 1)) / 2;
      row.set(values.subarray(start, start + position + 1));
      return row;
    },
  };
}

/** Rows of a lower triangle, zero beyond it. */
export function rowsOfTriangle(lower: readonly (readonly number[])[]): (position: number) => Float64Array {
  return (position) => {
    const row = new Float64Array(lower.length);
    row.set(lower[position]!);
    return row;
  };
}
