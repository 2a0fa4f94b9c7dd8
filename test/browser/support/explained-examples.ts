/** @file Before all browser tests: one Chromium for them, and runs of two example questions, asked and explained once through the built program. */
import { chromium, type Browser } from "playwright-core";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { launchChromiumServer } from "./chromium.ts";
import { openPage } from "./page.ts";
import { openedRun } from "./opened-run.ts";
import { servePage, type ServedPage } from "./served-page.ts";

/** The questions of the example gallery whose runs tests take. */
export const exampleQuestions = ["Which way does the arrow point?", "Is the face sad?"] as const;
export type ExampleQuestion = (typeof exampleQuestions)[number];

declare module "vitest" {
  export interface ProvidedContext {
    /** Address of the Chromium that all files share. */
    readonly chromium: string;
    /** Run files by question. */
    readonly exampleRuns: Readonly<Record<string, string>>;
  }
}

/** Starts both, and hands them to the files; the function that comes back ends them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await launchChromiumServer();
  const served = await servePage();
  const browser = await chromium.connect(server.wsEndpoint());
  const runs: Record<string, string> = {};
  for (const question of exampleQuestions) runs[question] = await runFileOf(question, { browser, served });
  await browser.close();
  await served.stop();
  project.provide("chromium", server.wsEndpoint());
  project.provide("exampleRuns", runs);
  return async () => {
    await server.close();
    await served.close();
  };
}

/** Asks a question as a user does, and gives the file of its run. */
async function runFileOf(
  question: ExampleQuestion,
  { browser, served }: { readonly browser: Browser; readonly served: ServedPage },
): Promise<string> {
  const opened = await openPage(browser);
  await opened.page.goto(served.url);
  await opened.page.getByRole("button", { name: question }).first().click();
  const run = await openedRun(opened);
  await opened.close();
  return join(served.runsFolder, `${run}.run.safetensors`);
}
