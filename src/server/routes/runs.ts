/** @file Routes of the library of runs: list, open, take in, rename, delete, restore. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Workbench } from "../../workbench/workbench.ts";
import { limitedBody } from "../safety/bodies.ts";
import { binary, idParams, json, jsonBody, problems, uploadQuery } from "../schemas/common.ts";
import { renameSchema, runDocumentSchema, runListSchema, runSummarySchema } from "../schemas/runs.ts";

const listRoute = createRoute({
  method: "get",
  path: "/api/runs",
  operationId: "listRuns",
  summary: "The saved runs, newest first",
  responses: { 200: json(runListSchema, "The runs"), ...problems() },
});

const importRoute = createRoute({
  method: "put",
  path: "/api/runs",
  operationId: "importRun",
  summary: "Takes in a run file",
  description:
    "The body is the file. It is checked whole before it joins the others; nothing stays of one that is no run.",
  request: { query: uploadQuery, body: { required: true, content: { "*/*": { schema: binary } } } },
  responses: { 201: json(runSummarySchema, "The run"), ...problems("too-large") },
});

const openRoute = createRoute({
  method: "get",
  path: "/api/runs/{id}",
  operationId: "getRun",
  summary: "A run without its tensors",
  request: { params: idParams },
  responses: { 200: json(runDocumentSchema, "The run"), ...problems("not-found") },
});

const renameRoute = createRoute({
  method: "patch",
  path: "/api/runs/{id}",
  operationId: "renameRun",
  summary: "Renames a run",
  request: { params: idParams, body: jsonBody(renameSchema) },
  responses: { 200: json(runSummarySchema, "The run"), ...problems("not-found", "too-large", "conflict") },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/api/runs/{id}",
  operationId: "deleteRun",
  summary: "Deletes a run",
  request: { params: idParams },
  responses: {
    204: { description: "Deleted; can be restored until the server ends" },
    ...problems("not-found", "conflict"),
  },
});

const restoreRoute = createRoute({
  method: "post",
  path: "/api/runs/{id}/restore",
  operationId: "restoreRun",
  summary: "Restores a deleted run",
  request: { params: idParams },
  responses: { 200: json(runSummarySchema, "The run"), ...problems("not-found", "conflict") },
});

export function runRoutes(app: OpenAPIHono, workbench: Workbench): void {
  app.openapi(listRoute, async (c) => c.json(await workbench.runs(), 200));
  app.openapi(importRoute, async (c) => {
    const body = limitedBody(c, { limit: workbench.status().limits.runBytes, what: "The run file" });
    return c.json(await workbench.importRun({ name: c.req.valid("query").name, body }), 201);
  });
  app.openapi(openRoute, async (c) => c.json(await workbench.openRun(c.req.valid("param").id), 200));
  app.openapi(renameRoute, async (c) =>
    c.json(await workbench.renameRun(c.req.valid("param").id, c.req.valid("json").name), 200),
  );
  app.openapi(deleteRoute, async (c) => {
    await workbench.deleteRun(c.req.valid("param").id);
    return c.body(null, 204);
  });
  app.openapi(restoreRoute, async (c) => c.json(await workbench.restoreRun(c.req.valid("param").id), 200));
}
