/** @file The action `models check`. */
import { quote } from "../../json/quote.ts";
import { checkModel } from "../../workbench/check-model.ts";
import { checkLines } from "../../terminal/check-lines.ts";
import type { OptionValues } from "../option-spec.ts";
import type { modelsOptions } from "../options/models.ts";
import type { Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";

/** A side of a picture, in pixels. */
const maxSide = 100_000;

function sizeOf(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d{1,6})x(\d{1,6})$/i.exec(text) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if (size.width >= 1 && size.height >= 1 && size.width <= maxSide && size.height <= maxSide) return size;
  throw new UsageError(`--image-size must be a size such as 1024x768, got ${quote(text)}.`);
}

/** Checks a model and prints what was found. Throws an Error that says why if the model cannot be run. */
export async function checkModelCommand(
  id: string,
  values: OptionValues<typeof modelsOptions>,
  session: Session,
): Promise<void> {
  if (values.image.length > 0 && values.imageSize.length > 0) {
    throw new UsageError("--image and --image-size both say what pictures there are; leave one of them out.");
  }
  const pictures = values.imageSize.length > 0 ? values.imageSize.map(sizeOf) : values.image;
  session.progress.show("Checking the model", 0);
  const report = await checkModel(id, {
    ...(pictures.length === 0 ? {} : { pictures }),
    ...(values.question === undefined ? {} : { question: values.question }),
    fit: values.fit,
    answerTokens: values.answerTokens,
    signal: session.signal,
  });
  session.progress.clear();
  if (values.json) session.printJson(report);
  else for (const line of checkLines(report)) session.print(line);
  if (report.problem !== null) throw new Error(report.problem);
}
