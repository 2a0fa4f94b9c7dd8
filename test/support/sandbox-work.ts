/** @file Work for the tests of the sandbox. */
export function handle(input: unknown, setup: unknown): unknown {
  const { kind, value } = input as { kind: string; value?: unknown };
  switch (kind) {
    case "echo":
      return { value, setup };
    case "fail":
      throw Object.assign(new Error(String(value)), { code: "E_VALUE" });
    case "loop":
      for (;;);
    case "pattern":
      return /^(a+)+$/.test(`${"a".repeat(60)}b`);
    case "heap": {
      const kept: unknown[] = [];
      for (;;) kept.push(Array.from({ length: 1000 }, (_, i) => ({ i })));
    }
    case "buffers": {
      const kept: Uint8Array[] = [];
      for (;;) kept.push(new Uint8Array(2 ** 22).fill(1));
    }
    case "leave":
      return process.exit(3);
    case "environment":
      return Object.keys(process.env);
    default:
      return process.pid;
  }
}
