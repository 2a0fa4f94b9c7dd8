import { describe, expect, it } from "vitest";
import { openRunOf, rowsOf } from "../../../test/support/open-run.ts";
import { defaultSelection } from "../../selection/selection.ts";
import { reportQuery } from "./report-query.ts";

const length = 20;
const attention = new Float32Array(3 * length);
const rows = rowsOf(3, length, () => 0);
const tensors = { "relevancy.exact.language": rows, "lrp.vision": rows, "grad-cam": rows, rollout: rows };
const run = openRunOf({ attention, tensors });
const shown = { ...defaultSelection, run: "r-1", tokens: [1] };

describe("what a report opens at", () => {
  it("is the token, layer and head of attention, and the layer's mean where no head is chosen", () => {
    const start = { format: "html", method: "attention", tokens: "1" };
    expect(reportQuery(run, { ...shown, layer: 1, head: 2 })).toEqual({ ...start, layer: 1, head: 2 });
    expect(reportQuery(run, { ...shown, layer: 0 })).toEqual({ ...start, layer: 0, head: "mean" });
    // A report has no mean over layers, and none that was not recorded.
    expect(reportQuery(run, { ...shown, head: 2 })).toEqual(start);
    expect(reportQuery(run, { ...shown, layer: 7, head: 2 })).toEqual(start);
    expect(reportQuery(run, { ...shown, flow: "rollout" })).toEqual({ ...start, method: "rollout" });
  });

  it("is the map of the relevancy tab, in the words of the server", () => {
    const start = { format: "html", tokens: "1" };
    const at = (more: object) => reportQuery(run, { ...shown, tab: "relevancy", ...more });
    expect(at({})).toEqual({ ...start, method: "relevancy", variant: "exact", map: "language" });
    expect(at({ part: "lrp.vision" })).toEqual({ ...start, method: "lrp", map: "vision" });
    expect(at({ part: "grad-cam" })).toEqual({ ...start, method: "grad-cam" });
    // Maps that the run does not hold would be refused.
    expect(at({ part: "lrp.language" })).toEqual({ ...start, method: "attention" });
  });

  it("leaves out a token that the method did not explain, which would be refused", () => {
    const methods = { relevancy: { tokens: [0] } };
    const partly = openRunOf({ attention, tensors, description: { methods } });
    expect(reportQuery(partly, { ...shown, tab: "relevancy" })).not.toHaveProperty("tokens");
    expect(reportQuery(partly, { ...shown, tab: "relevancy", tokens: [0] })).toHaveProperty("tokens", "0");
    expect(reportQuery(partly, shown)).toHaveProperty("tokens", "1");
  });

  it("is the run alone where nothing was recorded", () => {
    expect(reportQuery(openRunOf(), shown)).toEqual({ format: "html", tokens: "1" });
  });
});
