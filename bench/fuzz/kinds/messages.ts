/** @file Conversations: files of messages, and what the page sends. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readConversation } from "../../../src/cli/messages-file.ts";
import type { Json } from "../json-mutations.ts";
import type { FuzzKind } from "../kind.ts";
import { PropertyFault } from "../outcome.ts";
import { changedFile } from "./configuration.ts";

const seeds: Json[] = [
  {
    images: ["a.png", "b/c.jpg"],
    messages: [
      { role: "system", content: "Be short." },
      { role: "user", content: [{ type: "image" }, { type: "text", text: "What is it?" }] },
      { role: "assistant", content: [{ type: "text", text: "A cat." }] },
      { role: "user", content: [{ type: "image" }, { type: "text", text: "And this?" }] },
    ],
  },
  { images: ["a.png"], prompt: "USER: <image>\nWhat is it? ASSISTANT:" },
  { messages: [{ role: "user", content: "Hello" }] },
];

export const messagesKind: FuzzKind = {
  name: "messages",
  label: "file of messages",
  share: 80,
  open(folder) {
    const path = join(folder, "conversation.json");
    return {
      async tryInput(random, show) {
        const text = changedFile(seeds, random);
        show(text);
        writeFileSync(path, text);
        const { messages, prompt, pictures } = await readConversation(path);
        if ((messages === null) === (prompt === null)) throw new PropertyFault("Not one of messages and prompt.");
        if (messages !== null && messages.at(-1)?.role !== "user") throw new PropertyFault("No question at the end.");
        if (pictures.some((picture) => typeof picture !== "string")) throw new PropertyFault("A picture is no path.");
      },
    };
  },
};
