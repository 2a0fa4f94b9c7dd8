import { describe, expect, it } from "vitest";
import { noProgress } from "../jobs/job-progress.ts";
import { problemDetails, type ProblemOptions } from "./problem-details.ts";

const sampling = { maxNewTokens: 64, minNewTokens: 0, temperature: 0, topP: 1, topK: 0, seed: 0 };
const options: ProblemOptions = {
  question: {
    text: "Who is my neighbor?",
    model: "demo",
    messages: [{ role: "user", content: [{ type: "image" }, { type: "text", text: "Who is my neighbor?" }] }],
    pictures: [{ key: "k", name: "neighbor.png", originalUrl: "/a", url: "/a", width: 640, height: 480 }],
    fit: "pad",
    sampling,
    record: "full",
  },
  progress: {
    ...noProgress,
    state: "failed",
    error: {
      code: "too-large",
      message: "It does not fit.",
      memory: { neededBytes: 11.3e9, availableBytes: 6.2e9, largestPart: "weights" },
    },
  },
  server: {
    version: "0.1.0",
    instance: "i",
    device: "CPU, 2 threads",
    memory: { usedBytes: 44e6, totalBytes: 16e9 },
    limits: { pictureBytes: 1, runBytes: 1, pictureSampleBytes: 1 },
  },
  time: new Date("2026-01-02T03:04:05Z"),
};

describe("the details of a problem", () => {
  it("say what was asked of what, and what failed", () => {
    expect(problemDetails(options)).toBe(
      [
        "time: 2026-01-02T03:04:05.000Z",
        "program: lvlm-interpret 0.1.0",
        "device: CPU, 2 threads",
        "memory: 44.0 MB of 16.0 GB",
        "model: demo",
        "turns: 1",
        "pictures: 640 x 480 px",
        "fit: pad",
        "record: full",
        `sampling: ${JSON.stringify(sampling)}`,
        "code: too-large",
        "needed: 11.3 GB, free 6.2 GB",
        "error: It does not fit.",
      ].join("\n"),
    );
  });

  it("hold none of the user's words, nor names of files", () => {
    expect(problemDetails(options)).not.toMatch(/neighbor/);
  });

  it("leave out what is not known", () => {
    const unknown = { question: undefined, progress: undefined, server: null, refusal: "No.", time: options.time! };
    expect(problemDetails(unknown)).toBe("time: 2026-01-02T03:04:05.000Z\nerror: No.");
  });
});
