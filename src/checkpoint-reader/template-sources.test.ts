import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPromptRenderer } from "./chat-template.ts";
import { maxTemplateCharacters, readChatTemplate, templateSources } from "./template-sources.ts";
import { diskFolder } from "../files/disk-folder.ts";

let folder = "";
let warnings: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "template-sources-"));
  warnings = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: unknown): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  const isRaw = typeof content === "string" || content instanceof Uint8Array;
  writeFileSync(path, isRaw ? content : JSON.stringify(content));
}

const read = (tokenizerConfig?: unknown): Promise<string | undefined> =>
  readChatTemplate(diskFolder(folder), tokenizerConfig, (sentence) => warnings.push(sentence));

/** The text of the template for one picture and the text "hi". */
async function rendered(): Promise<string> {
  const renderPrompt = createPromptRenderer({ template: await read(), specialTokens: {}, file: "here" });
  const content = [{ type: "image" }, { type: "text", text: "hi" }] as const;
  return renderPrompt([{ role: "user", content }], { addGenerationPrompt: true });
}

const body = (begin: string, end: string): string =>
  `{% for m in messages %}${begin}{% for c in m['content'] %}{% if c['type']=='image' %}<image>{% else %}{{ c['text'] }}{% endif %}{% endfor %}${end}{% endfor %}`;

describe("readChatTemplate()", () => {
  // ProcessorMixin.get_processor_dict of transformers 5.24: the processor's own value is kept, else chat_template.json is read, else
  // additional_chat_templates/*.jinja with chat_template.jinja as "default".
  it("takes the sources in the order of transformers, and names two that differ", async () => {
    expect(templateSources).toEqual([
      "processor_config.json",
      "chat_template.json",
      "chat_template.jinja",
      "additional_chat_templates/default.jinja",
      "tokenizer_config.json",
    ]);
    const config = { chat_template: "tokenizer_config.json" };
    const written: string[] = ["tokenizer_config.json"];
    for (const source of templateSources.slice(0, -1).reverse()) {
      write(source, source.endsWith(".jinja") ? source : { chat_template: source });
      warnings = [];
      expect(await read(config)).toBe(source);
      expect(warnings).toEqual(
        written.map(
          (other) =>
            `${source} and ${other} hold different chat templates; the one of ${source} is used, as transformers does.`,
        ),
      );
      written.unshift(source);
    }
  });

  it("does not warn of sources that differ in line ends alone", async () => {
    write("chat_template.jinja", "a\nb\n");
    write("chat_template.json", { chat_template: "a\r\nb" });
    expect(await read({ chat_template: "a\rb" })).toBe("a\r\nb");
    expect(warnings).toEqual([]);
  });

  it("passes over JSON files without a template", async () => {
    write("processor_config.json", { processor_class: "LlavaProcessor", chat_template: null });
    expect(await read({ chat_template: "tokenizer" })).toBe("tokenizer");
    expect(await read(undefined)).toBeUndefined();
  });

  it("takes the default of several templates", async () => {
    const named = [
      { name: "tool_use", template: "tools" },
      { name: "default", template: "plain" },
    ];
    expect(await read({ chat_template: named })).toBe("plain");
    expect(await read({ chat_template: named.slice(0, 1) })).toBeUndefined();
    write("processor_config.json", { chat_template: { rag: "documents", default: "processor" } });
    expect(await read({ chat_template: named })).toBe("processor");
  });

  it("refuses a template that is no text or too long, and names the file", async () => {
    await expect(read({ chat_template: 3 })).rejects.toThrow("tokenizer_config.json");
    write("chat_template.json", { chat_template: "x".repeat(maxTemplateCharacters + 1) });
    await expect(read({})).rejects.toThrow(/chat_template\.json: .* limit of 200000/);
  });
});

describe("the text of template files", () => {
  it.each([
    ["line ends of Windows", (text: string) => text.replaceAll("\n", "\r\n")],
    ["line ends of old Macs", (text: string) => text.replaceAll("\n", "\r")],
  ])("takes %s for line feeds, also inside of quotes and in JSON", async (_, changed) => {
    const template = changed(
      `${body("USER:\n", "{{ 'a\nb' }}\n")}{% if add_generation_prompt %}\nASSISTANT:{% endif %}\n`,
    );
    const expected = "USER:\n<image>hia\nb\nASSISTANT:";
    write("chat_template.jinja", template);
    expect(await rendered()).toBe(expected);
    write("chat_template.json", changed(JSON.stringify({ chat_template: template }, null, 1)));
    expect(await rendered()).toBe(expected);
  });

  it("keeps a byte order mark of a Jinja file, as Python reads it", async () => {
    write("chat_template.jinja", `\ufeff${body("", "")}`);
    expect(await rendered()).toBe("\ufeff<image>hi");
  });

  it("refuses files that are not UTF-8, and JSON with a byte order mark", async () => {
    write("chat_template.jinja", Uint8Array.of(0x63, 0xe9));
    await expect(read()).rejects.toThrow(/chat_template\.jinja: the file is not UTF-8 text; save it as UTF-8\.$/);
    write("processor_config.json", "\ufeff{}");
    await expect(read()).rejects.toThrow(/processor_config\.json: the file begins with a byte order mark/);
  });
});
