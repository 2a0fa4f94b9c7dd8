import { describe, expect, it } from "vitest";
import { turnedLayout } from "./orientation.ts";
import { rgbWriter, type SampleArray, type SampleMeaning } from "./samples.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

/** The RGB levels of one row of samples. */
function rgbOf(meaning: SampleMeaning, data: SampleArray): number[] {
  const width = data.length / meaning.channels;
  const rgb = new Uint8Array(width * 3);
  rgbWriter(rgb, { meaning, width, layout: turnedLayout({ width, height: 1 }, 1) }).write(data);
  return [...rgb];
}
const graysOf = (meaning: SampleMeaning, data: SampleArray) => rgbOf(meaning, data).filter((_, i) => i % 3 === 0);
const straight = (channel: number) => ({ channel, associated: false });

describe("rgbWriter", () => {
  it("keeps RGB and spreads gray over three channels", () => {
    expect(rgbOf({ channels: 3, space: "rgb" }, bytes(1, 2, 3, 4, 5, 6))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(rgbOf({ channels: 1, space: "gray" }, bytes(7, 9))).toEqual([7, 7, 7, 9, 9, 9]);
  });

  it("lays transparency onto white", () => {
    const data = bytes(10, 20, 30, 0, 10, 20, 30, 255, 0, 100, 255, 128);
    // (0 x 128 + 255 x 127) / 255 = 127, (100 x 128 + 255 x 127) / 255 = 177.2
    const expected = [255, 255, 255, 10, 20, 30, 127, 177, 255];
    expect(rgbOf({ channels: 4, space: "rgb", alpha: straight(3) }, data)).toEqual(expected);
    expect(rgbOf({ channels: 2, space: "gray", alpha: straight(1) }, bytes(100, 128))).toEqual([177, 177, 177]);
  });

  it("divides colors by the alpha that they were multiplied by", () => {
    const data = bytes(50, 0, 128, 128, 9, 9, 9, 0);
    // 255 x 50 / 128 = 99.6, cut to 99, on white: (99 x 128 + 255 x 127) / 255 = 176.7
    const expected = [177, 127, 255, 255, 255, 255];
    expect(rgbOf({ channels: 4, space: "rgb", alpha: { channel: 3, associated: true } }, data)).toEqual(expected);
  });

  it("leaves samples beside the color that mean nothing aside", () => {
    expect(rgbOf({ channels: 5, space: "rgb" }, bytes(10, 20, 30, 0, 99))).toEqual([10, 20, 30]);
  });

  it("whitens the one color that is transparent", () => {
    expect(rgbOf({ channels: 3, space: "rgb", transparent: [1, 2, 3] }, bytes(1, 2, 3, 1, 2, 4))).toEqual([
      255, 255, 255, 1, 2, 4,
    ]);
    expect(graysOf({ channels: 1, space: "gray", transparent: [9] }, bytes(9, 8))).toEqual([255, 8]);
  });

  it("clips wide gray of any type and takes the upper byte of other 16-bit samples", () => {
    const data = Uint16Array.from([0, 254, 300, 65_535]);
    expect(graysOf({ channels: 1, space: "gray" }, data)).toEqual([0, 254, 255, 255]);
    expect(graysOf({ channels: 1, space: "gray" }, Int16Array.of(-5, 7, 300))).toEqual([0, 7, 255]);
    expect(graysOf({ channels: 1, space: "gray" }, Float32Array.of(-0.5, 3.99, 1e9))).toEqual([0, 3, 255]);
    const color = Uint16Array.from([0x12ff, 0x00ff, 0xff00]);
    expect(rgbOf({ channels: 3, space: "rgb" }, color)).toEqual([0x12, 0, 0xff]);
    const withAlpha = Uint16Array.from([0x64aa, 0x80aa]);
    expect(graysOf({ channels: 2, space: "gray", alpha: straight(1) }, withAlpha)).toEqual([177]);
  });

  it("stretches the colors and not the transparency", () => {
    const stretch = { low: 1000, high: 3000 };
    expect(graysOf({ channels: 1, space: "gray", stretch }, Uint16Array.of(900, 2000, 4000))).toEqual([0, 128, 255]);
    const meaning = { channels: 2, space: "gray", alpha: straight(1), stretch } as const;
    expect(graysOf(meaning, Uint16Array.of(3000, 0xffff, 1000, 0xffff, 1000, 0))).toEqual([255, 0, 255]);
    expect(graysOf({ channels: 1, space: "gray", stretch: { low: 5, high: 5 } }, Uint16Array.of(5))).toEqual([0]);
  });

  it("converts CMYK by Pillow's formula", () => {
    // Image.new("CMYK", (1, 1), inks).convert("RGB") of Pillow 13.0.0.
    const inks = bytes(10, 200, 90, 30, 0, 0, 0, 0, 255, 0, 255, 0, 3, 5, 7, 255);
    const expected = [216, 49, 146, 255, 255, 255, 0, 255, 0, 0, 0, 0];
    expect(rgbOf({ channels: 4, space: "cmyk" }, inks)).toEqual(expected);
  });

  it("converts Lab as littlecms does, colors beyond sRGB too", () => {
    // Image.frombytes("LAB", ...).convert("RGB") of Pillow 13.0.0; a and b are signed.
    const lab = bytes(253, 10, 128, 247, 9, 131, 6, 33, 153, 128, 0, 0);
    const expected = [0, 254, 255, 0, 250, 255, 0, 8, 161, 119, 119, 119];
    expect(rgbOf({ channels: 3, space: "lab" }, lab)).toBeCloseToArray(Uint8Array.from(expected), 1);
  });
});
