/** @file The server's routes behind their checks, as one app that needs no network to be asked. */
import { OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { issueReason } from "../json/check-json.ts";
import { quote } from "../json/quote.ts";
import { FileError, fileError } from "../files/file-error.ts";
import { ProblemError } from "../problem/problem.ts";
import type { Workbench } from "../workbench/workbench.ts";
import { programVersion } from "../program/program-version.ts";
import { timeLimits } from "./limits.ts";
import { Problem, problemResponse, type AnsweredProblem } from "./problem.ts";
import { findingRoutes } from "./routes/findings.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { modelRoutes } from "./routes/models.ts";
import { runDataRoutes } from "./routes/run-data.ts";
import { runRoutes } from "./routes/runs.ts";
import { serverRoutes } from "./routes/server.ts";
import { accessCheck, createAccess } from "./safety/access.ts";
import { jsonBodyCheck, urlCheck } from "./safety/bodies.ts";
import { safetyHeaders } from "./safety/headers.ts";
import { hostCheck, type ServerAddress } from "./safety/host.ts";
import { originCheck } from "./safety/origin.ts";
import { timeLimit } from "./safety/time-limit.ts";
import { json } from "./schemas/common.ts";
import { signInPage } from "./sign-in.ts";
import { staticFiles } from "./static-files.ts";

export interface AppOptions {
  readonly workbench: Workbench;
  /** The address of the server, by which requests must call it. */
  readonly address: ServerAddress;
  /** What the server asks of everyone; no token if it is left out. */
  readonly token?: string;
  /** Folder of the built page. */
  readonly pageFolder?: string;
  /** Milliseconds until an answer must begin. */
  readonly answerTime?: number;
}

/** The place of a wrong value of a request, in words. */
const places = {
  json: "body",
  form: "body",
  query: "query",
  param: "path",
  header: "headers",
  cookie: "cookies",
} as const;

function invalid(target: keyof typeof places, error: z.ZodError): Problem {
  const [issue] = error.issues;
  const path = issue?.path.join(".") ?? "";
  const where = `The ${places[target]} of the request is wrong${path === "" ? "" : ` at ${path}`}`;
  return new Problem(
    "bad-request",
    `${where}: ${issueReason(issue?.message ?? "not what this route takes")}; /api/openapi.json says what it takes.`,
  );
}

/** The problem that an error is to the page. Errors of the program's own code say no more than that there was one. */
function problemOf(error: Error, c: Context): AnsweredProblem {
  if (error instanceof Problem) return error;
  if (error instanceof ProblemError) return new Problem(error.code, error.message);
  const fault = fileError(error, "A file that is needed", "used");
  if (fault instanceof FileError) return new Problem("unavailable", fault.withoutPath);
  if (error instanceof HTTPException) {
    const isMediaType = error.status === 415;
    const message = isMediaType
      ? "The body of the request has another type than this route takes; send application/json."
      : "The body of the request is no valid JSON.";
    return new Problem("bad-request", message, isMediaType ? { status: 415 } : {});
  }
  if (error.name === "Error") return new Problem("failed", error.message);
  return new Problem("failed", `The server failed at ${c.req.method} ${quote(c.req.path)}; it may be worth a report.`);
}

const documentRoute = createRoute({
  method: "get",
  path: "/api/openapi.json",
  operationId: "getOpenApiDocument",
  summary: "This document",
  responses: { 200: json(z.looseObject({}), "OpenAPI 3.1") },
});

/** The app: every route of api.ts under /api, and the built page. */
export function createApp({
  workbench,
  address,
  token,
  pageFolder,
  answerTime = timeLimits.answer,
}: AppOptions): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result: { success: boolean; target: keyof typeof places; error?: z.ZodError }) => {
      if (result.error !== undefined) throw invalid(result.target, result.error);
    },
  });
  const access = createAccess({ token, port: address.port });
  app.onError((error, c) => {
    const { code, message, status, retryAfter } = problemOf(error, c);
    return problemResponse({ code, status, retryAfter, message: workbench.withoutFolders(message) });
  });

  app.use(
    safetyHeaders(),
    urlCheck(),
    hostCheck(address),
    originCheck(address),
    accessCheck(access),
    signInPage(access),
  );
  app.use("/api/*", jsonBodyCheck());
  app.use("/api/*", timeLimit(answerTime));

  serverRoutes(app, workbench, access);
  modelRoutes(app, workbench);
  jobRoutes(app, workbench);
  runRoutes(app, workbench);
  runDataRoutes(app, workbench);
  findingRoutes(app, workbench);
  const info = { title: "lvlm-interpret", version: programVersion() };
  app.openapi(documentRoute, (c) => c.json({ ...app.getOpenAPI31Document({ openapi: "3.1.0", info }) }, 200));

  app.all("/api/*", (c) => {
    throw new Problem(
      "not-found",
      `There is no ${c.req.method} ${quote(c.req.path)}; /api/openapi.json lists what there is.`,
    );
  });
  app.all("*", staticFiles(pageFolder));
  return app;
}
