import { describe, expect, it } from "vitest";
import { stepText, withPoint } from "./edit-tools.ts";

describe("the steps of an edit", () => {
  it("are said in words, with pixels", () => {
    const box = { left: 10, top: 20, width: 40, height: 30 };
    expect(stepText({ tool: "blur", box, size: 18 })).toBe("Blur 40 × 30 px at 10, 20, sigma 18 px");
    expect(stepText({ tool: "fill", box, color: "#808080" })).toBe("Fill 40 × 30 px at 10, 20, #808080");
    expect(stepText({ tool: "crop", box })).toBe("Crop 40 × 30 px at 10, 20");
    expect(stepText({ tool: "pen", points: [1, 2, 3, 4], size: 5, color: "#ff0000" })).toBe(
      "Pen stroke of 2 points, 5 px wide, #ff0000",
    );
    expect(stepText({ tool: "eraser", points: [1, 2], size: 5 })).toBe("Eraser stroke of 1 point, 5 px wide");
  });

  it("keep the points of a stroke to a tenth of a pixel, and none twice", () => {
    const once = withPoint([], 1.234, 5.678);
    expect(once).toEqual([1.2, 5.7]);
    expect(withPoint(once, 1.21, 5.69)).toBe(once);
    expect(withPoint(once, 1.26, 5.69)).toEqual([1.2, 5.7, 1.3, 5.7]);
  });
});
