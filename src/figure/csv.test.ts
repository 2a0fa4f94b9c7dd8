import { describe, expect, it } from "vitest";
import { formatCsv } from "./csv.ts";

describe("formatCsv", () => {
  it("writes a header and lines that end with CR LF", () => {
    expect(formatCsv({ columns: ["a", "b"], rows: [[1, "x"]] })).toBe("a,b\r\n1,x\r\n");
  });

  it("quotes what has to be quoted", () => {
    const rows = [["a,b", 'say "hi"', "two\nlines", " the", "\r", "plain text"]];
    expect(formatCsv({ columns: [], rows })).toBe('\r\n"a,b","say ""hi""","two\nlines"," the","\r",plain text\r\n');
  });

  it("leaves fields empty for what is missing", () => {
    expect(formatCsv({ columns: ["a"], rows: [[null, undefined, ""]] })).toBe("a\r\n,,\r\n");
  });

  it("writes 32-bit numbers so that they come back", () => {
    const values = Float32Array.of(0.1, 1 / 3, 1e-30, -123456.78, 16777216, 0);
    const line = formatCsv({ columns: [], rows: [Array.from(values)] }).split("\r\n")[1]!;
    expect(Float32Array.from(line.split(","), Number)).toEqual(values);
    expect(line.startsWith("0.100000001,")).toBe(true);
  });

  it("leaves no formula that a spreadsheet would run, and numbers as they are", () => {
    const rows = [["=1+1", "+A1", "-A1", "@SUM(A1)", " =A1", "\t=A1", "-", "+", "a=b", -1.5, Number.NaN]];
    expect(formatCsv({ columns: [], rows })).toBe("\r\n'=1+1,'+A1,'-A1,'@SUM(A1),' =A1,'\t=A1,-,+,a=b,-1.5,\r\n");
  });
});
