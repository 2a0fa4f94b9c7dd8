import { describe, expect, it } from "vitest";
import { defaultSelection, type Selection } from "./selection.ts";
import { readHash, readIndices, writeHash, writeIndices } from "./url.ts";

describe("the hash of a selection", () => {
  it("is empty for the default", () => {
    expect(writeHash(defaultSelection)).toBe("");
    expect(readHash("")).toEqual(defaultSelection);
  });

  it("gives back every field that differs from the default", () => {
    const selection: Selection = {
      place: "runs",
      run: "r-0142",
      otherRun: "r-0143",
      tab: "compare",
      mode: "input",
      input: 2,
      picture: 1,
      tokens: [0, 1, 2, 5],
      patches: [3, 4, 5, 40],
      words: [201, 205],
      layer: 3,
      head: 0,
      coloring: "patches",
      from: "question",
      to: "question",
      cells: "means",
      scale: "all",
      flow: "rollout",
      scope: "word",
      variant: "reference",
      part: "combined2",
      listFrom: 0.45,
      lensLayer: 2,
      lens: "token",
      causesShown: "head",
      flowEdges: "measured",
      causesLayer: 2,
      causesHead: 4,
      causesView: "tree",
      radius: 2,
      causesVariant: "reference",
      alpha: 1e-3,
      samples: 512,
      signRule: "legacy",
      threshold: 0.012,
      mask: "selection",
      maskMap: "grad-cam",
      maskCount: 12,
      edgesFrom: "picture",
      edgesTo: "words",
      edgeLayers: [1, 2, 4],
      edgeHeads: [3],
      fill: "knock-out",
      sets: 199,
      compareView: "grounding",
      mapMethod: "causes",
      compareBy: "rollout",
      boxes: [{ picture: 1, box: [3, 4, 90, 60] }],
      scoreBy: "iou",
      colorMap: "magma",
      opacity: 0.5,
      smooth: false,
      greyPicture: true,
      fades: false,
      topShare: 0.5,
      hideSinks: true,
      gridChoice: "finest",
      grid: true,
    };
    for (const field of Object.keys(defaultSelection) as (keyof Selection)[]) {
      expect(selection[field], field).not.toEqual(defaultSelection[field]);
    }
    expect(readHash(`#${writeHash(selection)}`)).toEqual(selection);
  });

  it("shows two runs where it names a second one, unless it says otherwise", () => {
    const link = readHash("run=r-1&b=r-2&tab=compare");
    expect(link.compareView).toBe("runs");
    expect(writeHash(link)).toBe("run=r-1&b=r-2&tab=compare");
    for (const compareView of ["methods", "grounding"] as const) {
      const hash = writeHash({ ...link, compareView });
      expect(hash).toContain(`sub=${compareView}`);
      expect(readHash(hash).compareView).toBe(compareView);
    }
    expect(writeHash({ ...link, otherRun: null })).toContain("sub=runs");
    expect(readHash("tab=compare&b=../secret").compareView).toBe("methods");
  });

  it("falls back silently where a key or a value is unknown or impossible", () => {
    const hash = "tab=poetry&layer=-1&head=x&opacity=400&patches=9-2&run=../secret&tok=1,zz&cmap=jet&unheard=1";
    expect(readHash(hash)).toEqual(defaultSelection);
  });

  it("takes no name that objects inherit for a value", () => {
    for (const name of Object.getOwnPropertyNames(Object.prototype)) {
      const hash = Object.keys(defaultSelection)
        .map((field) => writeHash({ ...defaultSelection, [field]: "x" }))
        .concat("sinks=", "smooth=", "grid=", "grey=", `${name}=1`)
        .map((part) => part.replace(/=.*$/, `=${name}`))
        .filter((part) => !/^(run|b)=/.test(part))
        .join("&");
      expect(readHash(hash)).toEqual(defaultSelection);
    }
  });

  it("keeps ids of runs that were named by hand", () => {
    const selection = { ...defaultSelection, run: "Pfeil rechts (é)", otherRun: "矢印" };
    expect(readHash(writeHash(selection))).toMatchObject({ run: "Pfeil rechts (é)", otherRun: "矢印" });
    expect(readHash("run=CON&b=a/b")).toMatchObject({ run: null, otherRun: null });
  });

  it("refuses ranges that would fill the memory", () => {
    expect(readIndices("0-9999999")).toBeUndefined();
    expect(readIndices("0-999998")).toBeUndefined();
  });

  it("writes neighbours as ranges", () => {
    expect(writeIndices([1, 2, 3, 7, 9, 10])).toBe("1-3,7,9-10");
    expect(readIndices("1-3,7,9-10")).toEqual([1, 2, 3, 7, 9, 10]);
  });
});
