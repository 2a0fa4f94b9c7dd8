import { describe, expect, it } from "vitest";
import { doesCompute } from "./compute-jobs.ts";

describe("a running computation", () => {
  it("covers what asks for no more than it does", () => {
    const running = { methods: ["relevancy", "rollout"], variants: ["exact"] } as const;
    expect(doesCompute(running, { methods: ["rollout"] })).toBe(true);
    expect(doesCompute(running, { methods: ["relevancy"], variants: ["reference"] })).toBe(false);
    expect(doesCompute(running, { methods: ["lens"] })).toBe(false);
  });

  it("is another one with another record or target", () => {
    expect(doesCompute({ methods: ["attention"] }, { methods: ["attention"], record: "full" })).toBe(false);
    const contrast = { kind: "contrast", other: "left" } as const;
    expect(doesCompute({ methods: ["relevancy"], target: contrast }, { methods: ["relevancy"] })).toBe(false);
    expect(
      doesCompute({ methods: ["relevancy"], target: contrast }, { methods: ["relevancy"], target: contrast }),
    ).toBe(true);
  });
});
