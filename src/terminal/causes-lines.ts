/** @file What causal graphs of a run found, in lines. */
import { causeName } from "../export/causes/cause-name.ts";
import type { Run } from "../run/types.ts";
import { singleToken } from "../findings/answer-words.ts";
import { importantHead } from "../measure/evidence-choice.ts";
import { NotRecordedError } from "../run/attention-block.ts";

/** A token of an explanation set. */
interface NamedCause {
  readonly position: number;
  readonly text: string;
  /** Steps from the explained token. */
  readonly radius: number;
}

export interface CausesReport {
  /** Index of the answer token, and its text. */
  readonly token: number;
  readonly text: string;
  readonly layer: number;
  readonly head: number;
  readonly causes: readonly NamedCause[];
  readonly noGraph?: string;
}

/** Of each explained token the graph of the head that is most important for the picture, in the last layer that was learned; null without graphs. */
export async function causesReport(run: Run): Promise<CausesReport[] | null> {
  const { causes } = run.description;
  if (causes === undefined) return null;
  const reports: CausesReport[] = [];
  for (const token of new Set(causes.map((each) => each.token))) {
    const own = causes.filter((each) => each.token === token);
    const layer = Math.max(...own.map((each) => each.layer));
    const head = await shownHead(run, { token, layer });
    const found = own.find((each) => each.layer === layer && each.head === head) ?? own[0]!;
    reports.push({
      token,
      text: singleToken(run.description, token).text,
      layer: found.layer,
      head: found.head,
      causes: found.radiusSets.flatMap((set, i) =>
        set.map((position) => ({ position, text: causeName(run.description, position), radius: i + 1 })),
      ),
      ...(found.noGraph === undefined ? {} : { noGraph: found.noGraph }),
    });
  }
  return reports;
}

/** The head that matters most for the picture; the first if the run kept no attention. */
async function shownHead(run: Run, place: { token: number; layer: number }): Promise<number> {
  try {
    return await importantHead(run, place);
  } catch (error) {
    if (error instanceof NotRecordedError) return 0;
    throw error;
  }
}

/** Causes that a line names. */
const namedCauses = 8;

/** Tokens that are listed; the run and --json hold them all. */
const listedTokens = 16;

export function causesLines(reports: readonly CausesReport[]): string[] {
  const more =
    reports.length > listedTokens ? [`  and ${reports.length - listedTokens} tokens more; --json prints them`] : [];
  return [
    "Causes by the causal graph of the most important head (test them with verify):",
    ...reports.slice(0, listedTokens).map(({ text, layer, head, causes, noGraph }) => {
      const named = causes.slice(0, namedCauses).map((cause) => cause.text);
      const more = causes.length > namedCauses ? `, and ${causes.length - namedCauses} more` : "";
      const found = named.length === 0 ? (noGraph ?? "nothing at this alpha") : `${named.join(", ")}${more}`;
      return `  “${text}” (layer ${layer}, head ${head}): ${found}`;
    }),
    ...more,
  ];
}
