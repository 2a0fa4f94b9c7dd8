/** @file Causal graphs of runs and of matrices from elsewhere: threads, what is recorded, and files that are wrong. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { attentionCases } from "../../test/support/causal-fixtures.ts";
import { demoPicture, loadDemoModel, questionOf } from "../../test/support/demo-question.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { NotRecordedError } from "../run/attention-block.ts";
import { defaultCausalSettings, type CausalQuery } from "../run/causes.ts";
import { openRecorded } from "../explain/recorded-run.ts";
import { explainWithCauses } from "./explain-causes.ts";
import { sharesOfExplanations } from "../findings/causes/explanation-shares.ts";
import { graphPool } from "./graph-pool.ts";
import { learnGraph } from "../findings/causes/graph-work.ts";
import { importanceOfHeads } from "../findings/causes/head-importance.ts";
import { readAttentionMatrix } from "./matrix-file.ts";
import { matrixCauses } from "./matrix-causes.ts";
import { graphWork, runGraphs } from "../findings/causes/run-graphs.ts";
import { causalStability } from "../findings/causes/stability.ts";

const model = await loadDemoModel();
const arrow = questionOf("Which way does the arrow point?", [demoPicture("arrow-right.png")]);
const options = { methods: ["attention"], record: "default", maxMemoryBytes: 2 ** 32 } as const;
const causes = { settings: defaultCausalSettings, layers: [5], tokens: ["right"] } as const;
const recorded = await explainWithCauses(model, arrow, { ...options, causes });
const run = await openRecorded(recorded);
/** The same run without its graphs, so that they have to be learned. */
const bareRun = await openRecorded({ ...recorded, description: { ...recorded.description, causes: undefined } });
const right = 4;
const pool = graphPool({ threads: 2 });
afterAll(() => pool.close());

const query = (change: Partial<CausalQuery> = {}): CausalQuery => ({
  ...defaultCausalSettings,
  token: right,
  layer: 5,
  head: 4,
  ...change,
});
const everyHead = Array.from({ length: 6 }, (_, head) => query({ head }));

describe("graphs of a run", () => {
  test("are the same in threads, in the order of the queries", async () => {
    const found = await runGraphs(bareRun, everyHead, { pool });
    expect(found.map(({ head }) => head)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const [head, each] of everyHead.entries())
      expect(found[head]).toEqual(learnGraph(await graphWork(bareRun, each)));
    expect(found[4]!.explanation.length).toBeGreaterThan(0);
  });

  test("explain by tokens before the target that the head attends to", async () => {
    for (const { nodes, target, explanation, radiusSets } of await runGraphs(bareRun, everyHead, { pool })) {
      expect(nodes.at(-1)).toBe(target);
      expect(nodes).toEqual([...nodes].sort((a, b) => a - b));
      expect(explanation.every((position) => nodes.includes(position) && position < target)).toBe(true);
      expect([...new Set(radiusSets.flat())].sort((a, b) => a - b)).toEqual(explanation);
    }
  });

  test("stop when they take too long, and the next ones get a new thread", async () => {
    const hasty = graphPool({ threads: 1, deadlineMs: 1 });
    const stopped = runGraphs(bareRun, [query()], { pool: hasty });
    await expect(stopped).rejects.toThrow("The causal graph takes longer than 0.001 s; raise the attention threshold");
    await expect(runGraphs(bareRun, [query()], { pool: hasty })).rejects.toThrow("takes longer");
    await hasty.close();
  });

  test("stop when they are cancelled, and the threads go on with the next ones", async () => {
    const controller = new AbortController();
    const stopped = runGraphs(bareRun, everyHead, { pool, signal: controller.signal });
    controller.abort(new Error("stopped"));
    await expect(stopped).rejects.toThrow("stopped");
    expect(await runGraphs(bareRun, [query()], { pool })).toHaveLength(1);
  });

  test("that the run holds are not learned again", async () => {
    const closed = graphPool({ threads: 1, deadlineMs: 1 });
    expect(await runGraphs(run, everyHead, { pool: closed })).toEqual(await runGraphs(bareRun, everyHead, { pool }));
    await closed.close();
  });

  test("need a layer that was recorded whole", async () => {
    await expect(runGraphs(run, [query({ layer: 0 })], { pool })).rejects.toThrow(NotRecordedError);
  });

  test("are recorded with their marks, and open again", () => {
    const { causes: found, methods } = run.description;
    expect(found).toHaveLength(6);
    expect(methods["causal"]).toMatchObject({ layers: [5], tokens: [right], alpha: 1e-5 });
    for (const { head, nodes, noGraph } of found!) {
      const { dims } = run.tensors.get(`causal.5.${head}.${right}.marks`) ?? {};
      expect(dims).toEqual(noGraph === undefined ? [nodes.length, nodes.length] : undefined);
    }
  });

  test("leave no attention behind that nobody asked for", async () => {
    const asked = { ...causes, layers: [2] };
    const { tensors, description } = await explainWithCauses(model, arrow, { ...options, methods: [], causes: asked });
    expect([...tensors.keys()].filter((name) => !name.startsWith("causal.2."))).toEqual(["input_ids", "image.0"]);
    expect(description.record).toBe("default");
    expect(Object.keys(description.methods)).toEqual(["causal"]);
    expect(description.causes).toHaveLength(6);
  });
});

