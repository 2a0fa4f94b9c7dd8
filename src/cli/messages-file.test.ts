import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConversation } from "./messages-file.ts";

describe("readConversation", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "conversation-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(content: unknown): string {
    const path = join(folder, "messages.json");
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  }
  const image = { type: "image" };
  const text = { type: "text", text: "What?" };

  it("takes pictures from the file's folder", async () => {
    const path = file({ images: ["a.png", "/b.png"], messages: [{ role: "user", content: [image, image, text] }] });
    expect((await readConversation(path)).pictures).toEqual([join(folder, "a.png"), "/b.png"]);
  });

  it("reads a raw prompt", async () => {
    const conversation = await readConversation(file({ images: ["a.png"], prompt: "<image>caption en" }));
    expect(conversation).toMatchObject({ messages: null, prompt: "<image>caption en" });
  });

  it("takes a plain text as content", async () => {
    const conversation = await readConversation(file({ messages: [{ role: "user", content: "Hi" }] }));
    expect(conversation.messages).toEqual([{ role: "user", content: [{ type: "text", text: "Hi" }] }]);
    expect(conversation.pictures).toEqual([]);
  });

  it.each([
    ["no JSON", "{", "not valid JSON"],
    ["no object", [], "the file is wrong"],
    ["neither messages nor prompt", { images: [] }, 'either "messages" or "prompt"'],
    ["both", { messages: [{ role: "user", content: [text] }], prompt: "x" }, 'either "messages" or "prompt"'],
    ["no messages", { messages: [] }, '"messages" is wrong'],
    ["an unknown field", { message: "x" }, "the file is wrong"],
    ["an unknown role", { messages: [{ role: "tool", content: [text] }] }, '"messages[0].role" is wrong'],
    ["an unknown part", { messages: [{ role: "user", content: [{ type: "video" }] }] }, '"messages[0].content'],
    ["a text part without text", { messages: [{ role: "user", content: [{ type: "text" }] }] }, '"messages[0].content'],
    ["an empty prompt", { prompt: "" }, '"prompt" is wrong'],
    [
      "too few pictures",
      { images: [], messages: [{ role: "user", content: [image, text] }] },
      'the messages have 1 image part, but "images" names 0',
    ],
    [
      "too many pictures",
      { images: ["a.png", "b.png"], messages: [{ role: "user", content: [text] }] },
      'the messages have 0 image parts, but "images" names 2',
    ],
    [
      "an answer at the end",
      {
        messages: [
          { role: "user", content: [text] },
          { role: "assistant", content: [text] },
        ],
      },
      'the last message is from "assistant"',
    ],
    ["deep nesting", `{"messages": ${"[".repeat(100)}${"]".repeat(100)}}`, "nested"],
  ])("names the file and the field where it has %s", async (_, content, message) => {
    const path = file(content);
    const reading = readConversation(path);
    await expect(reading).rejects.toThrow(path);
    await expect(reading).rejects.toThrow(message);
  });

  it("throws where the file is missing or a folder", async () => {
    await expect(readConversation(join(folder, "none.json"))).rejects.toThrow(
      "none.json: the file of messages is missing",
    );
    await expect(readConversation(folder)).rejects.toThrow("not a regular file");
  });

  it("throws for a file larger than any conversation", async () => {
    const path = file(" ".repeat(17 * 1024 * 1024));
    await expect(readConversation(path)).rejects.toThrow("more than the limit");
  });
});
