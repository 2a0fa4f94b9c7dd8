/** @file The page that shows pictures side by side: expected, actual and what differs, the changed ones first. */
import { escapeXml } from "../../../src/figure/xml.ts";
import type { Compared } from "./expected-pictures.ts";

const style = `
  :root { color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif; }
  body { margin: 24px; }
  h2 { font-size: 15px; margin: 32px 0 4px; }
  .row { display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px; }
  figure { margin: 0; }
  img { width: 100%; border: 1px solid gray; background: white; }
  p { margin: 0 0 8px; overflow-wrap: anywhere; }
`;

/** The HTML. The pictures lie beside it, in the folders expected, actual and difference. */
export function galleryPage(pictures: readonly Compared[]): string {
  const changed = pictures.filter(({ difference }) => difference !== undefined);
  const same = pictures.filter(({ difference }) => difference === undefined);
  return `<!doctype html><meta charset="utf-8"><title>Gallery</title><style>${style}</style>
<h1>${changed.length} of ${pictures.length} pictures changed</h1>
${changed.map(section).join("\n")}
<h1>${same.length} as expected</h1>
${same.map(section).join("\n")}
`;
}

function section({ name, expected, actual, difference }: Compared): string {
  const path = name.split("/").map(encodeURIComponent).join("/");
  const shown = (kind: string, isThere: boolean): string =>
    isThere
      ? `<figure><figcaption>${kind}</figcaption><a href="${kind}/${path}"><img loading="lazy" src="${kind}/${path}" alt="${kind}"></a></figure>`
      : "";
  return (
    `<h2>${escapeXml(name)}</h2><p>${escapeXml(difference?.text ?? "as expected")}</p><div class="row">` +
    shown("expected", expected !== undefined) +
    (difference ? shown("actual", actual !== undefined) + shown("difference", difference.marked !== undefined) : "") +
    "</div>"
  );
}
