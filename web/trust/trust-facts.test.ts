/** @file The line of trust says what the run holds of the decisive word, and what the model did not see. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import type { DependenceResult } from "../../src/run/measures.ts";
import { lostOfPictures, lostParts } from "./seen-text.ts";
import { foreignTo, foreignWords } from "./toy-world.ts";
import { dependenceTest, trustFacts } from "./trust-facts.ts";

describe("the facts of a run", () => {
  const decisive = { index: 1, text: "t26", reason: "first" } as const;
  const described = { ...exampleDescription(), decisive };

  it("name the decisive word, its probability and the most probable other one", () => {
    const { measures, ...unmeasured } = described;
    expect(measures).not.toEqual([]);
    const facts = trustFacts(unmeasured)!;
    expect(facts).toMatchObject({ token: 1, word: "“t26”", probability: "0.500", rival: "“é” 0.250" });
    expect([facts.dependence, facts.grounding]).toEqual([undefined, undefined]);
    expect(dependenceTest(facts).measure).toMatchObject({ kind: "dependence", token: 1 });
  });

  it("have what was measured of this word, the newest, and nothing of other words", () => {
    const [old] = described.measures!.filter(({ request }) => request.kind === "dependence") as [DependenceResult];
    const of = (token: number, verdict: DependenceResult["verdict"]): DependenceResult => ({
      ...old,
      request: { ...old.request, token },
      verdict,
    });
    expect(trustFacts(described)!.dependence).toBeUndefined();
    const measures = [...described.measures!, of(1, "could not tell"), of(1, "depends"), of(2, "does not matter")];
    expect(trustFacts({ ...described, measures })!.dependence).toMatchObject({ verdict: "depends" });
    expect(trustFacts({ ...described, measures })!.grounding).toBe("0.40");
  });

  it("are none without an answer", () => {
    const { answer } = described;
    const empty = { ...described, decisive: undefined, answer: { ...answer, end: answer.start }, answerTokens: [] };
    expect(trustFacts(empty)).toBeUndefined();
  });
});

describe("what the model did not see of a picture", () => {
  const grid = (left: number, top: number, width: number, height: number) => ({
    rows: 2,
    cols: 2,
    box: { left, top, width, height },
  });
  const picture = { width: 100, height: 100, inputWidth: 100, grids: [grid(0, 0, 100, 100)] };

  it.each([
    [{}, []],
    // A panorama, of which the middle is cut out.
    [{ width: 1000, grids: [grid(450, 0, 100, 100)] }, ["90 % of the picture was cropped away"]],
    [{ inputWidth: 34 }, ["seen at 34 % of its size"]],
    [{ width: 50, grids: [grid(-25, 0, 100, 100)] }, ["50 % of what it sees is padding"]],
    // Tiles see more than the overview.
    [
      {
        inputWidth: 20,
        views: [{ width: 80, height: 80, box: picture.grids[0]!.box, tiles: { rows: 1, cols: 1 }, grids: [0] }],
      },
      [],
    ],
  ])("with %j is %j", (change, parts) => {
    expect(lostParts({ ...picture, ...change })).toEqual(parts);
  });

  it("is said of each of several pictures", () => {
    const cropped = { ...picture, width: 200 };
    expect(lostOfPictures([picture, cropped])).toEqual([
      { picture: 1, text: "picture 2: 50 % of the picture was cropped away" },
    ]);
  });
});

describe("the world of the toy models", () => {
  const demo = (path: string): string => readFileSync(new URL(`../../demo/${path}`, import.meta.url), "utf8");

  it("has every word of the questions that it is shown with and measured by", () => {
    const examples = JSON.parse(demo("examples/examples.json")) as { questions: { question: string }[] }[];
    const questions = examples.flatMap(({ questions: asked }) => asked.map(({ question }) => question));
    const lines = ["benchmark", "benchmark-second"].flatMap((folder) =>
      demo(`${folder}/Questions.csv`).split("\n").slice(1),
    );
    expect(lines.length).toBeGreaterThan(150);
    expect([...questions, ...lines].flatMap(foreignWords)).toEqual([]);
  });

  it("tells what it was not taught, and of pictures that are no scenes", () => {
    const { images, ...run } = exampleDescription();
    const ask = (text: string, width: number) =>
      foreignTo({
        ...run,
        images: [{ ...images[0]!, width, height: 100 }],
        messages: [{ role: "user", content: [{ type: "text", text }] }],
      });
    expect(ask("Which way does the arrow point?", 100)).toEqual([]);
    expect(ask("What brand is the old car in the street?", 180)).toEqual([
      "It was never taught “brand”, “old”, “car”, ….",
      "The picture is none of its square scenes.",
    ]);
  });
});
