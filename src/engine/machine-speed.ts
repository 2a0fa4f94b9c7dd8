/** @file Measures in about a second how fast a machine multiplies matrices and reads them: what most of a model's time goes by. */
import { graphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { withSession, type GraphSession, type Runtime } from "../runtime/runtime.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";

/** A matrix that no cache of a processor holds: 128 MB. */
const matrix = { rows: 8192, columns: 4096 } as const;

/** Rows that meet it together. */
const manyRows = 128;

/** Times of each measurement, of which the one in the middle counts; a first one, which takes memory, does not. */
const rounds = 3;

/** What a machine does in a second, in f32 and with all its cores. */
export interface MachineSpeed {
  /** Multiplications of a matrix with many rows, each with its addition. */
  readonly multiplicationsPerSecond: number;
  /** Bytes of a matrix that meets a single row. */
  readonly bytesPerSecond: number;
}

function filled(dims: readonly number[]): FloatTensor {
  const tensor = floatTensor(dims);
  tensor.data.fill(0.5);
  return tensor;
}

async function secondsOf(
  session: GraphSession,
  { x, weight, rows }: { x: Value; weight: [Value, FloatTensor]; rows: number },
): Promise<number> {
  const input = filled([rows, matrix.columns]);
  const seconds: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    await session.run(new Map([[x, input], weight]));
    if (round > 0) seconds.push((performance.now() - start) / 1000);
  }
  return seconds.sort((a, b) => a - b)[Math.floor(rounds / 2)]!;
}

/** Measures the speed of the runtime's machine as it is now; other work on it makes it slower. */
export async function measureSpeed(runtime: Runtime): Promise<MachineSpeed> {
  const g = graphBuilder();
  const x = g.input("x", "f32", ["rows", matrix.columns]);
  const w = g.input("weight", "f32", [matrix.rows, matrix.columns]);
  g.output(g.linear(x, w));
  return withSession(runtime, g.build(), async (session) => {
    const weight: [Value, FloatTensor] = [w, filled([matrix.rows, matrix.columns])];
    const one = await secondsOf(session, { x, weight, rows: 1 });
    const many = await secondsOf(session, { x, weight, rows: manyRows });
    const numbers = matrix.rows * matrix.columns;
    return { multiplicationsPerSecond: (numbers * manyRows) / many, bytesPerSecond: (4 * numbers) / one };
  });
}
