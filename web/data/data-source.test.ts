/** @file The page reads the same of a run from the server, from a file on the disk, and, within rounding, from a report. */
import { readFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../src/server/app.ts";
import { compactRun } from "../../src/run/compact-run.ts";
import { defaultCausalSettings } from "../../src/run/causes.ts";
import { openRunFile } from "../../src/workbench/run-files.ts";
import { openWorkbench, type Workbench } from "../../src/workbench/workbench.ts";
import { ownHost, testAddress } from "../../test/support/server-app.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { createApiClient } from "./api-client.ts";
import type { ApiError, DataSource } from "./data-source.ts";
import { createFileSource } from "./file-source.ts";

const path = join(import.meta.dirname, "../../test/browser/gallery/runs/arrow.run.safetensors");
let workbench: Workbench;
let server: DataSource;
let file: DataSource;
let report: DataSource;

beforeAll(async () => {
  const runsFolder = temporaryFolder();
  await copyFile(path, join(runsFolder, "arrow.run.safetensors"));
  workbench = await openWorkbench({ runsFolder });
  const app = createApp({ workbench, address: testAddress, pageFolder: "/nowhere" });
  const headers = { host: ownHost };
  server = createApiClient(`http://${ownHost}`, async (address) => app.request(address, { headers }));
  file = createFileSource("");
  await file.importRun(new Blob([readFileSync(path)]), "arrow.run.safetensors");
  report = createFileSource("");
  const opened = await openRunFile(path);
  await report.importRun(new Blob([Buffer.concat(await compactRun(opened.run))]), "arrow.run.safetensors");
  await opened.close();
});
afterAll(() => workbench.close());

const code = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => (error as ApiError).code,
  );

describe("sources of the page", () => {
  it("open the same document", async () => {
    const expected = { ...(await server.openRun("arrow")), model: undefined };
    expect({ ...(await file.openRun("arrow")), model: undefined }).toEqual(expected);
    const compact = await report.openRun("arrow");
    expect(compact.sinks).toEqual(expected.sinks);
    expect(compact.description).toEqual({ ...expected.description, rounded: true });
    expect((await file.runs()).map(({ id }) => id)).toEqual((await server.runs()).map(({ id }) => id));
  });

  it("give the same numbers", async () => {
    for (const name of ["rollout", "relevancy.exact.language", "lens.answer", "input_ids"]) {
      const expected = await server.tensor("arrow", name);
      for (const source of [file, report]) {
        const { dims, data } = await source.tensor("arrow", name);
        expect({ dims, data }).toEqual(expected);
        const range = { start: 1, end: 2 };
        expect((await source.tensor("arrow", name, range)).data).toEqual(
          (await server.tensor("arrow", name, range)).data,
        );
      }
    }
  });

  it.each([
    { layers: "all", heads: "all" },
    { layers: [5, 0], heads: [1] },
    { layers: "mean", heads: "all", combine: "mean" },
  ] as const)("give the same attention: %j", async (query) => {
    const { start, end } = (await server.openRun("arrow")).description.answer;
    const request = { ...query, positions: [start - 1, end - 2] };
    const expected = await server.attention("arrow", request);
    expect((await file.attention("arrow", request)).data).toEqual(expected.data);
    const rounded = await report.attention("arrow", request);
    expect(rounded.dims).toEqual(expected.dims);
    const error = Math.max(...expected.data) / 255;
    for (const [i, value] of expected.data.entries()) expect(Math.abs(rounded.data[i]! - value)).toBeLessThan(error);
  });

  it("find the same importance of heads", async () => {
    const query = { token: 4, layer: 5 };
    const expected = await server.headImportance("arrow", query);
    expect(await file.headImportance("arrow", query)).toEqual(expected);
    const { image } = await report.headImportance("arrow", query);
    for (const [head, value] of expected.image.entries()) {
      expect(Math.abs(image[head]! - value)).toBeLessThan(0.02 * value);
    }
  });

  it("refuse with the same codes, and without a server whatever needs one", async () => {
    for (const source of [server, file, report]) {
      expect(await code(source.openRun("absent"))).toBe("not-found");
      expect(await code(source.attention("arrow", { layers: [0], heads: "all", positions: [0] }))).toBe("not-recorded");
    }
    const query = { ...defaultCausalSettings, token: 4, layer: 5, head: 4 };
    expect(await code(file.causes("arrow", query))).toBe("no-server");
    expect(await code(file.compute("arrow", { methods: ["rollout"] }))).toBe("no-server");
    expect([server.hasServer, file.hasServer, report.hasServer]).toEqual([true, false, false]);
  });

  it("give the same picture", async () => {
    const expected = Buffer.from((await workbench.runPicture("arrow", 0, "asked")).bytes);
    for (const source of [file, report]) {
      const picture = await fetch(source.urls.shown(source.urls.runPicture("arrow", 0, "asked")));
      expect(Buffer.from(await picture.arrayBuffer())).toEqual(expected);
    }
  });

  it("keep two files of one name apart", async () => {
    const source = createFileSource("");
    const blob = new Blob([readFileSync(path)]);
    await source.importRun(blob, "arrow.run.safetensors");
    expect((await source.importRun(blob, "arrow.run.safetensors")).id).toBe("arrow (2)");
    expect(await source.runs()).toHaveLength(2);
  });
});
