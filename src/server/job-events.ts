/** @file The events of a job as a stream that a browser can resume after a break. */
import type { NumberedEvent } from "../workbench/jobs/types.ts";
import { timeLimits } from "./limits.ts";

/** One event in the form of server-sent events. JSON has no line ends, so that it is one line. */
function eventText({ id, event }: NumberedEvent): string {
  return `id: ${id}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** The number that the header Last-Event-ID holds; 0, before the first event, if it holds none. */
export function lastEventNumber(header: string | undefined): number {
  return /^\d{1,15}$/.test(header ?? "") ? Number(header) : 0;
}

/**
 * A stream of events, with a comment in every pause of `heartbeat` milliseconds so that nothing between server and browser takes it for
 * dead. `open` is called with a signal that aborts when the reader leaves; the job goes on.
 */
export function eventStream(
  open: (signal: AbortSignal) => AsyncIterable<NumberedEvent>,
  { heartbeat = timeLimits.heartbeat }: { readonly heartbeat?: number } = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const left = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(timer);
    left.abort();
  };
  return new ReadableStream({
    start(controller) {
      const send = (text: string): void => {
        if (!left.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      // A browser comes back this many milliseconds after a stream broke off.
      send("retry: 1000\n\n");
      timer = setInterval(() => send(": still here\n\n"), heartbeat);
      const run = async (): Promise<void> => {
        for await (const event of open(left.signal)) send(eventText(event));
      };
      run().then(
        () => {
          if (!left.signal.aborted) controller.close();
          stop();
        },
        (error: unknown) => {
          if (!left.signal.aborted) controller.error(error);
          stop();
        },
      );
    },
    cancel: stop,
  });
}
