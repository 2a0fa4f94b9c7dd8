/** @file Routes of models, of pictures, and of what a model sees of a picture. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Workbench } from "../../workbench/workbench.ts";
import { pictureResponse } from "../binary.ts";
import { readLimitedBody } from "../safety/bodies.ts";
import {
  binary,
  idParams,
  json,
  jsonBody,
  jobStartedSchema,
  pictureBytes,
  pictureQuery,
  problems,
  uploadQuery,
} from "../schemas/common.ts";
import {
  checkModelSchema,
  exampleListSchema,
  loadModelSchema,
  modelCheckSchema,
  modelInputPictureQuery,
  modelInputQuery,
  modelInputSchema,
  modelListSchema,
  storedPictureSchema,
} from "../schemas/models.ts";

const listRoute = createRoute({
  method: "get",
  path: "/api/models",
  operationId: "listModels",
  summary: "The models that can be asked",
  responses: { 200: json(modelListSchema, "Models, and the folders that more can be loaded from"), ...problems() },
});

const loadRoute = createRoute({
  method: "post",
  path: "/api/models/load",
  operationId: "loadModel",
  summary: "Loads a model",
  request: { body: jsonBody(loadModelSchema) },
  responses: {
    202: json(jobStartedSchema, "The job that ends with the model ready"),
    ...problems("not-found", "too-large", "conflict"),
  },
});

const checkRoute = createRoute({
  method: "post",
  path: "/api/models/check",
  operationId: "checkModel",
  summary: "Whether a model runs, and what it needs, before it is loaded",
  description: "Of a model on the hub only text files and headers of the weights are fetched; nothing is kept.",
  request: { body: jsonBody(checkModelSchema) },
  responses: { 200: json(modelCheckSchema, "What was found"), ...problems("too-large") },
});

const examplesRoute = createRoute({
  method: "get",
  path: "/api/examples",
  operationId: "listExamples",
  summary: "Questions to begin with",
  responses: { 200: json(exampleListSchema, "The examples"), ...problems() },
});

const examplePictureRoute = createRoute({
  method: "get",
  path: "/api/examples/{id}/picture",
  operationId: "getExamplePicture",
  summary: "The picture of an example",
  request: { params: idParams },
  responses: { 200: pictureBytes, ...problems("not-found") },
});

const storeRoute = createRoute({
  method: "post",
  path: "/api/pictures",
  operationId: "storePicture",
  summary: "Stores a picture to ask about",
  description: "The body is the file. It is kept until the server stops, and in the runs that it is asked in.",
  request: { query: uploadQuery, body: { required: true, content: { "*/*": { schema: binary } } } },
  responses: { 201: json(storedPictureSchema, "The stored picture"), ...problems("too-large") },
});

const pictureRoute = createRoute({
  method: "get",
  path: "/api/pictures/{id}",
  operationId: "getPicture",
  summary: "A stored picture",
  request: { params: idParams, query: pictureQuery },
  responses: { 200: pictureBytes, ...problems("not-found") },
});

const modelInputRoute = createRoute({
  method: "get",
  path: "/api/model-input",
  operationId: "getModelInput",
  summary: "How a picture is fitted to a model's input",
  request: { query: modelInputQuery },
  responses: { 200: json(modelInputSchema, "Sizes, grids and steps"), ...problems("not-found", "conflict") },
});

const modelInputPictureRoute = createRoute({
  method: "get",
  path: "/api/model-input/picture",
  operationId: "getModelInputPicture",
  summary: "The exact pixels that the vision tower receives, as PNG",
  request: { query: modelInputPictureQuery },
  responses: {
    200: { description: "The bytes of the picture", content: { "image/png": { schema: binary } } },
    ...problems("not-found", "conflict"),
  },
});

export function modelRoutes(app: OpenAPIHono, workbench: Workbench): void {
  app.openapi(listRoute, async (c) => c.json(await workbench.models(), 200));
  app.openapi(loadRoute, async (c) => c.json({ job: await workbench.loadModel(c.req.valid("json")) }, 202));
  app.openapi(checkRoute, async (c) => c.json(await workbench.checkModel(c.req.valid("json")), 200));
  app.openapi(examplesRoute, async (c) => c.json(await workbench.examples(), 200));
  app.openapi(examplePictureRoute, async (c) =>
    pictureResponse(c, await workbench.examplePicture(c.req.valid("param").id)),
  );
  app.openapi(storeRoute, async (c) => {
    const limit = workbench.status().limits.pictureBytes;
    const bytes = await readLimitedBody(c, { limit, what: "The picture" });
    return c.json(await workbench.storePicture({ name: c.req.valid("query").name, bytes }), 201);
  });
  app.openapi(pictureRoute, async (c) =>
    pictureResponse(c, await workbench.picture(c.req.valid("param").id, c.req.valid("query"))),
  );
  app.openapi(modelInputRoute, async (c) => c.json(await workbench.modelInput(c.req.valid("query")), 200));
  app.openapi(modelInputPictureRoute, async (c) =>
    pictureResponse(c, { mediaType: "image/png", bytes: await workbench.modelInputPicture(c.req.valid("query")) }),
  );
}
