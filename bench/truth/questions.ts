/** @file The demo benchmark and the demo examples as one list of questions, with what is known of each: key, family, shortcut, evidence. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const shortcutSchema = z.enum(["prior", "leading", "first", "tag"]).nullable();

/** What was planted in the demo model (demo/README.md); null where it has to look. */
export type Shortcut = z.infer<typeof shortcutSchema>;

/** Corners in pixels of the picture: left, top, right, bottom; right and bottom are the first pixels outside. */
export type Corners = readonly [number, number, number, number];

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
  /** Lettered: the letter of the option that the picture shows. Open: the word of the taught answer that tells. */
  readonly key: string;
  /** Open questions: the whole answer as it was taught. */
  readonly taught?: string;
  readonly family: string;
  readonly shortcut: Shortcut;
  /** Path of the mask of the things that the right answer is about; none for things that are not in the picture. */
  readonly evidence?: string;
  /** The tag that the `tag` shortcut looks at: its box, or the path of its mask. */
  readonly tag?: Corners | string;
}

const truthSchema = z.record(
  z.string(),
  z.object({
    family: z.string(),
    shortcut: shortcutSchema,
    tag: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
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

async function benchmarkQuestions(folder: string): Promise<TruthQuestion[]> {
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
      name: `benchmark/${index}`,
      scene: `benchmark pair ${Math.ceil(Number(index) / 2)}`,
      picture: join(folder, "MMVP Images", `${index}.jpg`),
      text: `${question} ${options}`,
      form: "lettered",
      key,
      family: known.family,
      shortcut: known.shortcut,
      evidence: join(folder, "masks", `${index}.png`),
      tag: known.tag ?? undefined,
    };
  });
}

async function exampleQuestions(folder: string): Promise<TruthQuestion[]> {
  const examples = await readJson(join(folder, "examples.json"), examplesSchema);
  return examples.flatMap(({ file, questions }) =>
    questions.map(({ question, answer, key, family, shortcut, mask }, k): TruthQuestion => {
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
        ...(form === "open" ? { taught: answer } : {}),
        family,
        shortcut,
        ...evidence,
      };
    }),
  );
}

/** Every question of `demo/benchmark` and `demo/examples`, in the order of the files. Throws where a file has another form. */
export async function readQuestions(demoFolder: string): Promise<TruthQuestion[]> {
  const [benchmark, examples] = await Promise.all([
    benchmarkQuestions(join(demoFolder, "benchmark")),
    exampleQuestions(join(demoFolder, "examples")),
  ]);
  return [...benchmark, ...examples];
}

/** True where only looking at the picture answers the question, and the model can: no shortcut, and not left or right of something. */
export function isGrounded({ shortcut, family }: Pick<TruthQuestion, "shortcut" | "family">): boolean {
  return shortcut === null && family !== "relation";
}

/** True where the answer is the right one: the key's letter first, or the whole sentence as it was taught. */
export function isRight({ form, key, taught }: TruthQuestion, answer: string): boolean {
  return form === "lettered" ? answer.startsWith(key) : answer === taught;
}

/**
 * The answer token that is explained: the one that holds the first character of the letter that the model chose, right or wrong, or of
 * the key word. Undefined where the answer has neither.
 *
 * @param texts the answer tokens' texts, which make the answer when they are joined.
 */
export function explainedToken({ form, key }: TruthQuestion, texts: readonly string[]): number | undefined {
  const answer = texts.join("");
  const escaped = key.replace(/[^\p{L}\p{N} ]/gu, "\\$&");
  const pattern =
    form === "lettered" ? /\((a|b)\)/u : new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "u");
  const start = answer.search(pattern);
  if (start < 0) return undefined;
  let end = 0;
  return texts.findIndex((text) => start < (end += text.length));
}
