import { expect, it } from "vitest";
import { evaluationKey } from "./measure-job.ts";

it("times of evaluations are remembered apart where they are of another kind of work", () => {
  const token = { token: 0, seed: 0 } as const;
  const methods = ["rollout"] as const;
  const key = (request: Parameters<typeof evaluationKey>[1]) => evaluationKey("demo", request);
  const masked = key({ kind: "occlusion", fill: "mean", ...token });
  expect(key({ kind: "curves", over: "patches", methods, fill: "blur", ...token })).toBe(masked);
  expect(key({ kind: "occlusion", fill: "knock-out", ...token })).not.toBe(masked);
  expect(key({ kind: "random-weights", methods, ...token })).not.toBe(masked);
  expect(evaluationKey("other", { kind: "occlusion", fill: "mean", ...token })).not.toBe(masked);
});
