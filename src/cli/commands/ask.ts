/** @file The command `ask`. */
import { ask } from "../../explain/ask.ts";
import type { askOptions } from "../options/ask.ts";
import type { Arguments } from "../parse.ts";
import { questionOf, withModel } from "../question-options.ts";
import { printable } from "../../terminal/printable.ts";
import type { Session } from "../session.ts";

/** Asks and prints the answer: as it comes on a terminal, else at once. */
export async function askCommand(args: Arguments<typeof askOptions>, session: Session): Promise<void> {
  const { values } = args;
  const question = await questionOf(args);
  const isShownLive = session.isInteractive && !values.json;
  let shown = "";
  const answer = await withModel(values, session, (model, options) =>
    ask(model, question, {
      ...options,
      onProgress: (step) => {
        // The answer itself shows how far it is.
        if (!(isShownLive && step.stage === "decode")) options.onProgress?.(step);
      },
      onToken: isShownLive
        ? (text) => {
            const piece = shown === "" ? text.trimStart() : text;
            session.write(piece);
            shown += piece;
          }
        : undefined,
    }),
  );
  if (values.json) {
    session.printJson({ model: values.model, ...answer });
  } else if (isShownLive) {
    const rest = answer.text.startsWith(shown) ? answer.text.slice(shown.length) : "";
    session.print(printable(rest));
  } else {
    session.print(answer.text);
  }
}
