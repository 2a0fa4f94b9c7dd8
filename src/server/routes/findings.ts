/** @file Routes of what is found in the recorded attention of a run: causal graphs, their stability, the importance of heads. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Workbench } from "../../workbench/workbench.ts";
import { idParams, json, problems } from "../schemas/common.ts";
import {
  causesAnswer,
  causesQuery,
  headsAnswer,
  headsQuery,
  stabilityAnswer,
  stabilityQuery,
} from "../schemas/findings.ts";

const causesRoute = createRoute({
  method: "get",
  path: "/api/runs/{id}/causes",
  operationId: "getCausalGraph",
  summary: "The causal graph of one head for one answer token",
  description: "Learned from the head's recorded attention; the layer must have been recorded whole.",
  request: { params: idParams, query: causesQuery },
  responses: { 200: json(causesAnswer, "The graph, its tree and sets"), ...problems("not-found", "not-recorded") },
});

const headsRoute = createRoute({
  method: "get",
  path: "/api/runs/{id}/heads",
  operationId: "getHeadImportance",
  summary: "Importance of the heads of a layer for one answer token",
  request: { params: idParams, query: headsQuery },
  responses: { 200: json(headsAnswer, "By head"), ...problems("not-found", "not-recorded") },
});

const stabilityRoute = createRoute({
  method: "get",
  path: "/api/runs/{id}/stability",
  operationId: "getStability",
  summary: "How often edges and explaining tokens come back when a parameter of the graph changes",
  request: { params: idParams, query: stabilityQuery },
  responses: { 200: json(stabilityAnswer, "Counts"), ...problems("not-found", "not-recorded") },
});

export function findingRoutes(app: OpenAPIHono, workbench: Workbench): void {
  app.openapi(causesRoute, async (c) =>
    c.json(await workbench.causes(c.req.valid("param").id, c.req.valid("query")), 200),
  );
  app.openapi(headsRoute, async (c) =>
    c.json(await workbench.headImportance(c.req.valid("param").id, c.req.valid("query")), 200),
  );
  app.openapi(stabilityRoute, async (c) =>
    c.json(await workbench.stability(c.req.valid("param").id, c.req.valid("query")), 200),
  );
}
