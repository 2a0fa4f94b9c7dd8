/** @file Reads the parts that the page of a report holds. */
import { decodeBase64 } from "../../src/figure/base64.ts";

/** The bytes of a part, which is base64 of bytes compressed with gzip. */
export function uncompressed(text: string): Promise<Blob> {
  const stream = new Blob([decodeBase64(text)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).blob();
}
