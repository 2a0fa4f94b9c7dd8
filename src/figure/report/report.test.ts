/** @file Tests of the HTML report: its data from a run, its bytes, and that no text of a run becomes markup. */
import { describe, expect, it } from "vitest";
import type { Run, RunDescription, RunToken } from "../../run/types.ts";
import { byteTensor, floatTensor, intTensor } from "../../tensor/tensor.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { decodeBase64, decodeFloats, encodeBase64, encodeFloats } from "./base64.ts";
import { buildReportData } from "./build-report-data.ts";
import type { ReportOptions } from "./build-report-data.ts";
import { decodeRows, dequantizedRow, quantizedRowWriter } from "./quantization.ts";
import type { ReportPicture } from "./report-data.ts";
import { jsonForScript, renderReportPage } from "./report-page.ts";
import { openRecording } from "./viewer/recording.ts";
import { initialSelection } from "./viewer/selection.ts";

const attack = "</script><img src=x onerror=alert(1)><!--\u2028";

/** Repeatable numbers from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

const layers = 3;
const heads = 2;

/** A run of 1 BOS, 4 image, 2 question and 2 answer tokens with causal random attention; `queryOrder` is that of the recorded rows. */
function madeUpRun(queryOrder: readonly number[] = [5, 6, 7]): Run {
  const token = (id: number, text: string, role: RunToken["role"]): RunToken => ({ id, text, role, turn: 0 });
  const tokens = [
    token(1, "<s>", "bos"),
    ...[0, 1, 2, 3].map((cell) => ({
      ...token(9, "<image>", "image"),
      image: 0,
      row: Math.floor(cell / 2),
      col: cell % 2,
    })),
    token(20, "Which", "question"),
    token(21, " way", "question"),
    token(30, attack, "answer"),
    token(2, "</s>", "special"),
  ];
  const count = tokens.length;
  const tensors = new Map<string, Tensor>();
  const random = numbers(7);
  for (let layer = 0; layer < layers; layer++) {
    const attention = floatTensor([heads, queryOrder.length, count]);
    for (let head = 0; head < heads; head++) {
      for (const [row, query] of queryOrder.entries()) {
        const begin = (head * queryOrder.length + row) * count;
        const weights = Array.from({ length: query + 1 }, random);
        const sum = weights.reduce((total, weight) => total + weight, 0);
        for (const [key, weight] of weights.entries()) attention.data[begin + key] = weight / sum;
      }
    }
    tensors.set(`language.attention.${layer}`, attention);
    tensors.set(`language.attention.${layer}.queries`, intTensor([queryOrder.length], Int32Array.from(queryOrder)));
  }
  tensors.set("rollout", floatTensor([2, count], Float32Array.from({ length: 2 * count }, random)));
  tensors.set("image.0", byteTensor([3], Uint8Array.of(1, 2, 3)));
  // Positions: the image tokens 1 to 4, then the positions 6 and 7 that predict the answer.
  tensors.set("lens.positions", intTensor([6], Int32Array.of(1, 2, 3, 4, 6, 7)));
  const ids = Int32Array.from({ length: (layers + 1) * 6 * 5 }, (_, i) => (Math.floor(i / 5) % 6 === 4 ? 30 : 77));
  tensors.set("lens.ids", intTensor([layers + 1, 6, 5], ids));
  const logits = Float32Array.from({ length: ids.length }, (_, i) => 5 - (i % 5));
  tensors.set("lens.logits", floatTensor([layers + 1, 6, 5], logits));
  tensors.set("lens.logsumexp", floatTensor([layers + 1, 6], new Float32Array((layers + 1) * 6).fill(6)));
  const description: RunDescription = {
    format: 1,
    program: "0.1.0",
    model: {
      name: "made-up",
      architecture: "llava",
      sha256: { config: "", index: "" },
      precision: "f32",
      languageLayers: layers,
      languageHeads: heads,
      visionLayers: 1,
      visionHeads: 1,
      visionClassToken: true,
    },
    messages: [
      { role: "user", content: [{ type: "image" }, { type: "text", text: `Which way? ${attack}` }] },
      { role: "assistant", content: [{ type: "text", text: "ignored" }] },
    ],
    prompt: "",
    answerText: attack,
    sampling: { maxNewTokens: 2, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed: 0 },
    tokens,
    images: [
      {
        name: "a.png",
        mediaType: "image/png",
        width: 8,
        height: 8,
        fit: "default",
        inputWidth: 8,
        inputHeight: 8,
        grids: [{ rows: 2, cols: 2, box: { left: 0, top: 0, width: 8, height: 8 } }],
      },
    ],
    answer: { start: 7, end: 9 },
    answerTokens: [0.9, 0.8].map((probability) => ({
      probability,
      logit: 1,
      alternatives: [{ id: 40, text: attack, probability: 0.05 }],
    })),
    stopped: true,
    record: "default",
    methods: {},
    timings: {},
    created: "2026-11-24T00:00:00Z",
  };
  return {
    description,
    tensors,
    tensor: (name) => {
      const tensor = tensors.get(name);
      return tensor ? Promise.resolve(tensor) : Promise.reject(new Error(`no tensor ${name}`));
    },
    slice: () => Promise.reject(new Error("not needed")),
  };
}

