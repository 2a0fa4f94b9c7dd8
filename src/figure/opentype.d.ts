/** @file Types of the part of opentype.js that figures use. */
declare module "opentype.js/dist/opentype.mjs" {
  export interface Path {
    toPathData(decimalPlaces: number): string;
  }
  export interface Glyph {
    readonly advanceWidth: number;
    getPath(x: number, y: number, size: number): Path;
  }
  export interface Font {
    readonly unitsPerEm: number;
    charToGlyph(character: string): Glyph;
    charToGlyphIndex(character: string): number;
    getKerningValue(left: Glyph, right: Glyph): number;
  }
  export function parse(bytes: ArrayBuffer): Font;
}
