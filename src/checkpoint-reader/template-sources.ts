/** @file Finds the chat template of a checkpoint among the files that may hold one. */
import { z } from "zod";
import type { FileFolder } from "../storage/file-folder.ts";
import { readOptionalJsonFile, readTextFile } from "../storage/read-file.ts";
import type { Warn } from "../checkpoint/warnings.ts";

/** Published templates have up to some 20,000 characters, those with tools included. */
export const maxTemplateCharacters = 200_000;

/**
 * Files that may hold a template; the first one that does decides. This is the order of `ProcessorMixin.get_processor_dict` of
 * transformers 5.24; a tokenizer's own template is used if no processor has one.
 */
export const templateSources = [
  "processor_config.json",
  "chat_template.json",
  "chat_template.jinja",
  "additional_chat_templates/default.jinja",
  "tokenizer_config.json",
] as const;

type TemplateSource = (typeof templateSources)[number];

const namedTemplates = z.union([
  z.array(z.object({ name: z.string(), template: z.string() })),
  z
    .record(z.string(), z.string())
    .transform((named) => Object.entries(named).map(([name, template]) => ({ name, template }))),
]);
const holderSchema = z.looseObject({ chat_template: z.union([z.string(), namedTemplates]).nullish() });

/**
 * The chat template of the checkpoint in `folder`, or undefined if it has none. Of several named templates it is the one called
 * "default". `tokenizerConfig` is the parsed tokenizer_config.json, or undefined. Warns if two files hold different templates.
 * Throws an Error that names the file if a template is too long, no text or not UTF-8.
 */
export async function readChatTemplate(
  folder: FileFolder,
  tokenizerConfig: unknown,
  warn: Warn,
): Promise<string | undefined> {
  const found: { readonly source: TemplateSource; readonly template: string }[] = [];
  for (const source of templateSources) {
    const template = await templateOf(source, folder, tokenizerConfig);
    if (template !== undefined) found.push({ source, template: template });
  }
  const [used, ...others] = found;
  if (used === undefined) return undefined;
  for (const other of others) {
    if (asRead(other.template) === asRead(used.template)) continue;
    warn(
      `${used.source} and ${other.source} hold different chat templates; the one of ${used.source} is used, as transformers does.`,
    );
  }
  return used.template;
}

async function templateOf(
  source: TemplateSource,
  folder: FileFolder,
  tokenizerConfig: unknown,
): Promise<string | undefined> {
  const file = folder.pathOf(source);
  if (source.endsWith(".jinja")) {
    // A character takes up to four bytes.
    const text = await readTextFile(folder, source, 4 * maxTemplateCharacters);
    return text === undefined ? undefined : checkedTemplate(text, file);
  }
  const holder =
    source === "tokenizer_config.json" ? tokenizerConfig : (await readOptionalJsonFile(folder, source))?.value;
  return holder === undefined ? undefined : templateIn(holder, file);
}

/** Line ends, and one line end at the end, make no difference to Jinja. */
function asRead(template: string): string {
  return template.replace(/\r\n?/g, "\n").replace(/\n$/, "");
}

function templateIn(holder: unknown, file: string): string | undefined {
  const parsed = holderSchema.safeParse(holder);
  if (!parsed.success) {
    throw new Error(`${file}: "chat_template" must be text, or a list of objects with "name" and "template".`);
  }
  const found = parsed.data.chat_template ?? undefined;
  const template = typeof found === "string" ? found : found?.find(({ name }) => name === "default")?.template;
  return template === undefined ? undefined : checkedTemplate(template, file);
}

function checkedTemplate(template: string, file: string): string {
  if (template.length > maxTemplateCharacters) {
    throw new Error(
      `${file}: the chat template has ${template.length} characters, more than the limit of ${maxTemplateCharacters}.`,
    );
  }
  return template;
}
