/** @file The demo benchmark and the demo examples as one list of questions, with what is known of each: key, family, shortcut, evidence. */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import type { Corners } from "../../src/run/masks.ts";

const shortcutSchema = z.enum(["prior", "leading", "first", "tag"]).nullable();

/** What was planted in the demo model (demo/README.md); null if it has to look. */
export type Shortcut = z.infer<typeof shortcutSchema>;

export interface TruthQuestion {
  readonly name: string;
  /** Questions of one scene are not independent: the pictures of a pair differ in one thing, and an example has several questions. */
  readonly scene: string;
  /** Path of the picture. */
  readonly picture: string;
  /** As it is put to the model. */
  readonly text: string;
  /** `lettered` is answered "(a)" or "(b)", `open` in a sentence. */
  readonly form: "lettered" | "open";
  /** Lettered: the letter of the option that the picture shows. Open: the word of the right answer that tells. */
  readonly key: string;
  /** What may stand in the key's place, the key among it: the letters, or the words of the options. */
  readonly choices: readonly string[];
  /** The whole answer, if it is known how it was taught. */
  readonly taught?: string;
  /** What the picture shows, if the taught answer is that of a shortcut. */
  readonly shown?: string;
  /** A question of the benchmark put without its options; see `restated`. */
  readonly restated?: true;
  readonly family: string;
  readonly shortcut: Shortcut;
  /** Path of the mask of the things that the right answer is about; none for things that are not in the picture. */
  readonly evidence?: string;
  /** Boxes of these things, if they are known. */
  readonly evidenceBoxes?: readonly Corners[];
  /** The tag that the `tag` shortcut looks at: its box, or the path of its mask. */
  readonly tag?: Corners | string;
}

const cornersSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]);

const truthSchema = z.record(
  z.string(),
  z.object({
    family: z.string(),
    shortcut: shortcutSchema,
    evidence: z.array(cornersSchema),
    tag: cornersSchema.nullable(),
  }),
);

const examplesSchema = z.array(
  z.object({
    file: z.string(),
    questions: z.array(
      z.object({
        question: z.string(),
        answer: z.string(),
        key: z.string(),
        family: z.string(),
        shortcut: shortcutSchema,
        truth: z.string().nullable(),
        mask: z.string().nullable(),
      }),
    ),
  }),
);

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await readFile(path, "utf8")));
}

/** The cells of a CSV without quotes; throws at a quote, which would need a real parser. */
export function plainCsvRows(text: string): string[][] {
  if (text.includes('"')) throw new Error("The CSV has quotes, and only plain cells are read here; write it without.");
  return text
    .split(/\r?\n/)
    .filter((line) => line !== "")
    .map((line) => line.split(","));
}

const letters = ["(a)", "(b)"] as const;

/**
 * A benchmark question as an open one, if the planted shortcuts and what they are compared with have such a form: what the thing's
 * color is, how many apples there are, whether something is there, whether the door is open. Undefined for the others.
 */
function restated(original: TruthQuestion): TruthQuestion | undefined {
  const [, question, first, second] = /^(.*\?) \(a\) (.*) \(b\) (.*)$/u.exec(original.text) ?? [];
  if (question === undefined || first === undefined || second === undefined) return undefined;
  const choices = [first.toLowerCase(), second.toLowerCase()];
  const open = {
    ...original,
    name: `${original.name} restated`,
    form: "open",
    choices,
    key: choices[letters.indexOf(original.key as (typeof letters)[number])]!,
    restated: true,
  } as const;
  const thing = /^Is the (\S+) /u.exec(question)?.[1];
  if (original.family === "color") return { ...open, text: `What is the color of the ${thing!}?` };
  if (original.family === "presence" || original.shortcut === "tag") return { ...open, text: question };
  if (original.shortcut !== "first") return undefined;
  const key = open.key === "open" ? "yes" : "no";
  return { ...open, text: "Is the door open?", choices: ["yes", "no"], key, shortcut: "leading" };
}

async function benchmarkQuestions(folder: string): Promise<TruthQuestion[]> {
  const prefix = basename(folder);
  const truth = await readJson(join(folder, "truth.json"), truthSchema);
  const [, ...rows] = plainCsvRows(await readFile(join(folder, "Questions.csv"), "utf8"));
  return rows.map(([index, question, options, key]) => {
    const known = index === undefined ? undefined : truth[index];
    if (index === undefined || question === undefined || options === undefined || key === undefined || !known) {
      throw new Error(
        `Questions.csv: row ${String(index)} has no four cells or no entry in truth.json; make it again.`,
      );
    }
    return {
      name: `${prefix}/${index}`,
      scene: `${prefix} pair ${Math.ceil(Number(index) / 2)}`,
      picture: join(folder, "MMVP Images", `${index}.jpg`),
      text: `${question} ${options}`,
      form: "lettered",
      key,
      choices: letters,
      family: known.family,
      shortcut: known.shortcut,
      evidence: join(folder, "masks", `${index}.png`),
      evidenceBoxes: known.evidence,
      tag: known.tag ?? undefined,
    };
  });
}