describe("stability", () => {
  test("counts each setting once, and holds the default graph", async () => {
    const { count, settings, edges, explaining } = await causalStability(
      run,
      { ...query(), over: "settings" },
      { pool },
    );
    expect([count, new Set(settings).size]).toEqual([30, 30]);
    const [graph] = await runGraphs(run, [query()], { pool });
    for (const position of graph!.explanation) {
      expect(explaining.find((each) => each.position === position)!.count).toBeGreaterThanOrEqual(1);
    }
    expect(edges.every((edge) => edge.a < edge.b && edge.count >= 1 && edge.count <= 30)).toBe(true);
  });

  test("leaves out layers that were not recorded whole", async () => {
    const { count, settings } = await causalStability(run, { ...query(), over: "layer" }, { pool });
    expect([count, settings]).toEqual([1, ["layer 5"]]);
  });

  test("repeats with the same noise", async () => {
    const once = await causalStability(run, { ...query(), over: "noise" }, { pool });
    expect(await causalStability(run, { ...query(), over: "noise" }, { pool })).toEqual(once);
  });
});

test("shares of explanations count heads", () => {
  expect([...sharesOfExplanations([{ explanation: [1, 3] }, { explanation: [3] }], 4)]).toEqual([0, 0.5, 0, 1]);
});

test("the head that looks at the arrow is the most important one for the image", async () => {
  const { image } = await importanceOfHeads(run, { token: right, layer: 5 });
  expect(image.indexOf(Math.max(...image))).toBe(4);
});

describe("matrices from elsewhere", () => {
  const folder = temporaryFolder();
  const write = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const square = (dtype: "F32" | "F64", rows: readonly (readonly number[])[]): Uint8Array => {
    const data = dtype === "F32" ? new Float32Array(rows.flat()) : new Float64Array(rows.flat());
    const header = JSON.stringify({
      other: { dtype: "F32", shape: [1], data_offsets: [data.byteLength, data.byteLength + 4] },
      head: { dtype, shape: [rows.length, rows.length], data_offsets: [0, data.byteLength] },
    });
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    const length = new BigUint64Array([BigInt(padded.length)]);
    return Buffer.concat([
      Buffer.from(length.buffer),
      Buffer.from(padded),
      Buffer.from(data.buffer),
      Buffer.from(new Float32Array(1).buffer),
    ]);
  };

  test("give every field of the published results", async () => {
    const [golden] = attentionCases();
    const path = write("golden.json", JSON.stringify(golden));
    const matrix = await readAttentionMatrix(path);
    for (const each of golden!.runs) {
      const found = matrixCauses(matrix, {
        variant: "reference",
        alpha: each.alpha,
        samples: each.num_records,
        signRule: each.sign_rule,
        nodes: matrix.nodes!,
        target: matrix.target!,
      });
      for (const [field, value] of Object.entries(found)) {
        if (field in each) expect(value, field).toEqual(each[field as keyof typeof each]);
      }
    }
  });

  test("are read from square tensors of 32 and 64 bits", async () => {
    const rows = [
      [1, 0, 0],
      [0.25, 0.75, 0],
      [0.1, 0.2, 0.7],
    ];
    for (const dtype of ["F32", "F64"] as const) {
      const matrix = await readAttentionMatrix(write(`${dtype}.safetensors`, square(dtype, rows)));
      expect(matrix.tokens).toBe(3);
      expect([...matrix.rowOf(1)]).toEqual(rows[1]);
      if (dtype === "F64") expect([...matrix.rowOf(2)]).toEqual(rows[2]);
    }
  });

  test.each([
    ["no.json", "{", "is not valid JSON"],
    ["short.json", '{"attention_lower": [[1], [1]]}', 'row 1 of "attention_lower" has 1 numbers'],
    ["text.json", '{"attention_lower": "x"}', '"attention_lower" is wrong'],
    ["word.json", '{"attention_lower": [[1], [1, "x"]]}', 'row 1 of the attention holds "\\"x\\"" at 1'],
    ["null.json", '{"attention_lower": [[null]]}', "row 0 of the attention holds"],
    ["huge.json", '{"attention_lower": [[1e200]]}', "row 0 of the attention holds 1e+200 at 0"],
    ["deep.json", `{"attention_lower": ${"[".repeat(2000)}${"]".repeat(2000)}}`, "nested 2001 levels deep"],
    ["many.json", `{"attention_lower": [${"[],".repeat(2_000_001)}[]]}`, "2000004 objects and lists"],
    ["outside.json", '{"attention_lower": [[1]], "tokens": [0, 1]}', '"tokens" names 1; it lists tokens from 0 to 0'],
    ["twice.json", '{"attention_lower": [[1]], "tokens": [0, 0]}', '"tokens" names a token twice'],
    ["target.json", '{"attention_lower": [[1]], "target": -1}', '"target" is wrong'],
    [
      "size.json",
      '{"attention_lower": [[1]], "tester": {"kind": "row-sum", "threshold": 1, "max_set_size": 1e9}}',
      '"tester.max_set_size" is wrong',
    ],
    ["kind.json", '{"attention_lower": [[1]], "tester": {"kind": "other"}}', '"tester.kind" is wrong'],
    ["missing.safetensors", undefined, "the file is missing"],
    ["missing.json", undefined, "the file is missing"],
  ])("say what is wrong with %s", async (name, content, message) => {
    const path = content === undefined ? join(folder, name) : write(name, content);
    await expect(readAttentionMatrix(path)).rejects.toThrow(message);
  });

  test("say which tensor is not there, and where a number is missing", async () => {
    const bytes = square("F64", [
      [1, 0],
      [NaN, 1],
    ]);
    const path = write("nan.safetensors", bytes);
    await expect(readAttentionMatrix(path, { tensor: "x" })).rejects.toThrow('no square tensor "x"');
    await expect(readAttentionMatrix(path)).rejects.toThrow("row 1 of the attention holds NaN at 0");
  });
});
