/** @file A run of an earlier format opens as one of today's. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { exampleDescription, exampleEarlierTest, exampleTensors } from "../../test/support/example-run.ts";
import { bytesSource } from "../safetensors/read.ts";
import { openRun } from "./open.ts";
import { imageTokens, keyCount } from "./positions.ts";
import { encodeRun } from "./write.ts";
import { parseDescription } from "./validate.ts";

const path = "test/fixtures/runs/format-1.run.safetensors";

describe("a run of format 1", async () => {
  const run = await openRun(bytesSource(new Uint8Array(await readFile(path))), { file: "format-1" });

  it("opens with the description of today's format, its key axis without memory tokens", () => {
    const { measures, ...description } = exampleDescription();
    expect(run.description).toMatchObject(description);
    // Its test of evidence is one of then; other measurements are the same today, and some came after it.
    const [earlier, ...others] = run.description.measures!;
    expect(earlier).toEqual(exampleEarlierTest);
    const kinds = others.map(({ request }) => request.kind);
    expect(kinds).toHaveLength(6);
    expect(others).toEqual(measures!.filter(({ request }) => kinds.includes(request.kind)));
    expect(run.description).toMatchObject({ format: 2, memory: [] });
    expect(keyCount(run.description)).toBe(run.description.tokens.length);
  });

  it("holds the tensors that it was written with", async () => {
    const tensors = exampleTensors();
    // The methods came after format 1.
    for (const later of ["integrated-gradients", "integrated-gradients.ends", "tam"]) tensors.delete(later);
    expect(new Set(run.tensors.keys())).toEqual(new Set(tensors.keys()));
    for (const [name, tensor] of tensors)
      expect([name, [...(await run.tensor(name)).data]]).toEqual([name, [...tensor.data]]);
  });

  it("is written again in today's format", async () => {
    const { header, chunks } = encodeRun(run.description, exampleTensors());
    const again = await openRun(bytesSource(Buffer.concat([header, ...chunks])), { file: "again" });
    expect(again.description).toEqual(run.description);
  });
});

describe("memory tokens", () => {
  const { tokens, images, ...rest } = exampleDescription();
  const withoutImages = tokens.map((token) =>
    token.image === 1 ? { id: token.id, text: token.text, role: "template" as const, turn: token.turn } : token,
  );
  const cells = Array.from({ length: 6 }, (_, i) => ({ image: 1, row: Math.floor(i / 3), col: i % 3 }));
  const parse = (memory: readonly object[]) =>
    parseDescription(
      JSON.stringify({ ...rest, images, tokens: withoutImages, memory, causes: undefined, measures: undefined }),
      {
        file: "a",
      },
    );

  it("stand behind the sequence on the key axis, with their cells", () => {
    const description = parse(cells);
    expect(keyCount(description)).toBe(tokens.length + 6);
    expect(imageTokens(description, 1).map(({ position, cell }) => [position, cell?.row, cell?.col])).toEqual(
      cells.map(({ row, col }, i) => [tokens.length + i, row, col]),
    );
  });

  it("must walk the grids of their picture", () => {
    expect(() => parse([...cells].reverse())).toThrow("memory[0] lies at row 1, column 2, which is not the next cell");
    expect(() => parse(cells.map((cell) => ({ ...cell, image: 7 })))).toThrow("memory[0] belongs to image 7");
  });
});