async function exampleQuestions(folder: string): Promise<TruthQuestion[]> {
  const examples = await readJson(join(folder, "examples.json"), examplesSchema);
  return examples.flatMap(({ file, questions }) =>
    questions.map(({ question, answer, key, family, shortcut, truth, mask }, k): TruthQuestion => {
      const path = mask === null ? undefined : join(folder, mask);
      // The recipe's evidence of the planted counting is the tag itself.
      const evidence = shortcut === "tag" ? { tag: path } : { evidence: path };
      const form = key.startsWith("(") ? "lettered" : "open";
      return {
        name: `examples/${file.replace(/\.png$/, "")}-${k}`,
        scene: `examples/${file}`,
        picture: join(folder, file),
        text: question,
        form,
        key,
        ...(form === "open"
          ? { choices: truth === null ? [key] : [key, truth], taught: answer }
          : { choices: letters }),
        family,
        shortcut,
        ...(truth === null ? {} : { shown: truth }),
        ...evidence,
      };
    }),
  );
}

/** The scenes that the methods were looked at on, and others of the same world that are kept apart. */
export const scenesNames = ["first", "second"] as const;
export type Scenes = (typeof scenesNames)[number];

/**
 * Every question of `demo/benchmark`, as it is and restated, and of `demo/examples`, in the order of the files; of the second scenes those of
 * `demo/benchmark-second`, which has no examples. Throws an Error if a file has another form.
 */
export async function readQuestions(demoFolder: string, scenes: Scenes = "first"): Promise<TruthQuestion[]> {
  const [benchmark, examples] = await Promise.all([
    benchmarkQuestions(join(demoFolder, scenes === "first" ? "benchmark" : "benchmark-second")),
    scenes === "first" ? exampleQuestions(join(demoFolder, "examples")) : [],
  ]);
  return [...benchmark, ...examples, ...benchmark.flatMap((question) => restated(question) ?? [])];
}

/** So many questions, spread evenly over the list; all without a limit. */
export function spread<Item>(items: readonly Item[], limit = items.length): Item[] {
  const count = Math.min(limit, items.length);
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}

/** True if only looking at the picture answers the question, and the model can: no shortcut, and not left or right of something. */
export function isGrounded({ shortcut, family }: Pick<TruthQuestion, "shortcut" | "family">): boolean {
  return shortcut === null && family !== "relation";
}

/** The first choice that stands in an answer as words of their own, whatever its case, and its start. */
export function chosen(
  { choices }: Pick<TruthQuestion, "choices">,
  answer: string,
): { choice: string; start: number } | undefined {
  const found = choices.flatMap((choice) => {
    const escaped = choice.replace(/[()]/g, "\\$&");
    const start = answer.search(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "iu"));
    return start < 0 ? [] : [{ choice, start }];
  });
  return found.sort((a, b) => a.start - b.start)[0];
}

/**
 * The answer tokens that hold what the model chose, right or wrong, first to last; undefined if the answer holds none of the choices.
 *
 * @param texts the answer tokens' texts, which make the answer when they are joined.
 */
export function chosenTokens(question: Pick<TruthQuestion, "choices">, texts: readonly string[]): number[] | undefined {
  const found = chosen(question, texts.join(""));
  if (found === undefined) return undefined;
  const end = found.start + found.choice.length;
  let before = 0;
  return texts.flatMap((text, token) => {
    const start = before;
    before += text.length;
    return start < end && before > found.start ? [token] : [];
  });
}

/** True if the answer is the right one: the whole sentence as it was taught, or the key before any other choice. */
export function isRight(question: TruthQuestion, answer: string): boolean {
  return question.taught === undefined ? chosen(question, answer)?.choice === question.key : answer === question.taught;
}

/** True if the answer is what the picture shows, whatever a shortcut would say. */
export function showsRight(question: TruthQuestion, answer: string): boolean {
  const { shown = question.key, choices } = question;
  return chosen({ choices: [...new Set([shown, ...choices])] }, answer)?.choice === shown;
}

/**
 * The answer token that is explained: the one that holds the first character of what the model chose, right or wrong. Undefined if the
 * answer holds none of the choices.
 *
 * @param texts the answer tokens' texts, which make the answer when they are joined.
 */
export function explainedToken(question: Pick<TruthQuestion, "choices">, texts: readonly string[]): number | undefined {
  return chosenTokens(question, texts)?.[0];
}
