import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPromptRenderer, maxTemplateCharacters, readChatTemplate } from "./chat-template.ts";
import type { Message } from "./types.ts";

const fixtures = fileURLToPath(new URL("../../test/fixtures/", import.meta.url));
const cases = readdirSync(fixtures).filter((name) => name.startsWith("llava-"));

interface Expected {
  readonly prompt: string;
  readonly template_samples: readonly {
    readonly messages: readonly Message[];
    readonly add_generation_prompt: boolean;
    readonly text: string;
  }[];
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(fixtures + path, "utf8"));
}

const hello: readonly Message[] = [{ role: "user", content: [{ type: "text", text: "Hi" }] }];

function render(template: string | undefined, messages = hello): string {
  const renderPrompt = createPromptRenderer({ template, bosToken: "<s>", eosToken: "</s>", file: "here" });
  return renderPrompt(messages, { addGenerationPrompt: true });
}

describe.each(cases)("createPromptRenderer() on %s", (name) => {
  it("renders the prompt and every sample as the reference does", async () => {
    const expected = readJson(`${name}/expected.json`) as Expected;
    const { messages } = readJson(`${name}/input/messages.json`) as { messages: Message[] };
    const folder = `${fixtures}${name}/checkpoint`;
    const config = readJson(`${name}/checkpoint/tokenizer_config.json`) as { bos_token: string; eos_token: string };
    const template = await readChatTemplate(folder, config);
    const renderPrompt = createPromptRenderer({
      template,
      bosToken: config.bos_token,
      eosToken: config.eos_token,
      file: folder,
    });
    expect(renderPrompt(messages, { addGenerationPrompt: true })).toBe(expected.prompt);
    for (const sample of expected.template_samples) {
      const text = renderPrompt(sample.messages, { addGenerationPrompt: sample.add_generation_prompt });
      expect(text).toBe(sample.text);
    }
  });
});

describe("createPromptRenderer()", () => {
  it("gives the template the special tokens and the flag", () => {
    expect(render("{{ bos_token }}{{ add_generation_prompt }}{{ eos_token }}")).toBe("<s>true</s>");
  });

  it("says that tools and documents are none", () => {
    expect(render("{{ tools is none and documents is none }}")).toBe("true");
  });

  it("leaves out the marks of generated text", () => {
    expect(render("a{% generation %}b{% endgeneration %}c")).toBe("abc");
  });

  it("supports namespaces, tojson and the date", () => {
    expect(render("{% set ns = namespace(n=1) %}{% set ns.n = ns.n + 1 %}{{ ns.n }}")).toBe("2");
    expect(render("{{ messages | tojson }}", [{ role: "user", content: [] }])).toBe(
      '[{"role": "user", "content": []}]',
    );
    expect(render("{{ strftime_now('%Y') }}")).toMatch(/^\d{4}$/);
  });

  it("passes on text of any script, quotes and line ends unchanged", () => {
    const text = "\"'\\ café 中文 🙂\r\n\t{{ x }}\u2028";
    const messages: Message[] = [{ role: "user", content: [{ type: "text", text }] }];
    expect(render("{{ messages[0].content[0].text }}", messages)).toBe(text);
  });

  it("asks for a raw prompt where there is no template", () => {
    expect(() => render(undefined)).toThrow("here: the checkpoint has no chat template; pass a raw prompt");
  });

  it("asks for a raw prompt where the template expects plain text", () => {
    const messages: Message[] = [{ role: "user", content: [{ type: "image" }] }];
    expect(() => render("{% for m in messages %}{{ 'USER: ' + m.content }}{% endfor %}", messages)).toThrow(
      "pass a raw prompt",
    );
  });

  it.each([
    ["raises", "{{ raise_exception('roles must alternate') }}", "cannot be rendered: roles must alternate"],
    ["raises several lines", "{{ raise_exception('one\\n\\x1btwo') }}", "cannot be rendered: one"],
    ["is not Jinja", "{% for %}", "cannot be rendered"],
    ["calls what is not there", "{{ open('file') }}", "cannot be rendered"],
    ["is nested deeply", `{{${"(".repeat(20_000)}1${")".repeat(20_000)}}}`, "cannot be rendered"],
  ])("says why where a template %s", (_, template, message) => {
    expect(() => render(template)).toThrow(message);
  });

  const doubling =
    "{% set ns = namespace(s='abcd efgh') %}{% for i in range(40) %}{% set ns.s = ns.s + ns.s %}{% endfor %}";
  it.each([
    ["a loop in a loop", "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", "2 s"],
    ["a huge range", "{% for i in range(1000000000) %}x{% endfor %}", "MB of memory"],
    ["a string that doubles", doubling, "more than 1000000 characters"],
    ["a string that doubles and is split", `${doubling}{{ ns.s.split(' ') | length }}`, "more than 1000000 characters"],
    ["a list that doubles", doubling.replace("'abcd efgh'", "[1, 2]"), "more than 1000000 characters"],
    [
      "output without an end",
      `{% for i in range(20000) %}${"0123456789".repeat(10)}{% endfor %}`,
      "more than 1000000 characters",
    ],
  ])("stops %s", (_, template, message) => {
    expect(() => render(template)).toThrow(message);
  });
});

describe("readChatTemplate()", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "chat-template-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, content: unknown): void => {
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  };

  it("prefers the file of its own, then the JSON files, then the tokenizer", async () => {
    const config = { chat_template: "tokenizer" };
    expect(await readChatTemplate(folder, config)).toBe("tokenizer");
    write("processor_config.json", { chat_template: "processor" });
    expect(await readChatTemplate(folder, config)).toBe("processor");
    write("chat_template.json", { chat_template: "json" });
    expect(await readChatTemplate(folder, config)).toBe("json");
    write("chat_template.jinja", "jinja");
    expect(await readChatTemplate(folder, config)).toBe("jinja");
  });

  it("passes over JSON files without a template", async () => {
    write("processor_config.json", { processor_class: "LlavaProcessor", chat_template: null });
    expect(await readChatTemplate(folder, { chat_template: "tokenizer" })).toBe("tokenizer");
    expect(await readChatTemplate(folder, undefined)).toBeUndefined();
  });

  it("takes the default of several templates", async () => {
    const named = [
      { name: "tool_use", template: "tools" },
      { name: "default", template: "plain" },
    ];
    expect(await readChatTemplate(folder, { chat_template: named })).toBe("plain");
    expect(await readChatTemplate(folder, { chat_template: named.slice(0, 1) })).toBeUndefined();
  });

  it("refuses a template that is no text or too long, and names the file", async () => {
    await expect(readChatTemplate(folder, { chat_template: 3 })).rejects.toThrow("tokenizer_config.json");
    write("chat_template.json", { chat_template: "x".repeat(maxTemplateCharacters + 1) });
    await expect(readChatTemplate(folder, {})).rejects.toThrow(/chat_template\.json: .* limit of 200000/);
  });
});
