/** @file Tests that an output takes the place of nothing but an older output of its kind. */
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import sharp from "sharp";
import { exampleDescription, exampleTensors } from "../../../test/support/example-run.ts";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { encodeSafetensors } from "../../safetensors/write.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import { encodePng } from "../../picture-work/encode-png.ts";
import { programMark } from "../../program/program-mark.ts";
import { writeRun } from "../../../test/support/write-run.ts";
import { checkOutput, plainRule, requireRoomFor, type OutputRule } from "./check-output.ts";
import { writeOutputs } from "./write-output.ts";

const run = () => ({ description: exampleDescription(), tensors: exampleTensors() });
const rgb = { width: 2, height: 2, data: new Uint8Array(12) };

/** A folder with a picture and a model's folder, which a command reads. */
function commandFolder() {
  const folder = temporaryFolder();
  const path = (name: string): string => join(folder, name);
  mkdirSync(path("model"));
  writeFileSync(path("model/config.json"), "{}");
  writeFileSync(path("model/part-1.safetensors"), "weights");
  writeFileSync(path("picture.png"), "picture");
  const inputs = [
    { path: path("model"), what: "the model" },
    { path: path("picture.png"), what: "the picture" },
  ];
  const check = (name: string, more: Partial<OutputRule> = {}) =>
    checkOutput(path(name), { kind: "run", inputs, force: false, ...more });
  return { folder, path, check, inputs };
}

describe("a new file", () => {
  it("may be written where its folder is, also into the model's", async () => {
    const { check } = commandFolder();
    for (const name of ["new.run.safetensors", "model/new.run.safetensors", "é".repeat(100)]) await check(name);
  });

  it.each([
    ["none/new", "its folder does not exist; make the folder first."],
    ["picture.png/new", "a part of its path is a file; choose another path."],
    ["model", "it is a folder; give the name of a file."],
    ["x".repeat(256), "its name is too long; choose a shorter one."],
    ["é".repeat(128), "its name is too long; choose a shorter one."],
  ])("cannot be written at %s", async (name, sentence) => {
    const { check, path } = commandFolder();
    await expect(check(name, { force: true })).rejects.toThrow(`${path(name)} cannot be written: ${sentence}`);
  });

  it("does not become the weights of a model that lie in parts", async () => {
    const { check } = commandFolder();
    await expect(check("model/model.safetensors", { force: true })).rejects.toThrow("would be read as the weights");
    await check("model.safetensors");
  });
});

describe("a file that the command reads", () => {
  it("is not replaced, by whatever name and with --force", async () => {
    const { folder, path, check, inputs } = commandFolder();
    symlinkSync("picture.png", path("link.png"));
    symlinkSync("link.png", path("link-to-link.png"));
    linkSync(path("picture.png"), path("hard.png"));
    symlinkSync("model", path("linked-model"));
    linkSync(path("model/part-1.safetensors"), path("hard.safetensors"));
    const names = [
      ...["picture.png", "./model/../picture.png", "link.png", "link-to-link.png", "hard.png"],
      ...["model/config.json", "linked-model/part-1.safetensors", "hard.safetensors"],
    ];
    for (const name of names) {
      await expect(check(name)).rejects.toThrow("which this command reads, so it is not written over");
      await expect(check(name, { force: true })).rejects.toThrow("which this command reads, so it is not written over");
    }
    const written = relative("", path("picture.png"));
    await expect(checkOutput(written, { kind: "png", inputs, force: true })).rejects.toThrow(
      "is the picture, which this command reads",
    );
    expect(readdirSync(folder)).toHaveLength(7);
  });

  it("is not replaced where it is one of ours", async () => {
    const { path, check } = commandFolder();
    await writeRun(path("a.run.safetensors"), run());
    await check("a.run.safetensors");
    await expect(
      check("a.run.safetensors", { inputs: [{ path: path("a.run.safetensors"), what: "the run" }] }),
    ).rejects.toThrow("is the run, which this command reads");
  });

  it("of a model in the cache is known by the file that its link names", async () => {
    const { path, inputs } = commandFolder();
    mkdirSync(path("blobs"));
    writeFileSync(path("blobs/abc"), "weights");
    symlinkSync("../blobs/abc", path("model/model.safetensors"));
    for (const name of ["blobs/abc", "model/model.safetensors"]) {
      await expect(checkOutput(path(name), { kind: "pixel-values", inputs, force: true })).rejects.toThrow("the model");
    }
  });
});

