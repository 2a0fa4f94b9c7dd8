/** @file Tests that the line ends of a checkpoint's text files do not change the prompt. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openCheckpoint } from "../src/checkpoint-folder/open.ts";
import { buildPrompt } from "../src/explain/prompt.ts";
import { changedCheckpoint } from "./support/changed-checkpoint.ts";
import { gridPicture } from "./support/prompt-picture.ts";

/** A template of several lines, some of which are part of the prompt. */
const template = [
  "{% for message in messages %}",
  "{{ message['role'] | upper }}:",
  "{% for part in message['content'] %}{% if part['type'] == 'image' %}<image>",
  "{% else %}{{ part['text'] }}{% endif %}{% endfor %}",
  "",
  "{% endfor %}{% if add_generation_prompt %}ASSISTANT:{% endif %}",
  "",
].join("\n");

const messages = [{ role: "user", content: [{ type: "image" }, { type: "text", text: "What\nis this?" }] }] as const;

/** A checkpoint whose text files all have this line end, with the template in one of its places. */
async function promptOf(lineEnd: string, place: "chat_template.jinja" | "chat_template.json") {
  const folder = await changedCheckpoint({});
  const isJson = place.endsWith(".json");
  writeFileSync(
    join(folder, place),
    isJson ? JSON.stringify({ chat_template: template.replaceAll("\n", lineEnd) }) : template,
  );
  if (isJson) writeFileSync(join(folder, "chat_template.jinja"), template);
  for (const name of readdirSync(folder)) {
    if (!/\.(json|jinja)$/.test(name)) continue;
    const text = readFileSync(join(folder, name), "utf8");
    writeFileSync(join(folder, name), text.replaceAll("\n", lineEnd));
  }
  const checkpoint = await openCheckpoint(folder);
  const { prompt, ids } = await buildPrompt(checkpoint, {
    conversation: { messages, prompt: null },
    plans: [gridPicture({ rows: 2, cols: 2 })],
  });
  return { prompt, ids, warnings: checkpoint.warnings };
}

it.each(["chat_template.jinja", "chat_template.json"] as const)(
  "gives the same ids with CRLF and lone CR as with LF (%s)",
  async (place) => {
    const expected = await promptOf("\n", place);
    expect(expected.prompt).toContain("USER:\n<image>\nWhat\nis this?\n");
    expect(await promptOf("\r\n", place)).toEqual(expected);
    expect(await promptOf("\r", place)).toEqual(expected);
  },
);
