import { describe, expect, it } from "vitest";
import type { Message } from "../checkpoint/types.ts";
import { messageSpans, type Render } from "./prompt-spans.ts";

function user(...texts: string[]): Message {
  return { role: "user", content: texts.map((text) => ({ type: "text", text })) };
}

function textsOf({ content }: Message): string {
  return content.map((part) => (part.type === "text" ? part.text : "<image>")).join(" ");
}

const plain: Render = (messages) => messages.map((message) => `${message.role}: ${textsOf(message)}\n`).join("");

/** The texts that the spans cut out of the prompt. */
function cut(messages: readonly Message[], render: Render): string[] {
  const prompt = render(messages);
  return messageSpans(prompt, messages, render).map(({ start, end }) => prompt.slice(start, end));
}

describe("messageSpans", () => {
  it("takes for white space at the ends of a text what Python trims, and no more", () => {
    const render: Render = () => "\ufeffhi|";
    const trimmed: Render = (messages) =>
      textsOf(messages[0]!).includes("hi") ? render(messages) : `${textsOf(messages[0]!)}|`;
    expect(cut([user("\ufeffhi\u0085")], trimmed)).toEqual(["\ufeffhi"]);
  });

  it("finds the text of each message", () => {
    const messages: Message[] = [
      { role: "system", content: [{ type: "text", text: "Be brief." }] },
      { role: "user", content: [{ type: "image" }, { type: "text", text: "What is it?" }] },
    ];
    expect(cut(messages, plain)).toEqual(["Be brief.", "What is it?"]);
    expect(messageSpans(plain(messages), messages, plain).map(({ message }) => message)).toEqual([0, 1]);
  });

  it("does not take the template's own words for a message", () => {
    const messages = [user("user"), user(": ")];
    const prompt = plain(messages);
    expect(messageSpans(prompt, messages, plain)).toEqual([
      { start: 6, end: 10, message: 0 },
      { start: 17, end: 19, message: 1 },
    ]);
    expect(prompt.slice(0, 4)).toBe("user");
  });

  it("tells equal messages apart", () => {
    const spans = messageSpans(plain([user("Yes"), user("Yes")]), [user("Yes"), user("Yes")], plain);
    expect(spans.map(({ start }) => start)).toEqual([6, 16]);
  });

  it("allows for a template that trims", () => {
    const trimming: Render = (messages) => messages.map((message) => `[${textsOf(message).trim()}]`).join("");
    expect(cut([user("  a b \n")], trimming)).toEqual(["a b"]);
  });

  it("finds parts of one message one by one", () => {
    expect(cut([user("one", "two")], plain)).toEqual(["one", "two"]);
  });

  it("searches where the template looks into the text", () => {
    const looking: Render = (messages) =>
      messages.map((message) => (textsOf(message).includes("?") ? `Q ${textsOf(message)}` : "")).join("");
    expect(cut([user("Q?")], looking)).toEqual(["Q?"]);
  });

  it("leaves out messages without text", () => {
    expect(messageSpans("user:  \n", [user(" ")], plain)).toEqual([]);
  });

  it("throws where the template drops a message", () => {
    const dropping: Render = (messages) => plain(messages.filter(({ role }) => role !== "system"));
    const messages: Message[] = [{ role: "system", content: [{ type: "text", text: "Be brief." }] }, user("Hi")];
    expect(() => messageSpans(dropping(messages), messages, dropping)).toThrow(
      'The model\'s chat template leaves out or changes the text "Be brief."',
    );
  });
});
