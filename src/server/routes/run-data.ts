/** @file Routes of what a run holds: slices of its tensors, its pictures, its file, and exports of it. */
import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Workbench } from "../../workbench/workbench.ts";
import { tensorDimsHeader, tensorTypeHeader } from "../api.ts";
import { downloadResponse, fileResponse, pictureResponse, tensorResponse } from "../binary.ts";
import { binary, idParams, pictureBytes, pictureQuery, problems } from "../schemas/common.ts";
import { attentionQuery, exportQuery, pictureParams, tensorParams, tensorQuery } from "../schemas/runs.ts";

const tensor = {
  description: "The elements, little-endian and row-major",
  headers: z.object({
    [tensorDimsHeader]: z.string().openapi({ description: "Dimensions", example: "2,6,220" }),
    [tensorTypeHeader]: z.enum(["f32", "i32", "u8"]).openapi({ description: "Type of the elements" }),
  }),
  content: { "application/octet-stream": { schema: binary } },
} as const;

const tensorRoute = createRoute({
  method: "get",
  path: "/api/runs/{id}/tensors/{name}",
  operationId: "getTensor",
  summary: "A tensor of a run, or a part of it",
  description: "Entries `start` to `end` of the first axis, or of the axis after those that `within` fixes.",
  request: { params: tensorParams, query: tensorQuery },
  responses: { 200: tensor, ...problems("not-found", "not-recorded") },
});

const attentionRoute = createRoute({
  method: "get",
  path: "/api/runs/{id}/attention",
  operationId: "getAttention",
  summary: "Rows of language attention, f32 [layers, heads, positions, N]",
  request: { params: idParams, query: attentionQuery },
  responses: { 200: tensor, ...problems("not-found", "not-recorded", "too-large") },
});

const sharesRoute = createRoute({
  method: "get",
  path: "/api/runs/{id}/shares",
  operationId: "getAttentionShares",
  summary: "Where the attention of each answer token goes, f32 [answer tokens, layers, heads, groups]",
  description: "The row of the position that predicts the token, summed by group of positions; each row sums to 1.",
  request: { params: idParams },
  responses: { 200: tensor, ...problems("not-found", "not-recorded") },
});

function pictureRoute<Path extends string>(path: Path, operationId: string, summary: string) {
  return createRoute({
    method: "get",
    path: `/api/runs/{id}/pictures/{picture}${path}`,
    operationId,
    summary: `A picture of a run, as ${summary}`,
    request: { params: pictureParams, query: pictureQuery },
    responses: { 200: pictureBytes, ...problems("not-found") },
  });
}

/** Forms of a picture, each with its route. */
const pictureRoutes = {
  original: pictureRoute("", "getRunPicture", "it came"),
  edited: pictureRoute("/edited", "getEditedPicture", "it was edited and asked about"),
  asked: pictureRoute("/asked", "getAskedPicture", "the model was asked about it: the edited one where it was edited"),
} as const;

const fileRoute = createRoute({
  method: "get",
  path: "/api/runs/{id}/file",
  operationId: "getRunFile",
  summary: "The run file",
  request: {
    params: idParams,
    headers: z.object({ range: z.string().max(100).optional().openapi({ example: "bytes=0-1023" }) }),
  },
  responses: {
    200: { description: "The file", content: { "application/octet-stream": { schema: binary } } },
    206: {
      description: "The range of it that was asked for",
      content: { "application/octet-stream": { schema: binary } },
    },
    ...problems("not-found"),
    416: { description: "The file has no such bytes" },
  },
});

const exportRoute = createRoute({
  method: "get",
  path: "/api/runs/{id}/export",
  operationId: "exportRun",
  summary: "A figure, table or report of a run, as a file to save",
  request: { params: idParams, query: exportQuery },
  responses: {
    200: {
      description: "The file",
      content: {
        "image/png": { schema: binary },
        "image/svg+xml": { schema: z.string() },
        "text/csv": { schema: z.string() },
        "application/json": { schema: z.looseObject({}) },
        "text/html": { schema: z.string() },
        "application/octet-stream": { schema: binary },
      },
    },
    ...problems("not-found", "not-recorded"),
  },
});

export function runDataRoutes(app: OpenAPIHono, workbench: Workbench): void {
  app.openapi(tensorRoute, async (c) => {
    const { id, name } = c.req.valid("param");
    const { start, end, within } = c.req.valid("query");
    const slice = start === undefined || end === undefined ? undefined : { start, end, within };
    return tensorResponse(c, await workbench.tensor(id, name, slice));
  });
  app.openapi(attentionRoute, async (c) =>
    tensorResponse(c, await workbench.attention(c.req.valid("param").id, c.req.valid("query"))),
  );
  app.openapi(sharesRoute, async (c) => tensorResponse(c, await workbench.shares(c.req.valid("param").id)));
  for (const form of ["original", "edited", "asked"] as const) {
    app.openapi(pictureRoutes[form], async (c) => {
      const { id, picture } = c.req.valid("param");
      return pictureResponse(c, await workbench.runPicture(id, picture, form, c.req.valid("query")));
    });
  }
  app.openapi(fileRoute, async (c) => fileResponse(c, await workbench.runFile(c.req.valid("param").id)));
  app.openapi(exportRoute, async (c) => {
    const { format, tokens: token, ...selection } = c.req.valid("query");
    const request = { format, selection: { ...selection, token } };
    return downloadResponse(c, await workbench.exportRun(c.req.valid("param").id, request));
  });
}
