/** @file Text and numbers in XML: escaping, and attributes. */

/** What XML 1.0 forbids even when escaped (lone surrogates, non-characters), and controls that no reader expects: C0, C1 and bidirectional overrides. */
const unwantedCharacters = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text as it is drawn: white space becomes spaces, control characters are left out, lone surrogates become U+FFFD. */
export function plainText(text: string): string {
  return text
    .replace(/[\t\n\r]/g, " ")
    .replace(unwantedCharacters, "")
    .replace(loneSurrogate, "\ufffd");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The text as XML content or as the value of a quoted attribute. */
export function escapeXml(text: string): string {
  return plainText(text).replace(/[&<>"']/g, (character) => entities[character]!);
}

/** A number for an attribute: at most two decimals, never "NaN" or an exponent. */
export function formatCoordinate(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : "0";
}

/** An element without children. Names of attributes are given as they are in SVG; undefined ones are left out. */
export function element(name: string, attributes: Readonly<Record<string, string | number | undefined>>): string {
  const parts = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${typeof value === "number" ? formatCoordinate(value) : escapeXml(value)}"`],
  );
  return `<${name}${parts.join("")}/>`;
}
