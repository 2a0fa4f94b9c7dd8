/** @file Tests of the cards of the start page: each is an example, and what is said of the traps is true of the demo model's answers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listExamples } from "../../../src/workbench/examples.ts";
import { startCards } from "./start-cards.ts";

interface ListedPicture {
  readonly file: string;
  readonly questions: readonly {
    readonly key: string;
    readonly shortcut: string | null;
    readonly truth: string | null;
  }[];
}

const folder = join(import.meta.dirname, "../../../demo/examples");
const listed = JSON.parse(readFileSync(join(folder, "examples.json"), "utf8")) as ListedPicture[];

function questionOf(example: string): ListedPicture["questions"][number] {
  const [, stem, index] = /^(.*)-(\d+)$/.exec(example)!;
  return listed.find(({ file }) => file === `${stem}.png`)!.questions[Number(index)]!;
}

describe("the cards of the start page", () => {
  it("are six examples of the server, three of them traps", async () => {
    const ids = (await listExamples()).map(({ id }) => id);
    expect(startCards).toHaveLength(6);
    for (const { example } of startCards) expect(ids).toContain(example);
    expect(startCards.filter(({ why }) => why !== undefined)).toHaveLength(3);
  });

  it.each(startCards)("$example is a trap if and only if the model takes a shortcut", ({ example, why }) => {
    expect(questionOf(example).shortcut !== null).toBe(why !== undefined);
  });

  it("say what is true, and what the model says", () => {
    const traps = startCards.filter(({ why }) => why !== undefined);
    expect(traps.map(({ example }) => [questionOf(example).truth, questionOf(example).key])).toEqual([
      ["blue", "yellow"],
      ["one", "two"],
      ["No", "Yes"],
    ]);
    expect(traps.map(({ about }) => about)).toEqual([
      "The banana is blue. The model says yellow.",
      "There is one apple. The model says two.",
      "The door is closed. The model says it is open.",
    ]);
  });
});
