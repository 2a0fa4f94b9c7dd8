import { describe, expect, it } from "vitest";
import type { ApiError } from "./data-source.ts";
import { createApiClient } from "./api-client.ts";

interface Call {
  readonly address: string;
  readonly init: RequestInit | undefined;
}

/** A client whose server answers each call with `answer`, and the calls that it got. */
function clientOf(answer: () => Response | Promise<Response>) {
  const calls: Call[] = [];
  const api = createApiClient("http://here", (address, init) => {
    calls.push({ address: address as string, init });
    return Promise.resolve().then(answer);
  });
  return { api, calls };
}

describe("the client of the server", () => {
  it("asks for rows of attention by layers, heads and positions, and reads shape and numbers", async () => {
    const { api, calls } = clientOf(
      () =>
        new Response(Float32Array.of(0.25, 0.75), {
          headers: { "x-tensor-dims": "1,1,1,2", "x-tensor-type": "f32" },
        }),
    );
    const rows = await api.attention("r-1", { layers: [0, 3], heads: "mean", positions: [212] });
    expect(calls[0]!.address).toBe("http://here/api/runs/r-1/attention?layers=0%2C3&heads=mean&positions=212");
    expect(rows.dims).toEqual([1, 1, 1, 2]);
    expect([...rows.data]).toEqual([0.25, 0.75]);
  });

  it("reads whole numbers as such", async () => {
    const { api } = clientOf(
      () => new Response(Int32Array.of(7), { headers: { "x-tensor-dims": "1", "x-tensor-type": "i32" } }),
    );
    expect((await api.tensor("r-1", "input_ids")).data).toEqual(Int32Array.of(7));
  });

  it("gives the server's sentence and code where it refuses", async () => {
    const problem = { error: { code: "not-recorded", message: "Layer 3 was not recorded." } };
    const { api } = clientOf(() => Response.json(problem, { status: 404 }));
    const refused = await api.openRun("r-1").catch((error: unknown) => error as ApiError);
    expect(refused).toMatchObject({ code: "not-recorded", message: "Layer 3 was not recorded.", status: 404 });
  });

  it("says offline where there is no server", async () => {
    const { api } = clientOf(() => Promise.reject(new TypeError("fetch failed")));
    await expect(api.status()).rejects.toMatchObject({ code: "offline" });
  });

  it("escapes ids and names in addresses", async () => {
    const { api, calls } = clientOf(() => Response.json({}));
    await api.importRun(new Blob(["x"]), "a b&c.run.safetensors");
    expect(calls[0]!.address).toBe("http://here/api/runs?name=a+b%26c.run.safetensors");
    expect(api.urls.runFile("../x")).toBe("http://here/api/runs/..%2Fx/file");
    const query = { format: "csv", method: "attention", tokens: "t25, right", layer: 0, head: "mean" } as const;
    expect(api.urls.exported("r-1", { ...query, map: undefined })).toBe(
      "http://here/api/runs/r-1/export?format=csv&method=attention&tokens=t25%2C+right&layer=0&head=mean",
    );
  });

  it("addresses pictures by their form, and as every browser draws them", () => {
    const { urls } = createApiClient("http://here");
    expect(urls.runPicture("r-1", 0, "original")).toBe("http://here/api/runs/r-1/pictures/0");
    expect(urls.shown(urls.runPicture("r-1", 2, "asked"))).toBe("http://here/api/runs/r-1/pictures/2/asked?shown=true");
  });
});
