/** @file Requests to the hub that end: by the caller's signal, by a time limit, and by a limit on the size of an answer. */

/** Lists of files and descriptions of models are far smaller. */
const maxAnswerBytes = 64 * 1024 * 1024;

/** Signals as one; undefined if there is none. */
export function anySignal(...signals: readonly (AbortSignal | null | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== null && signal !== undefined);
  return given.length === 0 ? undefined : AbortSignal.any(given);
}

/** A `fetch` whose answers have to be there whole within `milliseconds`, and are no larger than descriptions are. */
export function limitedFetch(
  send: typeof fetch,
  { milliseconds, signal }: { readonly milliseconds: number; readonly signal: AbortSignal | undefined },
): typeof fetch {
  return async (input, init) => {
    const limits = anySignal(signal, init?.signal, AbortSignal.timeout(milliseconds));
    const response = await send(input, { ...init, signal: limits });
    if (response.body === null) return response;
    let bytes = 0;
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes <= maxAnswerBytes) controller.enqueue(chunk);
        else controller.error(new Error(`The hub's answer has more than ${maxAnswerBytes} bytes; try again later.`));
      },
    });
    const { status, headers, url } = response;
    const limited = new Response(response.body.pipeThrough(counted), { status, headers });
    // The address after redirections, which a new answer does not have.
    return Object.defineProperty(limited, "url", { value: url });
  };
}
