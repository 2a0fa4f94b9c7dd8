import { describe, expect, it } from "vitest";
import { refusedPicture, sortFiles } from "./picture-files.ts";

const limits = { pictureBytes: 50_000_000, runBytes: 2_000_000_000, pictureSampleBytes: 240_000_000 };
const file = (name: string, type = "", size = 10) => ({ name, type, size });

describe("files that come to the page", () => {
  it("are pictures, runs, or refused with one sentence", () => {
    const { pictures, runs, refused } = sortFiles(
      [
        file("a.png", "image/png"),
        file("b.tiff"),
        file("r-0001.run.safetensors"),
        file("notes.pdf", "application/pdf"),
        file("c.svg", "image/svg+xml"),
      ],
      limits,
    );
    expect(pictures.map(({ name }) => name)).toEqual(["a.png", "b.tiff"]);
    expect(runs.map(({ name }) => name)).toEqual(["r-0001.run.safetensors"]);
    expect(refused).toHaveLength(2);
    expect(refused[0]).toBe(
      "notes.pdf is not a picture that can be read; give a PNG, JPEG, WebP, GIF, TIFF, AVIF or BMP file.",
    );
  });

  it("are refused for their size before they are sent, with both sizes", () => {
    expect(refusedPicture(file("a.png", "image/png", 62_000_000), limits)).toBe(
      "a.png has 62.0 MB, more than the limit of 50.0 MB; give a smaller file.",
    );
    expect(refusedPicture(file("a.png", "image/png", 0), limits)).toContain("is empty");
    expect(refusedPicture(file("a.png", "image/png", 62_000_000), undefined)).toBeUndefined();
  });
});
