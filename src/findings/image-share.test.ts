/** @file Tests of how much of each answer token lies on the pictures. */
import { expect, it } from "vitest";
import type { RunToken, TokenRole } from "../run/types.ts";
import { imageParts } from "./image-share.ts";

const roles: readonly TokenRole[] = ["bos", "image", "image", "question", "answer", "answer", "answer", "special"];
const tokens: RunToken[] = roles.map((role, id) => ({ id, text: ` ${role}`, role, turn: 0 }));

/** Relevancy of each answer token: bos, two patches, question, answer tokens before. The identity's 1 stands at the predicting position. */
const relevancy = [
  [5, 1, 0, 4, 0, 0, 0, 0],
  [5, 2, 2, 1, 1, 0, 0, 0],
  [5, 1, 1, 1, 2, 1, 0, 0],
  [5, 9, 9, 0, 0, 0, 1, 0],
];

it("gives the image part of each token's relevancy without its own position", () => {
  // Own positions are left out: 1 / 1, 4 / 5 and 2 / 5.
  const rows = Float32Array.from(relevancy.flat());
  expect(imageParts(rows, { tokens, memory: [], predicting: [3, 4, 5, 6] })).toEqual([1, expect.closeTo(0.8), 0.4, 1]);
});
