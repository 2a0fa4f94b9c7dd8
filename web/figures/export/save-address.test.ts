import { describe, expect, it } from "vitest";
import { fileNameOf } from "./save-address.ts";

describe("the name of a download", () => {
  it("is the one that the server gives", () => {
    expect(fileNameOf('attachment; filename="r-0142-report.html"')).toBe("r-0142-report.html");
  });

  it("is not known where the server gives none", () => {
    expect(fileNameOf(null)).toBeUndefined();
    expect(fileNameOf("inline")).toBeUndefined();
  });
});
