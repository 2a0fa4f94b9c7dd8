import { describe, expect, it } from "vitest";
import { levelLoss, levelWarning } from "./level-warning.ts";

const gray = { clips: true, pixels: 100 };
const color = { clips: false, pixels: 100, clipped: 0 };

describe("levelLoss", () => {
  it("finds 12-bit samples of gray that come out white, and of colors that come out dark", () => {
    const white = levelLoss({ samples: { ...gray, low: 3, high: 4095, clipped: 98 } })!;
    expect(white).toEqual({ kind: "white", stretch: { low: 3, high: 4095 }, clippedShare: 0.98 });
    expect(levelWarning("xray.png", white)).toBe(
      "The picture xray.png comes out white in 98 % of its pixels: its samples go from 3 to 4095, and those above 255 are clipped, as Pillow does; stretch it (--stretch, or Stretch in the page) to see them.",
    );
    const dark = levelLoss({ samples: { ...color, low: 0, high: 4095 } })!;
    expect(levelWarning("xray.tif", dark)).toBe(
      "The picture xray.tif comes out nearly in one color: its samples go from 0 to 4095, under 1/8 of what they can hold; stretch it (--stretch, or Stretch in the page) to see more.",
    );
  });

  it("finds floating-point samples from 0 to 1, and few levels of gray", () => {
    expect(levelLoss({ samples: { ...gray, low: 0, high: 1, clipped: 0 } })?.kind).toBe("flat");
    expect(levelLoss({ samples: { ...gray, low: 200, high: 230, clipped: 0 } })?.kind).toBe("flat");
    expect(levelLoss({ samples: { ...color, low: 60_000, high: 65_535 } })?.kind).toBe("flat");
  });

  it("finds nothing where levels are kept, where there is one sample alone, and in 8 bits", () => {
    expect(levelLoss({ samples: { ...gray, low: 0, high: 255, clipped: 0 } })).toBeUndefined();
    expect(levelLoss({ samples: { ...gray, low: 0, high: 300, clipped: 12 } })).toBeUndefined();
    expect(levelLoss({ samples: { ...color, low: 0, high: 65_535 } })).toBeUndefined();
    expect(levelLoss({ samples: { ...color, low: 7, high: 7 } })).toBeUndefined();
    expect(levelLoss({})).toBeUndefined();
  });
});
