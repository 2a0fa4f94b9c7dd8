/** @file The command `demo`: the main job on a demo question, without the page. */
import { dirname, join, relative } from "node:path";
import { makeFolder } from "../../files/make-folder.ts";
import { withFileErrors } from "../../files/file-error.ts";
import { demoQuestion } from "../../program/demo.ts";
import { exportRun, runNameOf } from "../../export/export.ts";
import { traceMethods } from "../../run/maps.ts";
import { openRunFile } from "../../workbench/run-files.ts";
import { quote } from "../../json/quote.ts";
import { explainOptions } from "../options/explain.ts";
import type { helpOption } from "../options/output.ts";
import { parseArguments, type Arguments } from "../parse.ts";
import type { Session } from "../session.ts";
import { shellWord } from "../shell-word.ts";
import { UsageError } from "../usage-error.ts";
import { explainToFile, findingLines } from "./explain.ts";

const folder = "out";

/** Explains a question about a demo picture, and writes run, pictures and page into ./out. */
export async function demoCommand({ positionals }: Arguments<typeof helpOption>, session: Session): Promise<void> {
  if (positionals.length > 0) throw new UsageError(`demo takes nothing; leave ${quote(positionals[0]!)} out.`);
  const path = join(folder, "arrow-right.run.safetensors");
  await withFileErrors(`./${folder}`, "made", () => makeFolder(folder));
  const { picture, question } = demoQuestion;
  const asked = ["--image", picture, "--question", question, "--method", [...traceMethods, "relevancy"].join(",")];
  const args = parseArguments({ name: "explain", options: explainOptions }, [...asked, "--out", path]);
  const { report, description } = await explainToFile(args, session);
  const opened = await openRunFile(path);
  try {
    session.progress.show("Drawing", 0);
    const rule = { inputs: [{ path, what: "the run" }], force: false };
    const target = { runName: runNameOf(path), out: { folder }, rule, signal: session.signal };
    const { files, selection } = await exportRun(opened.run, { ...target, formats: ["png", "html"], selection: {} });
    const relevancy = await exportRun(opened.run, {
      ...target,
      formats: ["png"],
      selection: { method: "relevancy", token: String(selection.group.tokens[0]) },
    });
    session.print(`Question  ${question}`);
    session.print(`Answer    ${report.answer}`);
    session.print("");
    const findings = findingLines(report, description);
    for (const line of findings) session.print(line);
    if (findings.at(-1) !== "") session.print("");
    session.print("Look at");
    for (const file of [...files, ...relevancy.files, path]) session.print(`  ${file}`);
    session.print("");
    session.print("Try next");
    const other = shellWord(relative("", join(dirname(picture), "face-happy.png")));
    session.print(`  npx lvlm-interpret ask --image ${other} --question "Is the face sad?"`);
    session.print(`  npx lvlm-interpret export ${path} --method rollout --token right --format svg --out ${folder}`);
    session.print("  npx lvlm-interpret --help");
  } finally {
    await opened.close();
    session.progress.clear();
  }
}
