/** @file The command `preprocess`. */
import { openNamedCheckpoint } from "../../workbench/open-checkpoint.ts";
import { preprocess } from "../../export/preprocess.ts";
import type { preprocessOptions } from "../options/preprocess.ts";
import { checkEnding, outputRuleOf } from "../output-options.ts";
import type { Arguments } from "../parse.ts";
import type { Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";

/** Writes the pixel values of pictures and prints the paths of the files. */
export async function preprocessCommand(
  { values, positionals }: Arguments<typeof preprocessOptions>,
  session: Session,
): Promise<void> {
  const { signal } = session;
  if (positionals.length > 0) {
    throw new UsageError(`"${positionals[0]!}" is not expected here; pictures go after --image.`);
  }
  if (values.image.length === 0) throw new UsageError("There is no picture; give one with --image FILE.");
  checkEnding(values.out, {
    allowed: ["a safetensors file"],
    advice: "pixel values go into a file that ends in .safetensors",
  });
  const rule = await outputRuleOf(values, values.image);
  const checkpoint = await openNamedCheckpoint(values.model, { signal });
  for (const warning of checkpoint.warnings) session.warn(warning);
  const { dims, images, files, warnings } = await preprocess(checkpoint, {
    pictures: values.image,
    fit: values.fit,
    stretch: values.stretch,
    out: values.out,
    levels: values.levels,
    rule,
    signal,
  });
  for (const warning of warnings) session.warn(warning);
  if (values.json) {
    session.printJson({ model: values.model, pixel_values: dims, images, files });
    return;
  }
  session.print(`pixel_values [${dims.join(", ")}]`);
  for (const file of files) session.print(file);
}
