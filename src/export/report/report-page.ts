/** @file The page as one HTML file that loads nothing, with a run in it or without. */
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { escapeXml } from "../../figure/xml.ts";
import { reportFactsElement, reportParts, type ReportFacts } from "../../run/report-start.ts";

/** The built page: dist/report/. */
export interface BuiltPage {
  readonly script: string;
  readonly style: string;
  /** Notices of the packages whose code is in it. */
  readonly licenses: string;
}

/** A run as the page holds it. */
export interface ReportRun {
  readonly facts: ReportFacts;
  /** The run file, in chunks. */
  readonly file: readonly Uint8Array[];
  /** Version of the program that wrote the run. */
  readonly program: string;
  readonly question: string;
  readonly answer: string;
}

/** JSON that cannot end the script element that holds it, whatever texts it has. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The hash of an inline script or style for a content security policy: SHA-256, base64. */
function policyHash(content: string): string {
  return `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
}

const compress = promisify(gzip);

/** An element that holds bytes, compressed with gzip, as base64: letters that can end no element. */
async function part(id: string, content: Uint8Array): Promise<string> {
  const compressed = await compress(content, { level: 9 });
  return `<script type="application/gzip" id="${id}">${compressed.toString("base64")}</script>`;
}

/** Puts style and script of the page into the document; their content is checked against the policy's hashes as if it had stood there. */
const loader = `"use strict";
(async () => {
  const textOf = (id) => {
    const characters = atob(document.getElementById(id).textContent);
    const bytes = new Uint8Array(characters.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  for (const [name, id] of [["style", "${reportParts.style}"], ["script", "${reportParts.script}"]]) {
    const element = document.createElement(name);
    if (name === "script") element.type = "module";
    element.textContent = await textOf(id);
    document.head.append(element);
  }
})();`;

const plainStyle = `:root{color-scheme:light dark}body{margin:0;font-family:sans-serif}#page>.still{max-width:40rem;margin:2rem auto;padding:0 1rem}`;

/**
 * The page as one HTML document. It loads nothing: its content security policy allows its own scripts and styles by hash, and pictures
 * and fonts that are in it. Texts of the run stand in it escaped, as JSON, or as base64 of compressed bytes.
 */
export async function renderReportPage({ script, style, licenses }: BuiltPage, run?: ReportRun): Promise<string> {
  const encoder = new TextEncoder();
  const policy = [
    "default-src 'none'",
    "img-src data: blob:",
    "font-src data:",
    "connect-src blob:",
    `style-src ${policyHash(plainStyle)} ${policyHash(style)}`,
    `script-src ${policyHash(loader)} ${policyHash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const title = run === undefined || run.question === "" ? "Report" : run.question;
  const still =
    run === undefined
      ? "<p>This page opens run files.</p>"
      : `<h1>${escapeXml(title)}</h1>\n<p>${escapeXml(run.answer.trim())}</p>`;
  const parts = [
    await part(reportParts.style, encoder.encode(style)),
    await part(reportParts.script, encoder.encode(script)),
    await part(reportParts.licenses, encoder.encode(licenses)),
  ];
  if (run !== undefined) {
    parts.push(`<script type="application/json" id="${reportFactsElement}">${jsonForScript(run.facts)}</script>`);
    parts.push(await part(reportParts.run, Buffer.concat(run.file)));
  }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
${run === undefined ? "" : `<meta name="generator" content="lvlm-interpret ${escapeXml(run.program)}">\n`}<title>${escapeXml(title)} · lvlm-interpret</title>
<style>${plainStyle}</style>
</head>
<body>
<div id="page"><main class="still">
${still}
<noscript><p>The figures are drawn by the page's own script; switch on JavaScript for this file.</p></noscript>
</main></div>
${parts.join("\n")}
<script>${loader}</script>
</body>
</html>
`;
}
