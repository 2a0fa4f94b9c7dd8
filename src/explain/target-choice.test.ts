import { describe, expect, it } from "vitest";
import { openCheckpoint } from "../checkpoint-folder/open.ts";
import { parseTarget, resolveTarget, showTarget, tokenIdOf } from "./target-choice.ts";

const checkpoint = await openCheckpoint("demo/checkpoint");
const { tokenizer } = checkpoint;

describe("parseTarget", () => {
  it.each(["logit", "logprob", "contrast:left", "contrast:a:b", "contrast: \n"])("reads %j as it is shown", (text) => {
    expect(showTarget(parseTarget(text)!)).toBe(text);
  });

  it.each(["", "loss", "contrast", "contrast:", "Logit", "logit "])("does not know %j", (text) => {
    expect(parseTarget(text)).toBeUndefined();
  });
});

describe("tokenIdOf", () => {
  it("finds the word as it stands in a text, or the vocabulary entry as it is spelled", async () => {
    const id = await tokenIdOf(checkpoint, "arrow");
    expect(tokenizer.decode([id], { skipSpecialTokens: false }).trim()).toBe("arrow");
    expect(await tokenIdOf(checkpoint, tokenizer.tokenOf(id))).toBe(id);
  });

  it("says how a text is split that is several tokens", async () => {
    await expect(tokenIdOf(checkpoint, "incomprehensible arrow")).rejects.toThrow(
      /^"incomprehensible arrow" is \d+ tokens \(.+\), and a contrast needs one; name one of them as it is spelled here\.$/,
    );
  });
});

describe("resolveTarget", () => {
  it("puts the id of a rival in the place of its text", async () => {
    expect(await resolveTarget(checkpoint, { kind: "logprob" })).toEqual({ kind: "logprob" });
    expect(await resolveTarget(checkpoint, { kind: "contrast", rival: "arrow" })).toEqual({
      kind: "contrast",
      rivalId: await tokenIdOf(checkpoint, "arrow"),
    });
  });

  it("takes the vocabulary entry that is given, where the text alone would mean another one", async () => {
    const ending = tokenizer.idOf("s")!;
    expect(await tokenIdOf(checkpoint, "s")).not.toBe(ending);
    expect(await resolveTarget(checkpoint, { kind: "contrast", rival: "s", rivalId: ending })).toEqual({
      kind: "contrast",
      rivalId: ending,
    });
  });

  it("refuses an entry that the vocabulary does not have", async () => {
    const rivalId = tokenizer.vocabularySize;
    await expect(resolveTarget(checkpoint, { kind: "contrast", rival: "s", rivalId })).rejects.toThrow(
      `0 to ${rivalId - 1}, got ${rivalId}`,
    );
  });
});
