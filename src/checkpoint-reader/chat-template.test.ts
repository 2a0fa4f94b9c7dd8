import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createPromptRenderer } from "./chat-template.ts";
import { readChatTemplate } from "./template-sources.ts";
import type { Message } from "../checkpoint/types.ts";
import { diskFolder } from "../files/disk-folder.ts";

const fixtures = fileURLToPath(new URL("../../test/fixtures/", import.meta.url));
const cases = readdirSync(fixtures).filter((name) => /^(llava-|gemma3)/.test(name));

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
  const renderPrompt = createPromptRenderer({
    template,
    specialTokens: { bos_token: "<s>", eos_token: "</s>", image_token: "<image>" },
    file: "here",
  });
  return renderPrompt(messages, { addGenerationPrompt: true });
}

describe.each(cases)("createPromptRenderer() on %s", (name) => {
  it("renders the prompt and every sample as the reference does", async () => {
    const expected = readJson(`${name}/expected.json`) as Expected;
    const { messages } = readJson(`${name}/input/messages.json`) as { messages: Message[] };
    const folder = `${fixtures}${name}/checkpoint`;
    const config = readJson(`${name}/checkpoint/tokenizer_config.json`) as Record<string, string>;
    const template = await readChatTemplate(diskFolder(folder), config, () => undefined);
    const renderPrompt = createPromptRenderer({
      template,
      specialTokens: config,
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
    expect(render("{{ bos_token }}{{ add_generation_prompt }}{{ eos_token }}")).toBe("<s>True</s>");
  });

  it("leaves out special tokens that the checkpoint has not", () => {
    expect(render("{{ image_token }}{{ pad_token is defined }}{{ pad_token }}")).toBe("<image>False");
  });

  it("says that tools and documents are none", () => {
    expect(render("{{ tools is none and documents is none }}")).toBe("True");
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

  it.each([
    ["joins text with the list of parts", "{% for m in messages %}{{ 'USER: ' + m.content }}{% endfor %}"],
    ["writes the list of parts", "{% for m in messages %}{{ '[' + m.role + ']' + m.content | trim }}{% endfor %}"],
    ["writes the list of parts as JSON", "{% for m in messages %}{{ m.content | tojson }}{% endfor %}"],
    ["calls a method of text", "{% for m in messages %}{{ m.content.strip() }}{% endfor %}"],
    ["asks for text", "{% if messages[0].content is not string %}{{ raise_exception('only text') }}{% endif %}"],
  ])("asks for a raw prompt where the template %s", (_, template) => {
    const messages: Message[] = [{ role: "user", content: [{ type: "image" }, { type: "text", text: "hi" }] }];
    expect(() => render(template, messages)).toThrow(
      "here: the chat template expects messages of plain text and cannot place pictures; pass a raw prompt instead.",
    );
  });

  it.each([
    ["raises", "{{ raise_exception('roles must alternate') }}", "cannot be rendered: roles must alternate"],
    ["raises several lines", "{{ raise_exception('one\\n\\x1btwo.') }}", "cannot be rendered: one two."],
    ["is not Jinja", "{% for %}", "cannot be rendered"],
    ["calls what is not there", "{{ open('file') }}", "cannot be rendered"],
    ["is nested deeply", `{{${"(".repeat(20_000)}1${")".repeat(20_000)}}}`, "cannot be rendered"],
  ])("says why where a template %s", (_, template, message) => {
    expect(() => render(template)).toThrow(message);
  });

  const doubling =
    "{% set ns = namespace(s='abcd efgh') %}{% for i in range(40) %}{% set ns.s = ns.s + ns.s %}{% endfor %}";
  it.each([
    ["a loop in a loop", "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", "steps"],
    ["a huge range", "{% for i in range(1000000000) %}x{% endfor %}", "more than 100000 items"],
    ["a string that doubles", doubling, "more than 2000000 characters"],
    ["a string that doubles and is split", `${doubling}{{ ns.s.split(' ') | length }}`, "more than 2000000 characters"],
    ["a list that doubles", doubling.replace("'abcd efgh'", "[1, 2]"), "steps"],
    [
      "a list in lists",
      `${doubling.replace("'abcd efgh'", "[1]").replace("ns.s + ns.s", "[ns.s, ns.s]")}{{ ns.s }}`,
      "steps",
    ],
    ["a number that grows", "{{ 10 ** 100000 }}", "more than 4300 digits"],
    ["a macro that calls itself", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "nested too deeply"],
    [
      "output without an end",
      `{% for i in range(20000) %}${"0123456789".repeat(10)}{% endfor %}`,
      "more than 1000000 characters",
    ],
  ])("stops %s", (_, template, message) => {
    expect(() => render(template)).toThrow(message);
  });
});
