/** @file How large the picture is drawn: what keeps the composer in view. */

export interface StageRoom {
  /** Width of the stage, and size of the window, in CSS pixels. */
  readonly width: number;
  readonly windowWidth: number;
  readonly windowHeight: number;
  /** What stands above the picture beside the usual lines, such as the film strip. */
  readonly taken?: number;
  /** The stage has all of the window, but for the lines about it. */
  readonly fills?: boolean;
}

/** Height of the lines about a stage that fills the screen, in CSS pixels. */
const linesAbout = 236;

/** Greatest height of the picture in CSS pixels (page.md section 3). */
function greatestHeight({ windowWidth, windowHeight, taken = 0, fills = false }: StageRoom): number {
  if (fills) return Math.max(160, windowHeight - linesAbout - taken);
  if (windowWidth > 1023) return Math.max(220, windowHeight - (windowHeight < 780 ? 420 : 432) - taken);
  return windowWidth > 640 ? windowHeight * 0.5 : Math.min(330, windowHeight * 0.4);
}

/** Size of the drawn picture in whole CSS pixels, of its own aspect. */
export function stageSize(
  picture: { readonly width: number; readonly height: number },
  room: StageRoom,
): { width: number; height: number } {
  const scale = Math.min(room.width / picture.width, greatestHeight(room) / picture.height);
  return {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
}
