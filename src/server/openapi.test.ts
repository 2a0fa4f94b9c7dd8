import { describe, expect, it } from "vitest";
import { fakeWorkbench } from "../../test/support/fake-workbench.ts";
import { testAddress, testApp } from "../../test/support/server-app.ts";
import { createApp } from "./app.ts";

interface Operation {
  readonly summary?: string;
  readonly operationId?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Record<string, unknown> }>
  >;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

const document = (await (await testApp().send("/api/openapi.json")).json()) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, operation })),
);

describe("/api/openapi.json", () => {
  it("has every route that the app has, and no other", () => {
    const { routes } = createApp({ workbench: fakeWorkbench(), address: testAddress });
    const registered = routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    expect(operations.map(({ name }) => name).sort()).toEqual([...new Set(registered)].sort());
    expect(operations.length).toBeGreaterThan(25);
  });

  it("names every operation once, as a client's function can be named", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("refers only to schemas that it has", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(50);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name!);
  });

  it.each(operations)("$name names its problems and the parameters of its path", ({ path, operation }) => {
    expect(operation.summary).toBeTruthy();
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === "path").map(({ name }) => name);
    expect(inPath.sort()).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
    const statuses = Object.keys(operation.responses);
    expect(statuses.some((status) => status.startsWith("2"))).toBe(true);
    if (path === "/api/openapi.json") return;
    expect(statuses).toEqual(expect.arrayContaining(["400", "401", "403", "500"]));
    if (path.includes("{id}")) expect(statuses).toContain("404");
    if (operation.requestBody !== undefined) expect(statuses).toContain("413");
  });

  it("describes binary answers, headers and events", () => {
    const answer = (path: string) => document.paths[path]!.get!.responses["200"]!;
    expect(answer("/api/runs/{id}/attention")).toMatchObject({
      headers: { "x-tensor-dims": {}, "x-tensor-type": {} },
      content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
    });
    expect(answer("/api/jobs/{id}/events").content).toEqual({
      "text/event-stream": { schema: { $ref: "#/components/schemas/JobEvent" } },
    });
    const event = document.components.schemas.JobEvent as { oneOf: { properties: { type: { enum: string[] } } }[] };
    expect(event.oneOf.flatMap(({ properties }) => properties.type.enum)).toEqual([
      ...["queued", "started", "stage", "token", "done", "failed", "cancelled"],
    ]);
  });
});