async function attentionRow(run: Run, at: { layer: number; head: number; query: number }): Promise<Float32Array> {
  const { data, dims } = (await run.tensor(`language.attention.${at.layer}`)) as ReturnType<typeof floatTensor>;
  const queries = (await run.tensor(`language.attention.${at.layer}.queries`)).data;
  const begin = (at.head * dims[1]! + queries.indexOf(at.query)) * dims[2]!;
  return data.slice(begin, begin + dims[2]!);
}

describe("quantizedRowWriter()", () => {
  it("comes back within the stated error, exactly at 0 and at the maximum", () => {
    const random = numbers(3);
    const rows = Array.from({ length: 20 }, () =>
      Float32Array.from({ length: 97 }, () => random() ** 6 * 10 ** (4 * random() - 3)),
    );
    const writer = quantizedRowWriter(20, 97);
    for (const [row, values] of rows.entries()) {
      values[5] = 0;
      writer.write(row, values);
    }
    const decoded = decodeRows(writer.finish());
    for (const [row, values] of rows.entries()) {
      const max = Math.max(...values);
      const back = dequantizedRow(decoded, row);
      expect(back).toBeCloseToArray(values, max / 255);
      expect(back[5]).toBe(0);
      expect(Math.max(...back)).toBeCloseTo(max, 6);
      for (const [i, value] of values.entries()) {
        const bound = (max * (2 * Math.sqrt(value / max) + 1 / 510)) / 510;
        expect(Math.abs(back[i]! - value)).toBeLessThanOrEqual(bound * 1.001 + 1e-9);
      }
    }
  });

  it("takes rows of zeros, negative and non-finite values as 0", () => {
    const writer = quantizedRowWriter(2, 3);
    writer.write(0, [0, 0, 0]);
    writer.write(1, [-1, Number.NaN, 2]);
    const decoded = decodeRows(writer.finish());
    expect([...dequantizedRow(decoded, 0)]).toEqual([0, 0, 0]);
    expect([...dequantizedRow(decoded, 1)]).toBeCloseToArray([0, 0, 2], 1e-6);
  });

  it("keeps the sign of signed rows, within the stated error, and 0 as 0", () => {
    const random = numbers(9);
    const values = Float32Array.from({ length: 300 }, (_, i) => (i === 7 ? 0 : (random() - 0.5) ** 3));
    const writer = quantizedRowWriter(2, 300, "signed");
    writer.write(0, values);
    writer.write(1, new Float32Array(300));
    const decoded = decodeRows(writer.finish());
    const back = dequantizedRow(decoded, 0);
    expect(back).toBeCloseToArray(values, Math.max(...values.map(Math.abs)) / 127);
    expect(back.every((value, i) => (value === 0 ? Math.abs(values[i]!) < 1e-5 : value * values[i]! > 0))).toBe(true);
    expect(dequantizedRow(decoded, 1).every((value) => value === 0)).toBe(true);
  });

  it("refuses codes that do not fit", () => {
    expect(() =>
      decodeRows({ kind: "positive", rows: 2, length: 2, codes: encodeBase64(Uint8Array.of(1)), scales: "" }),
    ).toThrow("need 4 codes and 2 scales, got 1 and 0");
  });
});

