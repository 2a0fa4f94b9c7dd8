import { describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors, fileBytes } from "../../test/support/example-run.ts";
import { bytesSource } from "../safetensors/read.ts";
import { openRun } from "./open.ts";
import { askedPicture, editedPicture, originalPicture } from "./pictures.ts";
import type { EditStep, Run, RunDescription } from "./types.ts";
import { encodeRun } from "./write.ts";

function edited(edits: readonly EditStep[]): RunDescription {
  const example = exampleDescription();
  return {
    ...example,
    images: [
      { ...example.images[0]!, mediaType: "image/jpeg" },
      { ...example.images[1]!, edits },
    ],
  };
}

async function opened(description: RunDescription, tensors = exampleTensors()): Promise<Run> {
  return openRun(bytesSource(fileBytes(encodeRun(description, tensors))), { file: "example" });
}

describe("pictures of a run", () => {
  it("are the edited ones where there are edits", async () => {
    const run = await opened(edited([]));
    expect(await askedPicture(run, 0)).toEqual({ bytes: Uint8Array.of(1, 2, 3), mediaType: "image/jpeg" });
    expect(await editedPicture(run, 0)).toBeUndefined();
    expect(await askedPicture(run, 1)).toEqual({ bytes: Uint8Array.of(9), mediaType: "image/png" });
    expect((await originalPicture(run, 1)).bytes).toEqual(Uint8Array.of(4, 5, 6, 7, 8));
  });

  it("keep the steps of the edit, all of them checked", async () => {
    const steps: EditStep[] = [
      { tool: "crop", box: { left: 1, top: 2.5, width: 30, height: 20 } },
      { tool: "pen", points: [1, 2, 3, 4], size: 18, color: "#80ff80" },
      { tool: "eraser", points: [5, 6], size: 3 },
      { tool: "blur", box: { left: -1, top: 0, width: 3, height: 4 }, size: 2 },
    ];
    expect((await opened(edited(steps))).description.images[1]!.edits).toEqual(steps);
    const wrong: unknown[] = [
      { tool: "saw" },
      { tool: "pen", points: new Array(200_001).fill(0) },
      { tool: "fill", color: "red" },
      { tool: "fill", box: { left: 0, top: 0, width: -1, height: 1 } },
      { tool: "blur", size: -1 },
    ];
    for (const step of wrong) expect(() => encodeRun(edited([step as EditStep]), exampleTensors())).toThrow(/edits/);
    const many = new Array<EditStep>(10_001).fill({ tool: "crop" });
    expect(() => encodeRun(edited(many), exampleTensors())).toThrow(/edits/);
  });

  it("a run with edits but no edited picture is refused", () => {
    const without = new Map([...exampleTensors()].filter(([name]) => name !== "image.1.edited"));
    expect(() => encodeRun(edited([]), without)).toThrow('the run has no tensor "image.1.edited"');
  });
});
