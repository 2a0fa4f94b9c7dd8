/** @file The lines of a flow graph. */
import { expect, test } from "vitest";
import { exampleDescription, exampleMeasures } from "../../test/support/example-run.ts";
import { flowScoreOf } from "../run/cause-requests.ts";
import type { FlowResult } from "../run/measures.ts";
import { flowLines } from "./flow-lines.ts";

const flow = exampleMeasures.find(({ request }) => request.kind === "flow") as FlowResult;

test("name the edges of the graph before the largest beside it", () => {
  const edges = [
    ...flow.edges,
    { ...flow.edges[0]!, layers: [0, 1] as const, effect: -0.25, estimate: 0.5, kept: false },
  ];
  const lines = flowLines({ ...flow, edges });
  expect(lines[0]).toContain("The 2 edges of the graph alone keep 90");
  expect(lines[1]).toBe("Fall of the log-probability without each edge of attention:");
  const cells = lines.slice(3).map((line) => line.trim().split(/ {2,}/));
  expect(cells).toEqual([
    ["graph", "t20", "answer", "layer 1", "+3.000", "+2.500"],
    ["graph", "top left", "t20", "layer 0", "+0.500", "+1.500"],
    ["beside", "t20", "answer", "layers 0 to 1", "−0.250", "+0.500"],
  ]);
});

test("say so if there is no graph", () => {
  const none = { ...flow, edges: [], faithfulness: null, necessity: null, p: null };
  expect(flowLines(none)[0]).toContain("no graph to find");
});

test("a flow graph is asked of the token against its best rival", () => {
  const description = exampleDescription();
  expect(flowScoreOf(description, 0)).toEqual({ contrast: 3 });
  const alone = description.answerTokens.map((token) => ({ ...token, alternatives: token.alternatives.slice(0, 1) }));
  expect(flowScoreOf({ ...description, answerTokens: alone }, 0)).toBe("log-probability");
});
