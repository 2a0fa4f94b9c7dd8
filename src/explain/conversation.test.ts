import { describe, expect, it } from "vitest";
import { checkPictureCount, pictureName, singleTurn } from "./conversation.ts";

describe("singleTurn", () => {
  it("puts the pictures before the text", () => {
    expect(singleTurn({ question: "What?", pictures: ["a.png", "b.png"] })).toEqual({
      messages: [{ role: "user", content: [{ type: "image" }, { type: "image" }, { type: "text", text: "What?" }] }],
      prompt: null,
      pictures: ["a.png", "b.png"],
    });
  });

  it("begins with the system prompt, unless it is empty", () => {
    expect(singleTurn({ question: "What?", pictures: [], system: "Be brief." }).messages?.[0]).toEqual({
      role: "system",
      content: [{ type: "text", text: "Be brief." }],
    });
    expect(singleTurn({ question: "What?", pictures: [], system: " " }).messages).toHaveLength(1);
  });

  it("throws for an empty question", () => {
    expect(() => singleTurn({ question: " \n", pictures: [] })).toThrow("The question is empty");
  });
});

describe("checkPictureCount", () => {
  it("throws beyond what a run holds", () => {
    expect(() => checkPictureCount(1000)).not.toThrow();
    expect(() => checkPictureCount(1001)).toThrow("1001 pictures are more than the limit of 1000");
  });
});

describe("pictureName", () => {
  it("is the name without folders", () => {
    expect(pictureName("a/b/cat.png")).toBe("cat.png");
  });
});
