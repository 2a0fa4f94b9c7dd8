/** @file The command `score`: maps and heads of a run against an object that the user marks. */
import { graphPool } from "../../causes/graph-pool.ts";
import { groundTruthDocument, groundTruthFile, groundTruthFormats } from "../../export/ground-truth.ts";
import { checkOutput } from "../../export/outputs/check-output.ts";
import { writeFileAtomically } from "../../files/write-file.ts";
import { findTokens } from "../../findings/answer-words.ts";
import { defaultToken } from "../../findings/decisive-word.ts";
import { scoreAgainstObject } from "../../findings/ground-truth.ts";
import { formatOfPath } from "../../export/formats.ts";
import { quote } from "../../json/quote.ts";
import { openRunFile } from "../../workbench/run-files.ts";
import { runPathOf } from "../asked-run.ts";
import { marksOf, masksOf } from "../marked-object.ts";
import type { scoreOptions } from "../options/score.ts";
import type { Arguments } from "../parse.ts";
import { scoreLines } from "../../terminal/score-lines.ts";
import type { Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";

/** Scores a run and prints the result; writes it too if `--out` names a file. */
export async function scoreCommand(args: Arguments<typeof scoreOptions>, session: Session): Promise<void> {
  const { values } = args;
  const path = runPathOf("score", args);
  if (path === undefined) throw new UsageError("There is no run; give the path of a run file: score RUN.");
  const marks = marksOf(values);
  const { by, out } = values;
  const format = out === undefined ? undefined : formatOf(out);
  if (out !== undefined && format !== undefined) {
    const read = marks.masks.map(({ file }) => ({ path: file, what: "the mask" }));
    const inputs = [{ path, what: "the run" }, ...read];
    await checkOutput(out, { kind: format, inputs, force: values.force });
  }
  const opened = await openRunFile(path);
  const pool = graphPool();
  try {
    const { run } = opened;
    for (const warning of run.description.warnings ?? []) session.warn(warning);
    const group = values.token === undefined ? defaultToken(run) : findTokens(run.description, values.token);
    const token = group.tokens[0]!;
    const masks = await masksOf(run.description, marks);
    const scored = { token, by, found: await scoreAgainstObject(run, { masks, token, by, pool }) };
    if (out !== undefined && format !== undefined) {
      const bytes = await groundTruthFile(run, scored, { format, object: marks });
      await writeFileAtomically(out, [bytes], { signal: session.signal });
    }
    if (values.json) session.printJson(groundTruthDocument(run, scored, marks));
    else {
      for (const line of scoreLines(run.description, scored)) session.print(line);
      if (out !== undefined) session.print(out);
    }
  } finally {
    await pool.close();
    await opened.close();
  }
}

function formatOf(out: string): (typeof groundTruthFormats)[number] {
  const named = formatOfPath(out);
  const format = groundTruthFormats.find((each) => each === named);
  if (format !== undefined) return format;
  throw new UsageError(`--out must end in .${groundTruthFormats.join(", .")}, got ${quote(out)}.`);
}