describe("a file that others made", () => {
  it("is replaced with --force alone", async () => {
    const { path, check } = commandFolder();
    writeFileSync(path("notes.txt"), "mine");
    await expect(check("notes.txt")).rejects.toThrow(
      `${path("notes.txt")} is there already, and this program did not write it; choose another --out, or add --force to replace it.`,
    );
    await check("notes.txt", { force: true });
    writeFileSync(path("empty"), "");
    await check("empty");
  });

  it("stays in the model's folder, also deep in it", async () => {
    const { path, check } = commandFolder();
    mkdirSync(path("model/more"));
    writeFileSync(path("model/more/template.jinja"), "template");
    await expect(check("model/more/template.jinja", { force: true })).rejects.toThrow(
      "lies in the folder of the model",
    );
  });

  it("is no device, pipe or broken link", async () => {
    const { path, check } = commandFolder();
    symlinkSync("none", path("broken"));
    await expect(check("broken", { force: true })).rejects.toThrow("a link to a file that does not exist");
    await expect(checkOutput("/dev/null", { kind: "run", inputs: [], force: true })).rejects.toThrow(
      "it is no regular file",
    );
  });
});

describe("an older output", () => {
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder();
    await writeRun(join(folder, "a.run.safetensors"), run());
    const { header, chunks } = encodeSafetensors([{ name: "pixel_values", tensor: floatTensor([1, 2]) }]);
    writeFileSync(join(folder, "values.safetensors"), Buffer.concat([header, ...chunks]));
    writeFileSync(join(folder, "levels.0.png"), await encodePng(rgb, { mark: programMark }));
  });

  it("of the same kind may be replaced", async () => {
    await checkOutput(join(folder, "a.run.safetensors"), { ...plainRule, kind: "run" });
    await checkOutput(join(folder, "values.safetensors"), { ...plainRule, kind: "pixel-values" });
    await checkOutput(join(folder, "levels.0.png"), { ...plainRule, kind: "png" });
  });

  it("of another kind is none", async () => {
    const kinds = ["run", "pixel-values", "png", "svg", "csv", "json", "html"] as const;
    const own = new Map<string, string>([
      ["a.run.safetensors", "run"],
      ["values.safetensors", "pixel-values"],
      ["levels.0.png", "png"],
    ]);
    for (const [name, ownKind] of own) {
      for (const kind of kinds.filter((each) => each !== ownKind)) {
        await expect(checkOutput(join(folder, name), { ...plainRule, kind })).rejects.toThrow("did not write it");
      }
    }
  });

  it("is known by what it holds, not by its name", async () => {
    const others = temporaryFolder();
    const files = {
      "a.png": await sharp({ create: { width: 2, height: 2, channels: 3, background: "#fff" } })
        .png()
        .toBuffer(),
      "a.svg": '<svg xmlns="http://www.w3.org/2000/svg"><title>lvlm-interpret</title></svg>',
      "a.csv": "token,text\r\n1,a\r\n",
      "a.json": '{"program": "another"}',
      "a.html": "<!doctype html><title>lvlm-interpret</title>",
      "a.run.safetensors": Buffer.concat(
        [encodeSafetensors([{ name: "weight", tensor: floatTensor([1]) }])].flatMap(({ header, chunks }) => [
          header,
          ...chunks,
        ]),
      ),
    };
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(others, name), content);
      const kind = name.includes("run") ? "run" : (name.slice(2) as OutputRule["kind"]);
      await expect(checkOutput(join(others, name), { ...plainRule, kind })).rejects.toThrow("did not write it");
    }
  });
});

describe("writeOutputs", () => {
  it("writes nothing where one of the files must stay", async () => {
    const { path, inputs } = commandFolder();
    const outputs = ["new.png", "picture.png"].map((name) => ({
      path: path(name),
      kind: "png" as const,
      chunks: [Buffer.from("figure")],
    }));
    await expect(writeOutputs(outputs, { inputs, force: true })).rejects.toThrow(
      "which this command reads, so it is not written over",
    );
    expect(readdirSync(path("."))).not.toContain("new.png");
    expect(readFileSync(path("picture.png"), "utf8")).toBe("picture");
    await writeOutputs(outputs.slice(0, 1), { inputs, force: false });
    expect(readFileSync(path("new.png"), "utf8")).toBe("figure");
  });
});

it("asks for room on the disk of the file", async () => {
  const { path } = commandFolder();
  await requireRoomFor(path("new"), 1);
  await expect(requireRoomFor(path("new"), 2 ** 60)).rejects.toThrow(
    /new would take up to [\d.,]+ .B, and its disk has .* left; free some space or record less\.$/,
  );
  await expect(requireRoomFor(path("none/new"), 1)).rejects.toThrow(
    "its folder does not exist; make the folder first.",
  );
});
