import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkJson, issueReason } from "./check-json.ts";

const schema = z.strictObject({ name: z.string().min(1), sizes: z.array(z.number()).max(3).optional() });

describe("checkJson()", () => {
  it("gives what the schema gives", () => {
    expect(checkJson(schema, { name: "a" })).toEqual({ data: { name: "a" } });
  });
  it("says what is missing, and what is of another type", () => {
    expect(checkJson(schema, {}).issue).toEqual({ path: ["name"], reason: "expected string, received nothing" });
    expect(checkJson(schema, { name: 3 }).issue).toEqual({
      path: ["name"],
      reason: "expected string, received number",
    });
  });
  it("keeps names of the file from steering a terminal or flooding it", () => {
    const { reason } = checkJson(schema, { name: "a", ["\u001b[2J".repeat(1000)]: 1 }).issue!;
    expect(reason.length).toBeLessThan(310);
    expect(reason).not.toContain("\u001b");
  });
  it("refuses objects whose length cannot be read", () => {
    const hostile: unknown = JSON.parse('{"name":{"length":[{"toString":1}]}}');
    expect(checkJson(schema, hostile).issue?.reason).toContain('a field "length"');
  });
  it("says nothing of undefined and NaN", () => {
    expect(issueReason("Invalid input: expected number, received NaN")).toBe("expected number, received no number");
  });
});
