/** @file Tests that a model on the hub is read by ranges, with no byte more than is needed. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commit, id, startImitatedHub, type ImitatedHub } from "../../test/support/imitated-hub.ts";
import { openSafetensors } from "../safetensors/read.ts";
import { openHubFolder } from "./hub-folder.ts";
import type { HubOptions } from "./hub.ts";

const dataBytes = 400_000;
const header = Buffer.from(JSON.stringify({ w: { dtype: "F32", shape: [100, 1000], data_offsets: [0, dataBytes] } }));

function safetensorsFile(): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(dataBytes)]);
}

let hub: ImitatedHub;
beforeEach(async () => {
  hub = await startImitatedHub(
    new Map([
      ["config.json", Buffer.from('{"model_type":"llava"}')],
      ["model.safetensors", safetensorsFile()],
      ["additional_chat_templates/tools.jinja", Buffer.from("{{ tools }}")],
    ]),
  );
});
afterEach(() => hub.close());

const open = (options: Partial<HubOptions> = {}) => openHubFolder({ id, hubUrl: hub.url, ...options });

describe("openHubFolder()", () => {
  it("lists the files of a commit and reads text files whole", async () => {
    const folder = await open();
    expect(folder.commit).toBe(commit);
    expect(await folder.names()).toEqual(["config.json", "model.safetensors"]);
    expect(await folder.has("model.safetensors")).toBe(true);
    expect(await folder.has("additional_chat_templates/tools.jinja")).toBe(true);
    expect(await folder.read("tokenizer.json", 100)).toBeUndefined();
    expect(Buffer.from((await folder.read("config.json", 100))!).toString()).toBe('{"model_type":"llava"}');
    await expect(folder.read("config.json", 10)).rejects.toThrow("more than the limit of 10");
  });

  it("asks for the header of the weights and nothing of their data", async () => {
    const folder = await open();
    const source = await folder.open(await folder.locate("model.safetensors"));
    const { tensors } = await openSafetensors(source, { file: "model.safetensors" });
    expect([...tensors.keys()]).toEqual(["w"]);
    expect(folder.receivedBytes()).toBe(8 + header.length);
    const sent = hub.requests
      .filter(({ path }) => path.startsWith("storage:"))
      .reduce((sum, each) => sum + each.sent, 0);
    // One byte more tells where the file lies.
    expect(sent).toBe(8 + header.length + 1);
  });

  it("sends the token to the hub, and not to the server of large files", async () => {
    const folder = await open({ accessToken: "hf_secret" });
    await folder.read("config.json", 100);
    const source = await folder.open("model.safetensors");
    await source.read(0, 8);
    const tokens = (large: boolean) =>
      hub.requests.filter(({ path }) => path.startsWith("storage:") === large).map((each) => each.authorization);
    expect(new Set(tokens(false))).toEqual(new Set(["Bearer hf_secret"]));
    expect(new Set(tokens(true))).toEqual(new Set([undefined]));
  });

  it("refuses a server that sends whole files, before it takes one", async () => {
    hub.ranges = false;
    const source = await (await open()).open("model.safetensors");
    await expect(source.read(0, 8)).rejects.toThrow(
      `The hub sends whole files only when it is asked for a part of "model.safetensors" of "org/tiny"`,
    );
  });

  it("refuses to fetch the data of a large model", async () => {
    hub.listedSize = 2e9;
    const source = await (await open()).open("model.safetensors");
    const before = hub.requests.length;
    await expect(source.read(0, 1e9)).rejects.toThrow("lvlm-interpret models pull org/tiny");
    expect(hub.requests).toHaveLength(before);
  });

  it.each([
    [404, "The hub has no model"],
    [403, "The hub gives no access to"],
    [500, "The hub answers with status 500"],
  ])("says what status %i means", async (status, message) => {
    hub.status = status;
    await expect(open()).rejects.toThrow(message);
  });

  it("ends when it is aborted", async () => {
    const abort = new AbortController();
    const folder = await open({ signal: abort.signal });
    abort.abort(new Error("enough"));
    await expect(folder.read("config.json", 100)).rejects.toThrow("enough");
  });
});
