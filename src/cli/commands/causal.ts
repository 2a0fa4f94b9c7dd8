/** @file The command `causal`. */
import { readAttentionMatrix } from "../../tasks/causes/matrix-file.ts";
import { matrixCauses } from "../../tasks/causes/matrix-causes.ts";
import { quote } from "../../safetensors/quote.ts";
import { readIndexList } from "../index-list.ts";
import type { Arguments } from "../parse.ts";
import type { Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";

/** Learns the graph of a matrix and prints everything that was found, as JSON. */
export async function causalCommand({ values, positionals }: Arguments, session: Session): Promise<void> {
  const { matrix: file, tensorName: tensor, causalVariant: variant, alpha, samples, signRule } = values;
  if (positionals[0] !== undefined) {
    throw new UsageError(`${quote(positionals[0])} is not expected here; the file goes after --matrix.`);
  }
  if (file === undefined) throw new UsageError("There is no matrix; give the path of a file after --matrix.");
  const matrix = await readAttentionMatrix(file, { tensor });
  const listed = values.nodes === undefined ? matrix.nodes : readIndexList(values.nodes, "nodes");
  const target = values.causalTarget ?? matrix.target ?? listed?.at(-1) ?? matrix.tokens - 1;
  const nodes = listed ?? Array.from({ length: target + 1 }, (_, position) => position);
  const outside = [...nodes, target].find((node) => node >= matrix.tokens);
  if (outside !== undefined) {
    throw new UsageError(
      `The matrix has tokens 0 to ${matrix.tokens - 1}, got ${outside}; change --nodes or --target.`,
    );
  }
  if (!nodes.includes(target)) {
    throw new UsageError(`The target ${target} is none of the nodes; add it to --nodes, or change --target.`);
  }
  const correlation = {
    center: values.centerRows,
    ...(values.withoutKeys === undefined
      ? {}
      : { withoutKeys: new Set(readIndexList(values.withoutKeys, "without-keys")) }),
  };
  const found = await matrixCauses(matrix, { variant, alpha, samples, signRule, nodes, target, correlation });
  session.print(JSON.stringify(found, null, values.json ? 2 : undefined));
}
