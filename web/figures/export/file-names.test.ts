/** @file Exported files have names that every file system takes. */
import { describe, expect, it } from "vitest";
import { exportFileName, fileNamePart, uniqueNames } from "./file-names.ts";

describe("names of exported files", () => {
  it("are run, tab, figure and token", () => {
    const parts = { run: "r-0142", tab: "attention", figure: "layers-heads", token: " right" };
    expect(exportFileName(parts, "svg")).toBe("r-0142-attention-layers-heads-right.svg");
  });

  it("leave out what is empty or said already", () => {
    expect(exportFileName({ run: "r-1", tab: "attention", figure: "attention-goes", token: "." }, "csv")).toBe(
      "r-1-attention-goes.csv",
    );
    expect(exportFileName({ run: "r-1", tab: "layers", figure: "layers", token: "a" }, "png")).toBe("r-1-layers-a.png");
    expect(exportFileName({ run: "", tab: "", figure: "", token: "" }, "json")).toBe("figure.json");
  });

  it("hold nothing but letters, digits and hyphens, and are not too long", () => {
    expect(fileNamePart('../..\\ a:b*?"<>|\u0000\u202e c')).toBe("a-b-c");
    expect(fileNamePart("größe 右")).toBe("größe-右");
    expect(fileNamePart("x".repeat(300))).toHaveLength(40);
    expect(fileNamePart(`${"x".repeat(39)} y`)).toBe("x".repeat(39));
  });

  it("do not repeat within one export", () => {
    expect(uniqueNames(["a.png", "A.png", "b.png", "a.png"])).toEqual(["a.png", "A-2.png", "b.png", "a-3.png"]);
  });
});
