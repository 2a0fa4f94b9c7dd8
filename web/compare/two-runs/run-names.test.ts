/** @file Names of two runs that tell them apart. */
import { expect, it } from "vitest";
import { namesApart, type NamedRun } from "./run-names.ts";

interface Parts {
  readonly id?: string;
  readonly name?: string;
  readonly question?: string;
  readonly picture?: string;
  readonly edits?: number;
  readonly model?: string;
}

function run({
  id = "r-1",
  name = "",
  question = "Up?",
  picture = "a.png",
  edits = 0,
  model = "demo",
}: Parts): NamedRun {
  return {
    id,
    document: {
      summary: { name, question, edits },
      description: { images: picture === "" ? [] : [{ name: picture }], model: { name: model } },
    },
  } as unknown as NamedRun;
}

it.each<[Parts, Parts, string, string]>([
  [{ name: "before" }, { name: "after" }, "before", "after"],
  [{ name: "before" }, { question: "Down?" }, "Up?", "Down?"],
  [{}, { picture: "b.png" }, "a.png", "b.png"],
  [{}, { picture: "" }, "a.png", "without a picture"],
  [{}, { edits: 2 }, "original picture", "edited picture"],
  [{}, { model: "demo-twin" }, "demo", "demo-twin"],
  [{}, { id: "r-2" }, "r-1", "r-2"],
])("%j and %j are called %s and %s", (a, b, nameA, nameB) => {
  expect(namesApart(run(a), run(b))).toEqual({ a: nameA, b: nameB });
});
