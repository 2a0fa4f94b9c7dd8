import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors } from "../../test/support/example-run.ts";
import { runInMemory, tensorsWithout } from "../../test/support/in-memory-run.ts";
import { byteTensor, type Tensor } from "../tensor/tensor.ts";
import type { GridChoice } from "../run/grids.ts";
import type { Run } from "../run/types.ts";
import { exportRun, runNameOf } from "./export.ts";
import { formatOfPath, type ExportFormat } from "./formats.ts";

let folder: string;
let run: Run;

async function pngOf(width: number, height: number): Promise<Uint8Array> {
  const picture = sharp({ create: { width, height, channels: 3, background: "#c08040" } });
  return new Uint8Array(await picture.png().toBuffer());
}

/** The example with pictures that can be read. */
async function withPictures(tensors: ReadonlyMap<string, Tensor>): Promise<Map<string, Tensor>> {
  const pictures = await Promise.all([pngOf(40, 30), pngOf(60, 40)]);
  return new Map([...tensors, ...pictures.map((png, i) => [`image.${i}`, byteTensor([png.length], png)] as const)]);
}

beforeAll(async () => {
  run = await runInMemory({ tensors: await withPictures(exampleTensors()) });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "export-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function exported(formats: readonly ExportFormat[], selection = {}, from = run): Promise<string[]> {
  const { files } = await exportRun(from, { formats, selection, runName: "pets", out: { folder } });
  return files.map((file) => file.slice(folder.length + 1));
}

/** Lines of a CSV without quoted line ends. */
function csvRows(name: string): string[][] {
  const lines = readFileSync(join(folder, name), "utf8").trimEnd().split("\r\n");
  return lines.map((line) => line.split(","));
}

describe("runNameOf", () => {
  it("is the file's name without its ending", () => {
    expect(runNameOf("runs/arrow.run.safetensors")).toBe("arrow");
    expect(runNameOf("arrow.safetensors")).toBe("arrow");
    expect(runNameOf("/a/arrow")).toBe("arrow");
  });
});

describe("formatOfPath", () => {
  it("is what the ending names", () => {
    expect(formatOfPath("a/b.PNG")).toBe("png");
    expect(formatOfPath("figures")).toBeUndefined();
    expect(formatOfPath("png")).toBeUndefined();
  });
});

describe("exportRun", () => {
  it("draws each picture and the matrix as PNG", async () => {
    const files = await exported(["png"], { token: "t25", layer: 0, head: 1 });
    expect(files).toEqual([
      "pets.attention.layer-0.head-1.token-0-t25.picture-1.png",
      "pets.attention.layer-0.head-1.token-0-t25.picture-2.png",
      "pets.layers-heads.token-0-t25.png",
    ]);
    const { format, width, height } = await sharp(join(folder, files[0]!)).metadata();
    // 640 x 480 for the picture of 40 x 30 with 20 around it, header and color bar, at twice the size.
    expect({ format, width }).toEqual({ format: "png", width: 1360 });
    expect(height).toBeGreaterThan(2 * (480 + 40));
    expect(height).toBeLessThan(2 * (480 + 40 + 220));
  });

  it("writes SVG with its texts as texts, and no link to elsewhere", async () => {
    const files = await exported(["svg"], { method: "rollout", token: "0" });
    expect(files[0]).toBe("pets.rollout.token-0-t25.picture-1.svg");
    const svg = readFileSync(join(folder, files[0]!), "utf8");
    expect(svg).toContain(">And this?</text>");
    expect(svg).toContain("picture 1 of 2");
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:\/\//);
    await expect(sharp(Buffer.from(svg)).metadata()).resolves.toMatchObject({ format: "svg" });
  });

  it("adds the table of the lens to its map", async () => {
    const files = await exported(["svg"], { method: "lens", token: "0", layer: 0 });
    expect(files).toContain("pets.lens-table.svg");
    expect(files[0]).toBe("pets.lens.layer-0.token-0-t25.picture-1.svg");
  });

  it("writes tidy tables", async () => {
    expect(await exported(["csv"], { layer: 1, head: 0, token: "0" })).toEqual([
      "pets.attention.layer-1.head-0.csv",
      "pets.tokens.csv",
      "pets.layers-heads.csv",
      "pets.text-against-image.csv",
      "pets.lens.csv",
    ]);
    // 3 answer tokens, 10 image tokens, 2 layers x 3 heads, 3 lens rows x 5.
    expect(csvRows("pets.attention.layer-1.head-0.csv")).toHaveLength(1 + 3 * 10);
    expect(csvRows("pets.tokens.csv")).toHaveLength(1 + 20);
    expect(csvRows("pets.layers-heads.csv")).toHaveLength(1 + 3 * 6);
    expect(csvRows("pets.lens.csv")).toHaveLength(1 + 3 * 3 * 5);
  });

  it("places image tokens on the original picture", async () => {
    await exported(["csv"], { layer: 1, head: 0, token: "0" });
    const [header, ...rows] = csvRows("pets.attention.layer-1.head-0.csv");
    expect(header!.join()).toBe(
      "method,variant,map,layer,head,token,text,position,image,grid,row,col,left,top,width,height,sink,value",
    );
    // The last cell of picture 0 is the lower right quarter of its box from (5, 0), 30 x 30.
    expect(rows[3]!.slice(7, 17)).toEqual(["4", "0", "0", "1", "1", "20", "15", "15", "15", "0"]);
    // Token 0 is predicted at 16: row 16 of head 0 begins at 320.
    expect(Number(rows[3]![17])).toBeCloseTo(100 + (320 + 4) / 1000, 4);
  });

  it("writes only explained tokens of a method by gradient, with its variant and map", async () => {
    const methods = { relevancy: { tokens: [0, 2], target: "logit" } };
    const partly = await runInMemory({ description: { methods }, tensors: await withPictures(exampleTensors()) });
    const request = { method: "relevancy", map: "vision" } as const;
    const files = await exported(["csv"], request, partly);
    expect(files[0]).toBe("pets.relevancy.exact.vision.csv");
    const [, ...rows] = csvRows(files[0]!);
    expect(rows).toHaveLength(2 * 10);
    expect(rows[19]!.slice(0, 6)).toEqual(["relevancy", "exact", "vision", "", "", "2"]);
    expect(Number(rows[19]!.at(-1))).toBeCloseTo(0.029, 6);
  });

  it("writes what each token rests on: its best patch, and every word before it", async () => {
    await exported(["csv"], { token: "0" });
    const [header, ...rows] = csvRows("pets.text-against-image.csv");
    expect(header!.join()).toBe("token,text,image_part,on_image,on_text,input,word,position,image,row,col,relevancy");
    // Token 0 has three words of questions and one of an earlier answer before it, sorted by relevancy.
    expect(rows.filter(([token]) => token === "0").map((row) => row[5])).toEqual([
      ...["patch", "question", "answer", "question", "question"],
    ]);
    const [patch] = rows;
    // The row of token 0 grows with the position: the last image token, at 14, is the largest.
    expect(patch!.slice(5, -1)).toEqual(["patch", "", "14", "1", "1", "2"]);
    expect(Number(patch!.at(-1))).toBeCloseTo(0.014, 6);
    expect(Number(patch![3])).toBeCloseTo((1 + 2 + 3 + 4 + 9 + 10 + 11 + 12 + 13 + 14) / 1000, 6);
    expect(Number(patch![4])).toBeCloseTo((5 + 6 + 7 + 15) / 1000, 6);
    expect(Number(patch![2])).toBeCloseTo(79 / 112, 6);
  });

  it("draws maps of relevancy with text against image, and signed maps of LRP", async () => {
    const files = await exported(["svg"], { method: "relevancy", token: "t26" });
    expect(files).toEqual([
      "pets.relevancy.exact.language.token-1-t26.picture-1.svg",
      "pets.relevancy.exact.language.token-1-t26.picture-2.svg",
      "pets.text-against-image.token-1-t26.svg",
    ]);
    const [map, , bars] = files.map((file) => readFileSync(join(folder, file), "utf8"));
    expect(map).toContain("exact, language model, raw logit of “t26”, picture 1 of 2");
    expect(bars).toContain("Behind “t26”");
    expect(bars).toContain("patch in row 1, column 2 of picture 2");
    const [lrp] = await exported(["svg"], { method: "lrp", token: "0" });
    // Values of both signs have a scale that is symmetric about 0.
    expect(readFileSync(join(folder, lrp!), "utf8")).toMatch(/from -0\.02[89]\d* to 0\.02[89]/);
  });

  it("refuses to hide sinks that the run does not tell", async () => {
    const bare = await runInMemory({ tensors: await withPictures(tensorsWithout("language.norms")) });
    await expect(exported(["svg"], { hideSinks: true }, bare)).rejects.toThrow(
      "The run holds no attention, which sinks",
    );
  });

  it("draws the grids that are asked for of a picture that the model sees twice, and says what lies on the others", async () => {
    const example = exampleDescription();
    const [first, second] = example.images;
    // The four patches of the first picture as an overview of one and two tiles of one and two.
    const whole = { rows: 1, cols: 1, box: first!.grids[0]!.box };
    const half = { ...whole.box, width: whole.box.width / 2 };
    const grids = [
      whole,
      { rows: 1, cols: 1, box: half },
      { rows: 2, cols: 1, box: { ...half, left: half.left + half.width } },
    ];
    let seen = 0;
    const tokens = example.tokens.map((token) =>
      token.role === "image" && token.image === 0 ? { ...token, row: [0, 0, 0, 1][seen++]!, col: 0 } : token,
    );
    const tiled = await runInMemory({
      description: { tokens, images: [{ ...first!, grids }, second!] },
      tensors: await withPictures(exampleTensors()),
    });
    const of = async (choice: GridChoice) => {
      const [file] = await exported(["svg"], { method: "rollout", token: "t26", grids: choice }, tiled);
      return { file, svg: readFileSync(join(folder, file!), "utf8") };
    };
    const overview = await of("overview");
    expect(overview.file).toBe("pets.rollout.overview.token-1-t26.picture-1.svg");
    expect(overview.svg).toMatch(/on tiles that are not drawn: \d\.\d\d.*; overview only/);
    const finest = await of("finest");
    expect(finest.svg).toContain("finest grid");
    expect(finest.svg).not.toContain("not drawn");
    const each = await of("each");
    expect(each.svg).toContain("mean of overview and tiles");
    // The same numbers in three drawings.
    const mapOf = (svg: string) => /<g id="map"[^]*?href="(data:image[^"]+)"/.exec(svg)?.[1];
    expect(new Set([overview, finest, each].map(({ svg }) => mapOf(svg))).size).toBe(3);
  });

  it("writes one JSON document", async () => {
    const [file] = await exported(["json"], { layer: 1, head: 0, token: "t25" });
    const document = JSON.parse(readFileSync(join(folder, file!), "utf8")) as Record<string, unknown>;
    expect(document).toMatchObject({
      question: "And this?",
      answer: " t25 t26",
      selection: { method: "attention", layer: 1, head: 0, tokens: [0], text: "t25" },
      imageAttention: { layers: [0, 1], heads: 3 },
    });
    const pictures = document.pictures as { grids: { values: number[] }[] }[];
    expect(pictures.map(({ grids }) => grids[0]!.values.length)).toEqual([4, 6]);
    expect(pictures[0]!.grids[0]!.values[3]).toBeCloseTo(100.324, 4);
  });

  it("writes no map where the run has no picture", async () => {
    const example = exampleDescription();
    const tokens = example.tokens.filter(({ role }) => role !== "image");
    const bare = await runInMemory({
      description: { tokens, images: [], answer: { start: 7, end: 10 }, causes: [], measures: [] },
      tensors: new Map<string, Tensor>([
        ["input_ids", { type: "i32", dims: [10], data: Int32Array.from(tokens, ({ id }) => id) }],
        ["rollout", { type: "f32", dims: [3, 10], data: new Float32Array(30) }],
      ]),
    });
    const request = { selection: {}, runName: "text", out: { folder } };
    await expect(exportRun(bare, { ...request, formats: ["png"] })).rejects.toThrow("The run has no picture");
    expect((await exportRun(bare, { ...request, formats: ["json", "csv"] })).files).toHaveLength(3);
  });

  it("takes the name of a file for the main one", async () => {
    const out = { file: join(folder, "fig.svg"), format: "svg" } as const;
    const { files } = await exportRun(run, { formats: ["svg"], selection: { token: "0" }, runName: "pets", out });
    expect(files.map((file) => file.slice(folder.length + 1))).toEqual([
      "fig.svg",
      "fig.picture-2.svg",
      "fig.layers-heads.svg",
    ]);
  });

  it("writes over what it wrote before, of every format, and over nothing else", async () => {
    const formats = ["png", "svg", "csv", "json", "html"] as const;
    const names = await exported(formats, { method: "attention" });
    expect(names.length).toBeGreaterThan(12);
    expect(await exported(formats, { method: "attention" })).toEqual(names);
    const out = (file: string, format: ExportFormat) => ({ file: join(folder, file), format });
    const request = { selection: { method: "rollout" }, runName: "pets" } as const;
    for (const format of formats) {
      const name = names.findLast((each) => formatOfPath(each) === format)!;
      // A figure may take the place of another figure, but not of a file of other content.
      await exportRun(run, { ...request, formats: [format], out: out(name, format) });
      writeFileSync(join(folder, name), "mine");
      const again = exportRun(run, { ...request, formats: [format], out: out(name, format) });
      await expect(again).rejects.toThrow("this program did not write it");
      expect(readFileSync(join(folder, name), "utf8")).toBe("mine");
    }
  });

  it("throws where the folder cannot be made", async () => {
    writeFileSync(join(folder, "file"), "");
    const request = { formats: ["json"], selection: {}, runName: "pets" } as const;
    await expect(exportRun(run, { ...request, out: { folder: join(folder, "file", "x") } })).rejects.toThrow(
      "cannot be made: a part of its path is a file",
    );
  });

  it("throws where a picture of the run is damaged", async () => {
    const damaged = await runInMemory();
    const request = { formats: ["png"], selection: {}, runName: "pets", out: { folder } } as const;
    await expect(exportRun(damaged, request)).rejects.toThrow("picture 0 of the run");
  });

  it("reads no tensor that the format does not need", async () => {
    const read = new Set<string>();
    const watched: Run = {
      ...run,
      tensor: (name) => (read.add(name), run.tensor(name)),
      slice: (name, range) => (read.add(name), run.slice(name, range)),
    };
    const selection = { method: "attention", token: "0", layer: 0, head: 0 } as const;
    await exportRun(watched, { formats: ["svg"], selection, runName: "pets", out: { folder } });
    const unneeded = ["vision.", "relevancy.", "lens.", "logits", "rollout", "causal."];
    expect([...read].filter((name) => unneeded.some((prefix) => name.startsWith(prefix)))).toEqual([]);
  });

  it("leaves out what the run does not hold", async () => {
    const bare = await runInMemory({ tensors: await withPictures(tensorsWithout("lens.", "rollout")) });
    expect(await exported(["csv"], {}, bare)).not.toContain("pets.lens.csv");
  });
});
