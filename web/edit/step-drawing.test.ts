import { describe, expect, it } from "vitest";
import type { EditStep } from "../../src/run/types.ts";
import type { Pixels } from "./pixels.ts";
import { stepDrawing } from "./step-drawing.ts";

const original: Pixels = {
  width: 16,
  height: 12,
  data: Uint8ClampedArray.from({ length: 16 * 12 * 4 }, (_, at) => (at % 4 === 3 ? 255 : (at * 37) % 256)),
};
const pen: EditStep = { tool: "pen", points: [2, 2, 9, 7], size: 3, color: "#00ff00" };
const blur: EditStep = { tool: "blur", box: { left: 1, top: 1, width: 8, height: 8 }, size: 2 };
const crop: EditStep = { tool: "crop", box: { left: 2, top: 1, width: 10, height: 9 } };
const erase: EditStep = { tool: "eraser", points: [6, 6], size: 5 };

describe("steps that are drawn one by one", () => {
  it("give the picture of all of them, whatever was done and undone before", () => {
    const draw = stepDrawing(original);
    for (const steps of [[pen], [pen, blur], [pen, blur, crop], [pen, blur], [pen, erase], [], [crop, erase], [blur]]) {
      expect(draw(steps).pixels).toEqual(stepDrawing(original)(steps).pixels);
    }
  });

  it("say where the picture lies on the original", () => {
    expect(stepDrawing(original)([pen, crop]).crop).toEqual(crop.box);
  });
});
