/** @file The figure of CLEANN with its tester: the tree of a head, the sets that changed the prediction marked in it, and what each head found. */
import { graphDrawing, graphKeys, type GraphExport } from "./causal-graph/graph-drawing.ts";
import type { GraphToken } from "./causal-graph/graph-tokens.ts";
import { bodyWidth, figureDocument, type FigureFrame } from "../figure/figure-header.ts";
import { figureColors, textSize } from "../figure/figure-style.ts";
import { drawKeys } from "../figure/keys.ts";
import { drawParagraph } from "../figure/paragraph.ts";
import { placeDrawing, stackDrawings, type Drawing } from "../figure/svg-document.ts";
import type { TextPainter } from "../figure/text-painter.ts";

export interface CleannFigure extends FigureFrame {
  /** The tree of the head; left out if the head has none. */
  readonly graph?: Pick<GraphExport, "drawn" | "pieceOf" | "marked"> | undefined;
  readonly tokens: readonly GraphToken[];
  /** In how many heads a set was found. */
  readonly sentence: string;
  /** What each head found, the drawn one by its index. */
  readonly heads: readonly string[];
  readonly head: number;
}

export const cleannFigureSize = { width: 680, height: 220 } as const;

/** Steps from the explained token: none of the drawn ones is faded. */
const everyRadius = 3;

function drawHeads(
  { heads, head, width }: Pick<CleannFigure, "heads" | "head"> & { width: number },
  painter: TextPainter,
): Drawing {
  const name = { size: textSize.caption, weight: 600 } as const;
  const left = painter.width(`head ${heads.length}`, name) + 12;
  const rows = heads.map((text, index): Drawing => {
    const own = index === head;
    const lines = drawParagraph(
      text,
      {
        font: { size: textSize.caption, weight: 400 },
        fill: own ? figureColors.ink : figureColors.inkSecond,
        ...{ lineHeight: 16, width: width - left },
      },
      painter,
    );
    const label = painter.mark(`head ${index}`, {
      ...{ x: 0, y: 12, size: name.size, weight: own ? 600 : 400 },
      fill: own ? figureColors.ink : figureColors.inkThird,
    });
    return { svg: label + placeDrawing(lines, left, 0), width, height: lines.height };
  });
  return stackDrawings(rows, 3);
}

/** The tree with its key, the sentence, and a line a head. Returns an SVG document. */
export function cleannFigure(figure: CleannFigure, painter: TextPainter): string {
  const { graph, tokens, sentence, head } = figure;
  const width = bodyWidth(figure, cleannFigureSize.width);
  const body = { font: { size: textSize.body, weight: 400 }, fill: figureColors.ink, lineHeight: 18 } as const;
  const marked = (graph?.marked?.size ?? 0) > 0;
  // Frames of patches alone are colored by radius.
  const framed = tokens.map((token) => (token.kind === "patch" ? token : { ...token, radius: 0 }));
  const keys = graphKeys(
    framed,
    marked ? "double frame: in a set without which the model predicts something else" : "",
  );
  const parts = [
    ...(graph === undefined
      ? [drawParagraph(`Head ${head} has no tree of causes.`, { ...body, width }, painter)]
      : [graphDrawing({ ...graph, radius: everyRadius, painter }), drawKeys(keys, width, painter)]),
    ...(figure.layout?.isBare ? [] : [drawParagraph(sentence, { ...body, width }, painter)]),
    drawHeads({ ...figure, width }, painter),
  ];
  return figureDocument(figure, stackDrawings(parts, 12), { painter, description: sentence });
}
