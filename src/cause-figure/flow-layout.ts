/** @file Where the parts of a flow graph are drawn: a lane for each group of tokens, a column for each band of layers, a link for each edge. */
import type { FlowChoice } from "../run/measure-choices.ts";
import type { FlowEdge, FlowGroup, FlowResult } from "../run/measures.ts";

interface FlowLane {
  /** Index of the group. */
  readonly group: number;
  /** Middle of the lane, in pixels. */
  readonly y: number;
}

interface FlowPoint {
  readonly x: number;
  readonly y: number;
}

/** An edge as a curve from its source at the start of a band to its reader at the end of it. */
export interface FlowLink {
  /** Index of the edge. */
  readonly edge: number;
  /** Indices of the groups. */
  readonly from: number;
  readonly to: number;
  readonly start: FlowPoint;
  readonly end: FlowPoint;
  /** Thickness in pixels, in proportion to the size of the value. */
  readonly width: number;
  /** Fall of the score when the edge is blocked: measured, or estimated. */
  readonly value: number;
  readonly isMeasured: boolean;
}

export interface FlowBand {
  readonly layers: readonly [number, number];
  readonly left: number;
  readonly right: number;
}

export interface FlowLayout {
  readonly lanes: readonly FlowLane[];
  readonly bands: readonly FlowBand[];
  /** Smallest values first, so that large ones are drawn over them. */
  readonly links: readonly FlowLink[];
  /** Size of the value of the thickest link. */
  readonly largest: number;
  readonly height: number;
}

export interface FlowRoom {
  /** Left and right limit of the columns, in pixels. */
  readonly left: number;
  readonly right: number;
  readonly laneHeight: number;
  readonly thickest: number;
}

const thinnest = 1;
const laneOrder: readonly FlowGroup["kind"][] = ["region", "words", "answer", "template", "target"];

/** The groups as a reader calls them: the target by the word that it predicts, places of the only picture without “picture”. */
export function namedGroups<Flow extends Pick<FlowResult, "groups">>(flow: Flow, target: string): Flow {
  const nameOf = ({ kind, name }: FlowGroup): string => {
    if (kind === "target") return target;
    return kind === "region" ? name.replace(/^picture, /, "") : name;
  };
  return { ...flow, groups: flow.groups.map((group) => ({ ...group, name: nameOf(group) })) };
}

/** The value that an edge is drawn by. */
function edgeValue({ effect, estimate }: FlowEdge): number {
  return effect ?? estimate;
}

function isShown({ kept, effect }: FlowEdge, choice: FlowChoice): boolean {
  return kept || (choice !== "kept" && (choice === "all" || effect !== null));
}

/** Bands of all edges, from the first layer on, in columns of one width. */
function bandsOf(edges: readonly FlowEdge[], { left, right }: FlowRoom): FlowBand[] {
  const byStart = new Map(edges.map(({ layers }) => [layers[0], layers]));
  const sorted = [...byStart.values()].sort(([a], [b]) => a - b);
  const width = (right - left) / Math.max(1, sorted.length);
  return sorted.map((layers, i) => ({ layers, left: left + i * width, right: left + (i + 1) * width }));
}

/**
 * Lays a flow graph out. Lanes are the groups that a shown edge touches, pictures first, the target last; a group stays in its lane
 * through all bands.
 */
export function layOutFlow(
  { groups, edges }: Pick<FlowResult, "groups" | "edges">,
  { choice, ...room }: FlowRoom & { readonly choice: FlowChoice },
): FlowLayout {
  const groupAt = new Map(groups.flatMap(({ positions }, group) => positions.map((position) => [position, group])));
  const bands = bandsOf(edges, room);
  const bandAt = new Map(bands.map((band) => [band.layers[0], band]));
  const shown = edges.flatMap((edge, index) => {
    const [from, to] = [groupAt.get(edge.from[0]!), groupAt.get(edge.to[0]!)];
    return !isShown(edge, choice) || from === undefined || to === undefined ? [] : [{ edge, index, from, to }];
  });
  const touched = new Set(shown.flatMap(({ from, to }) => [from, to]));
  for (const [group, { kind }] of groups.entries()) if (kind === "target") touched.add(group);
  const rank = (group: number) => laneOrder.indexOf(groups[group]!.kind);
  const lanes = [...touched]
    .sort((a, b) => rank(a) - rank(b) || groups[a]!.positions[0]! - groups[b]!.positions[0]!)
    .map((group, lane) => ({ group, y: (lane + 0.5) * room.laneHeight }));
  const laneY = new Map(lanes.map(({ group, y }) => [group, y]));
  const largest = Math.max(0, ...shown.map(({ edge }) => Math.abs(edgeValue(edge))));
  const links = shown
    .map(({ edge, index, from, to }): FlowLink => {
      const value = edgeValue(edge);
      const { left, right } = bandAt.get(edge.layers[0])!;
      const share = largest === 0 ? 0 : Math.abs(value) / largest;
      return {
        edge: index,
        from,
        to,
        start: { x: left, y: laneY.get(from)! },
        end: { x: right, y: laneY.get(to)! },
        width: Math.max(thinnest, room.thickest * share),
        value,
        isMeasured: edge.effect !== null,
      };
    })
    .sort((a, b) => a.width - b.width);
  return { lanes, bands, links, largest, height: lanes.length * room.laneHeight };
}
