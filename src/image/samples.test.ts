import { describe, expect, it } from "vitest";
import { rgbOfSamples } from "./samples.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("rgbOfSamples", () => {
  it("keeps RGB and spreads gray over three channels", () => {
    expect([...rgbOfSamples({ channels: 3, space: "rgb", data: bytes(1, 2, 3, 4, 5, 6) })]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...rgbOfSamples({ channels: 1, space: "gray", data: bytes(7, 9) })]).toEqual([7, 7, 7, 9, 9, 9]);
  });

  it("lays transparency onto white", () => {
    const data = bytes(10, 20, 30, 0, 10, 20, 30, 255, 0, 100, 255, 128);
    // (0 x 128 + 255 x 127) / 255 = 127, (100 x 128 + 255 x 127) / 255 = 177.2
    const expected = [255, 255, 255, 10, 20, 30, 127, 177, 255];
    expect([...rgbOfSamples({ channels: 4, space: "rgb", data })]).toEqual(expected);
    expect([...rgbOfSamples({ channels: 2, space: "gray", data: bytes(100, 128) })]).toEqual([177, 177, 177]);
  });

  it("leaves transparency aside where it is told to", () => {
    const data = bytes(10, 20, 30, 0);
    expect([...rgbOfSamples({ channels: 4, space: "rgb", data, ignoreAlpha: true })]).toEqual([10, 20, 30]);
  });

  it("clips 16-bit gray and takes the upper byte of other 16-bit samples", () => {
    const data = Uint16Array.from([0, 254, 300, 65_535]);
    const gray = rgbOfSamples({ channels: 1, space: "gray", data });
    expect([...gray].filter((_, i) => i % 3 === 0)).toEqual([0, 254, 255, 255]);
    const color = Uint16Array.from([0x12ff, 0x00ff, 0xff00]);
    expect([...rgbOfSamples({ channels: 3, space: "rgb", data: color })]).toEqual([0x12, 0, 0xff]);
    const withAlpha = Uint16Array.from([0x64aa, 0x80aa]);
    expect([...rgbOfSamples({ channels: 2, space: "gray", data: withAlpha })]).toEqual([177, 177, 177]);
  });

  it("converts CMYK by Pillow's formula", () => {
    // Image.new("CMYK", (1, 1), inks).convert("RGB") of Pillow 13.0.0.
    const inks = bytes(10, 200, 90, 30, 0, 0, 0, 0, 255, 0, 255, 0, 3, 5, 7, 255);
    const expected = [216, 49, 146, 255, 255, 255, 0, 255, 0, 0, 0, 0];
    expect([...rgbOfSamples({ channels: 4, space: "cmyk", data: inks })]).toEqual(expected);
  });
});
