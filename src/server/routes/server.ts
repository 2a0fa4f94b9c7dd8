/** @file Routes of the server itself: its status and the session of a browser. */
import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Workbench } from "../../workbench/workbench.ts";
import type { SessionRequest } from "../api.ts";
import type { Access } from "../safety/access.ts";
import { json, jsonBody, problems } from "../schemas/common.ts";
import { schemaOf } from "../schemas/contract.ts";
import { statusSchema } from "../schemas/models.ts";

const statusRoute = createRoute({
  method: "get",
  path: "/api/status",
  operationId: "getStatus",
  summary: "Version, device, memory and limits",
  responses: { 200: json(statusSchema, "The status of the server"), ...problems() },
});

const sessionSchema = schemaOf<SessionRequest>()(
  z.strictObject({ token: z.string().max(1000) }).openapi("SessionRequest"),
);

const sessionRoute = createRoute({
  method: "post",
  path: "/api/session",
  operationId: "openSession",
  summary: "Changes the token of the server for a cookie",
  description:
    "Only where the server asks for a token. Other programs than browsers may send it as `Authorization: Bearer TOKEN` instead.",
  request: { body: jsonBody(sessionSchema) },
  responses: { 204: { description: "The answer sets the cookie" }, ...problems("too-large") },
});

export function serverRoutes(app: OpenAPIHono, workbench: Workbench, access: Access): void {
  app.openapi(statusRoute, (c) => c.json(workbench.status(), 200));
  app.openapi(sessionRoute, (c) => {
    access.signIn(c, c.req.valid("json").token);
    return c.body(null, 204);
  });
}
