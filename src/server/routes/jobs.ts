/** @file Routes that start work, and those that follow and stop it. */
import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { NumberedEvent } from "../../workbench/jobs/types.ts";
import type { Workbench } from "../../workbench/workbench.ts";
import { eventStream, lastEventNumber } from "../job-events.ts";
import { askSchema, computeSchema, forecastSchema, jobEventSchema, jobSchema } from "../schemas/asking.ts";
import { idParams, jobStartedSchema, json, jsonBody, problems } from "../schemas/common.ts";

const askRoute = createRoute({
  method: "post",
  path: "/api/ask",
  operationId: "ask",
  summary: "Asks a question",
  request: { body: jsonBody(askSchema) },
  responses: {
    202: json(jobStartedSchema, "The job that ends with a run"),
    ...problems("not-found", "too-large", "conflict"),
  },
});

const computeRoute = createRoute({
  method: "post",
  path: "/api/runs/{id}/compute",
  operationId: "compute",
  summary: "Adds methods to a run; the answer stays",
  request: { params: idParams, body: jsonBody(computeSchema) },
  responses: {
    202: json(jobStartedSchema, "The job that ends with the run"),
    ...problems("not-found", "too-large", "conflict"),
  },
});

const forecastRoute = createRoute({
  method: "post",
  path: "/api/runs/{id}/forecast",
  operationId: "forecast",
  summary: "What a computation would cost",
  request: { params: idParams, body: jsonBody(computeSchema) },
  responses: { 200: json(forecastSchema, "Time and memory"), ...problems("not-found", "too-large", "conflict") },
});

const listRoute = createRoute({
  method: "get",
  path: "/api/jobs",
  operationId: "listJobs",
  summary: "The jobs since the server started, oldest first",
  responses: { 200: json(z.array(jobSchema), "The jobs"), ...problems() },
});

const jobRoute = createRoute({
  method: "get",
  path: "/api/jobs/{id}",
  operationId: "getJob",
  summary: "A job",
  request: { params: idParams },
  responses: { 200: json(jobSchema, "The job"), ...problems("not-found") },
});

const cancelRoute = createRoute({
  method: "delete",
  path: "/api/jobs/{id}",
  operationId: "stopJob",
  summary: "Stops a job",
  description: "It stops between two layers or tokens. A job that has ended stays as it is.",
  request: { params: idParams },
  responses: { 200: json(jobSchema, "The job"), ...problems("not-found") },
});

const keepRoute = createRoute({
  method: "post",
  path: "/api/jobs/{id}/keep",
  operationId: "keepPartialAnswer",
  summary: "Makes a run of what a stopped job had answered",
  request: { params: idParams },
  responses: { 202: json(jobStartedSchema, "The job that ends with a run"), ...problems("not-found", "conflict") },
});

const eventsRoute = createRoute({
  method: "get",
  path: "/api/jobs/{id}/events",
  operationId: "followJob",
  summary: "The events of a job, as server-sent events",
  description: [
    "Each event has its number as `id`, from 1, and a `JobEvent` as JSON in `data`: `queued` with the jobs before it; `started` with the",
    "stages to come; `stage` with what is done of a stage; `token` for each token of the answer as it comes; at last one of `done`,",
    "`failed` and `cancelled`, after which the stream ends. With `Last-Event-ID` it begins after that event, else with the first.",
    "Comments keep the connection open. Leaving the stream does not stop the job.",
  ].join(" "),
  request: {
    params: idParams,
    headers: z.object({
      "last-event-id": z.string().max(100).optional().openapi({ description: "Number of the last event received" }),
    }),
  },
  responses: {
    200: { description: "The stream", content: { "text/event-stream": { schema: jobEventSchema } } },
    204: { description: "The job has ended and all its events were received; browsers then stop to reconnect" },
    ...problems("not-found"),
  },
});

const ended: readonly string[] = ["done", "failed", "cancelled"];

async function isEmpty(events: AsyncIterable<NumberedEvent>): Promise<boolean> {
  for await (const _ of events) return false;
  return true;
}

export function jobRoutes(app: OpenAPIHono, workbench: Workbench): void {
  app.openapi(askRoute, async (c) => c.json({ job: await workbench.ask(c.req.valid("json")) }, 202));
  app.openapi(computeRoute, async (c) => {
    const job = await workbench.compute(c.req.valid("param").id, c.req.valid("json"));
    return c.json({ job }, 202);
  });
  app.openapi(forecastRoute, async (c) =>
    c.json(await workbench.forecast(c.req.valid("param").id, c.req.valid("json")), 200),
  );
  app.openapi(listRoute, (c) => c.json([...workbench.jobs()], 200));
  app.openapi(jobRoute, (c) => c.json(workbench.job(c.req.valid("param").id), 200));
  app.openapi(cancelRoute, (c) => c.json(workbench.cancel(c.req.valid("param").id), 200));
  app.openapi(keepRoute, async (c) => c.json({ job: await workbench.keepPartial(c.req.valid("param").id) }, 202));
  app.openapi(eventsRoute, async (c) => {
    const { id } = c.req.valid("param");
    const after = lastEventNumber(c.req.valid("header")["last-event-id"]);
    const { state } = workbench.job(id);
    if (ended.includes(state) && (await isEmpty(workbench.events(id, after)))) return c.body(null, 204);
    const stream = eventStream((signal) => workbench.events(id, after, signal));
    return new Response(stream, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
  });
}
