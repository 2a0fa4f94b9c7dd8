/** @file The command `causal`. */
import { matrixFileCauses } from "../../causes/matrix-file-causes.ts";
import { wrongRequest } from "../../causes/matrix-work.ts";
import { quote } from "../../json/quote.ts";
import { readIndexList } from "../index-list.ts";
import type { causalOptions } from "../options/causal.ts";
import type { Arguments } from "../parse.ts";
import type { Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";

/** Memory of the process without `--max-memory`: the numbers of the largest matrix fit four times. */
const defaultMemoryBytes = 4e9;

/** Learns the graph of a matrix and prints everything that was found, as JSON. */
export async function causalCommand(
  { values, positionals }: Arguments<typeof causalOptions>,
  session: Session,
): Promise<void> {
  const { matrix: file, tensor, variant, alpha, samples, signRule } = values;
  if (positionals[0] !== undefined) {
    throw new UsageError(`${quote(positionals[0])} is not expected here; the file goes after --matrix.`);
  }
  if (file === undefined) throw new UsageError("There is no matrix; give the path of a file after --matrix.");
  const nodes = values.nodes === undefined ? undefined : readIndexList(values.nodes, "nodes");
  const withoutKeys = values.withoutKeys === undefined ? undefined : readIndexList(values.withoutKeys, "without-keys");
  const options = { variant, alpha, samples, signRule };
  const request = { file, tensor, options, nodes, target: values.target, center: values.centerRows, withoutKeys };
  const found = await matrixFileCauses(request, {
    deadlineMs: values.timeLimit * 1000,
    memoryMegabytes: Math.ceil((values.maxMemory ?? defaultMemoryBytes) / 1e6),
    signal: session.signal,
  }).catch((error: unknown) => {
    if ((error as { readonly code?: unknown }).code === wrongRequest) throw new UsageError((error as Error).message);
    throw error;
  });
  session.printJson(found, values.json ? 2 : 0);
}
