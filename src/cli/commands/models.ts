/** @file The command `models`. */
import { quote } from "../../json/quote.ts";
import { formatBytes } from "../../tensor/byte-size.ts";
import { listModels, pullModel, type ModelList } from "../../workbench/models.ts";
import { checkOptions, type modelsOptions } from "../options/models.ts";
import { checkModelCommand } from "./check-model.ts";
import type { Arguments } from "../parse.ts";
import { printableLine } from "../../terminal/printable.ts";
import type { Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";

/** The option of `check` that was given, if one was. */
function givenCheckOption({ values }: Arguments<typeof modelsOptions>): string | undefined {
  const keys = Object.keys(checkOptions) as (keyof typeof checkOptions)[];
  const given = keys.find((key) => {
    const [spec, value] = [checkOptions[key], values[key]];
    return Array.isArray(value) ? value.length > 0 : value !== ("default" in spec ? spec.default : undefined);
  });
  return given && checkOptions[given].name;
}

/** Lists models, downloads one, or checks one. */
export async function modelsCommand(args: Arguments<typeof modelsOptions>, session: Session): Promise<void> {
  const [action, id, other] = args.positionals;
  if (action !== "check") {
    const option = givenCheckOption(args);
    if (option !== undefined) throw new UsageError(`--${option} belongs to models check; leave it out.`);
  }
  if (action === undefined) {
    const list = await listModels();
    if (args.values.json) session.printJson(list);
    else session.print(listText(list));
    return;
  }
  if (action !== "pull" && action !== "check") {
    throw new UsageError(
      `models has no action ${quote(action)}; write models, models pull HUB_ID, or models check PATH_OR_ID.`,
    );
  }
  if (id === undefined) {
    throw new UsageError(
      action === "pull"
        ? "There is no model to download; write models pull ORGANIZATION/NAME."
        : "There is no model to check; write models check PATH_OR_ID.",
    );
  }
  if (other !== undefined) throw new UsageError(`models ${action} takes one model; ${quote(other)} is one too many.`);
  if (action === "check") return checkModelCommand(id, args.values, session);
  await pull(id, args.values.json, session);
}

function listText({ supported, bundled, cacheFolder, cached }: ModelList): string {
  const lines = ["Supported"];
  for (const { className, visionTowers, languageModels, examples } of Object.values(supported)) {
    lines.push(
      `  ${className}`,
      `    vision tower    ${visionTowers}`,
      `    language model  ${languageModels}`,
      `    such as         ${examples.join(", ")}`,
    );
  }
  lines.push(
    "",
    "Comes with the program",
    ...bundled.map(({ name, bytes, about }) => `  ${name}  ${formatBytes(bytes)}  ${about}`),
    "",
    `In the cache ${cacheFolder}`,
  );
  if (cached.length === 0) lines.push("  nothing; lvlm-interpret models pull ORGANIZATION/NAME downloads a model");
  for (const { id, bytes, problem } of cached) {
    lines.push(
      `  ${id}  ${formatBytes(bytes)}${problem === null ? "" : `  (cannot be run: ${printableLine(problem)})`}`,
    );
  }
  return lines.join("\n");
}

async function pull(id: string, json: boolean, session: Session): Promise<void> {
  const folder = await pullModel(id, {
    signal: session.signal,
    onProgress: ({ file, receivedBytes, totalBytes }) => {
      const stage = `${file} ${formatBytes(receivedBytes)} of ${formatBytes(totalBytes)}`;
      session.progress.show(stage, totalBytes === 0 ? 1 : receivedBytes / totalBytes);
    },
  });
  session.progress.clear();
  if (json) session.printJson({ id, folder });
  else session.print(`${id} is in ${folder}`);
}