describe("base64", () => {
  it("agrees with the platform for every byte and for more than one chunk", () => {
    const bytes = Uint8Array.from({ length: 100_001 }, (_, i) => (i * 31) % 256);
    expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
    expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
    expect([...decodeFloats(encodeFloats(Float32Array.of(0.1, -2, 1e30)))]).toEqual([
      Math.fround(0.1),
      -2,
      Math.fround(1e30),
    ]);
  });
});

describe("buildReportData()", () => {
  it("keeps the rows that predict the answer, whatever the order of the recorded rows", async () => {
    for (const order of [
      [5, 6, 7],
      [7, 5, 6],
    ]) {
      const run = madeUpRun(order);
      const recording = openRecording(await buildReportData(run));
      for (const [token, query] of [6, 7].entries()) {
        for (let layer = 0; layer < layers; layer++) {
          const perHead: Float32Array[] = [];
          for (let head = 0; head < heads; head++) {
            const row = await attentionRow(run, { layer, head, query });
            perHead.push(row.slice(1, 5));
            expect(recording.attentionMap(token, { layer, head })).toBeCloseToArray(row.slice(1, 5), 0.004);
            const image = row.slice(1, 5).reduce((a, b) => a + b, 0);
            expect(recording.shares(token, { layer, head })).toBeCloseToArray(
              [image, row[5]! + row[6]!, token === 1 ? row[7]! : 0, row[0]!],
              1e-6,
            );
          }
          const mean = perHead[0]!.map((value, i) => (value + perHead[1]![i]!) / 2);
          expect(recording.attentionMap(token, { layer, head: null })).toBeCloseToArray(mean, 0.004);
        }
      }
    }
  });

  it("leaves out the heads of the first layers beyond the budget, and keeps means and shares", async () => {
    // Two answer tokens, two heads and four image tokens: 16 bytes a layer.
    const data = await buildReportData(madeUpRun(), { perHeadBytes: 40 });
    expect(data.attention?.keptFrom).toBe(1);
    const recording = openRecording(data);
    const all = openRecording(await buildReportData(madeUpRun()));
    expect(recording.attentionMap(0, { layer: 0, head: 1 })).toBeNull();
    expect(recording.attentionMap(0, { layer: 1, head: 1 })).toEqual(all.attentionMap(0, { layer: 1, head: 1 }));
    expect(recording.attentionMap(1, { layer: 0, head: null })).toEqual(all.attentionMap(1, { layer: 0, head: null }));
    expect(recording.imageShareMatrix(1)).toEqual(all.imageShareMatrix(1));
  });

  it("reads rollout at the image tokens and the lens at the answer's positions", async () => {
    const run = madeUpRun();
    const data = await buildReportData(run, { tokenText: (id) => (id === 77 ? "named" : undefined) });
    const rollout = (await run.tensor("rollout")).data as Float32Array;
    const recording = openRecording(data);
    expect(data.maps.map(({ name }) => name)).toEqual(["rollout"]);
    expect(recording.otherMap(1, 0)).toBeCloseToArray(rollout.slice(9 + 1, 9 + 5), 1 / 255);
    expect(data.lens).toHaveLength(layers + 1);
    expect(data.lens?.[0]?.map(({ text }) => text)).toEqual([attack, "named"]);
    expect(data.lens?.[0]?.[0]?.probability).toBeCloseTo(Math.exp(-1), 6);
  });

  it("takes the question of the last user message and the picture as data", async () => {
    const data = await buildReportData(madeUpRun());
    expect(data.question).toBe(`Which way? ${attack}`.trim());
    expect(data.pictures[0]?.url).toBe("data:image/png;base64,AQID");
    expect(
      (await buildReportData(madeUpRun(), { pictureUrl: () => Promise.resolve(null) })).pictures[0]?.url,
    ).toBeNull();
  });

  it("opens at what it was made for, as far as it holds it, and else at the first word and the last layer", async () => {
    const opened = async (options: ReportOptions) => {
      const { token, map, layer, head } = initialSelection(openRecording(await buildReportData(madeUpRun(), options)));
      return { token, map, layer, head };
    };
    expect(await opened({})).toEqual({ token: 0, map: null, layer: 2, head: null });
    const place = { token: 1, map: null, layer: 1, head: 1 };
    expect(await opened({ start: place })).toEqual(place);
    expect(await opened({ start: place, perHeadBytes: 20 })).toEqual({ ...place, head: null });
    expect(await opened({ start: { token: 1, map: "rollout" } })).toMatchObject({ token: 1, map: 0 });
    expect(await opened({ start: { token: 1, map: "absent" } })).toMatchObject({ token: 1, map: null });
  });

  it("opens at the picture on which most of the map lies", async () => {
    const data = await buildReportData(madeUpRun(), { start: { token: 0, map: "rollout" } });
    const half = (firstToken: number): ReportPicture => ({
      ...data.pictures[0]!,
      grids: [{ rows: 1, cols: 2, box: { left: 0, top: 0, width: 2, height: 1 } }],
      firstToken,
    });
    const recording = openRecording({ ...data, pictures: [half(0), half(2)] });
    const [a, b, c, d] = recording.otherMap(0, 0);
    expect(initialSelection(recording).picture).toBe(a! + b! >= c! + d! ? 0 : 1);
    const turned = openRecording({ ...data, pictures: [half(2), half(0)] });
    expect(initialSelection(turned).picture).toBe(a! + b! >= c! + d! ? 1 : 0);
  });

  it("leaves out layers whose rows for the answer were not recorded", async () => {
    const data = await buildReportData(madeUpRun([5, 6]));
    expect(data.attention).toBeNull();
  });
});

