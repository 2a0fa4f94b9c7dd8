import { expect, it } from "vitest";
import { parseHex } from "./hex-color.ts";

it("reads colors with six and with three digits", () => {
  expect(parseHex("#57616b")).toEqual([0x57, 0x61, 0x6b]);
  expect(parseHex("#fff")).toEqual([255, 255, 255]);
  expect(parseHex("#1aF")).toEqual([0x11, 0xaa, 0xff]);
});
