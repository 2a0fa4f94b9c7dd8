/** @file Stops synchronous work on untrusted patterns after a while. */
import { createContext, Script } from "node:vm";

const callWork = new Script("work()");

/**
 * Returns a function that runs synchronous work and throws `message` when it takes longer than `milliseconds`. The work is an
 * ordinary function of the caller's realm; only the limit comes from the context that it is called through. Regular expressions
 * are stopped as well.
 */
export function createTimeLimit(milliseconds: number, message: string): <T>(work: () => T) => T {
  const context = createContext({ work: undefined as unknown });
  return <T>(work: () => T): T => {
    let result: { readonly value: T } | undefined;
    context["work"] = () => {
      result = { value: work() };
    };
    try {
      callWork.runInContext(context, { timeout: milliseconds });
    } catch (error) {
      if ((error as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") throw new Error(message);
      throw error;
    } finally {
      context["work"] = undefined;
    }
    return result!.value;
  };
}