describe("renderReportPage()", () => {
  async function page(script = "run()", style = "a{}"): Promise<string> {
    const run = madeUpRun();
    const data = await buildReportData(run);
    return renderReportPage({ description: run.description, data, script, style });
  }

  it("holds no text of the run as markup", async () => {
    const html = await page();
    expect(html).not.toContain("<img");
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toContain("\u2028");
  });

  it("holds the data unchanged", async () => {
    const json = /<script type="application\/json" id="report-data">(.*)<\/script>/.exec(await page())![1]!;
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(await buildReportData(madeUpRun()))));
  });

  it("allows only its own script and style, by hash, and loads nothing", async () => {
    const html = await page("run()\r\n");
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
    const script = /<script>([^]*?)<\/script>/.exec(html)![1]!;
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script));
    expect(script).toBe("run()\n");
    expect(policy).toContain(`script-src 'sha256-${Buffer.from(hash).toString("base64")}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(html).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(html).not.toMatch(/https?:/);
  });

  it("refuses a script or style that would end its element", async () => {
    await expect(page("a</SCRIPT>")).rejects.toThrow("bundled script");
    await expect(page("a", "</style>")).rejects.toThrow("bundled style");
  });
});

describe("jsonForScript()", () => {
  it("is JSON without angle brackets, ampersands or line separators", () => {
    const json = jsonForScript({ text: `${attack}&\u2029` });
    expect(json).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(json)).toEqual({ text: `${attack}&\u2029` });
  });
});
