import { describe, expect, it } from "vitest";
import type { Page } from "../state/page.svelte.ts";
import { openRunFile } from "./open-run-file.ts";

/** A page whose server takes every file, or refuses it; and what was done. */
function pageOf(refusal?: string) {
  const done: string[] = [];
  const page = {
    server: { limits: { pictureBytes: 10, runBytes: 20, pictureSampleBytes: 10 } },
    api: {
      importRun: (_: File, name: string) => {
        done.push(`send ${name}`);
        return refusal === undefined ? Promise.resolve({ id: "r-7" }) : Promise.reject(new Error(refusal));
      },
    },
    notify: (notice: { text: string } | null) => done.push(notice === null ? "no notice" : notice.text),
    refreshRuns: () => Promise.resolve(done.push("list")),
    showRun: (id: string) => Promise.resolve(done.push(`show ${id}`)),
    say: (text: string) => done.push(text),
    fail: (error: Error) => done.push(`failed: ${error.message}`),
  };
  return { page: page as unknown as Page, done };
}
const fileOf = (name: string, bytes = 5) => new File([new Uint8Array(bytes)], name);

describe("a run file from the user's computer", () => {
  it("is sent and shown", async () => {
    const { page, done } = pageOf();
    await openRunFile(page, fileOf("a.run.safetensors"));
    expect(done).toEqual([
      "Opening a.run.safetensors, 5 B…",
      "send a.run.safetensors",
      "no notice",
      "list",
      "show r-7",
      "Opened a.run.safetensors",
    ]);
  });

  it("is not sent where it is none, empty or too large", async () => {
    const { page, done } = pageOf();
    await openRunFile(page, fileOf("a.png"));
    await openRunFile(page, fileOf("a.run.safetensors", 0));
    await openRunFile(page, fileOf("a.run.safetensors", 21));
    expect(done).toEqual([
      "a.png is not a run file; its name must end in .run.safetensors.",
      "a.run.safetensors is empty; give the run file as it was saved.",
      "a.run.safetensors has 21 B, more than the limit of 20 B for a run file.",
    ]);
  });

  it("that the server refuses leaves no notice but the reason", async () => {
    const { page, done } = pageOf("The file is damaged.");
    await openRunFile(page, fileOf("a.run.safetensors"));
    expect(done.slice(2)).toEqual(["no notice", "failed: The file is damaged."]);
  });
});
