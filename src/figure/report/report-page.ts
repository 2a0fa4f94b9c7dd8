/** @file The self-contained HTML report of a run. */
import type { RunDescription } from "../../run/types.ts";
import { encodeBase64 } from "./base64.ts";
import { escapeXml } from "../xml.ts";
import { reportDataElement } from "./report-data.ts";
import type { ReportData } from "./report-data.ts";

export interface ReportPageRequest {
  readonly description: RunDescription;
  readonly data: ReportData;
  /** The bundled viewer (dist/report-viewer.js). */
  readonly script: string;
  /** Its style sheet (dist/report-viewer.css). */
  readonly style: string;
}

/** JSON that cannot end the script element that holds it, whatever texts it has. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The hash of an inline script or style for a content security policy: SHA-256, base64. */
async function policyHash(content: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
  return `'sha256-${encodeBase64(new Uint8Array(digest))}'`;
}

function inlineContent(content: string, kind: "script" | "style"): string {
  // A browser reads line ends as one line feed, and the hash is over what it reads.
  const text = content.replace(/\r\n?/g, "\n");
  if (new RegExp(`</${kind}|<!--`, "i").test(text)) {
    throw new Error(
      `report: the bundled ${kind} holds "</${kind}" or "<!--" and cannot stand in a page; bundle it again.`,
    );
  }
  return text;
}

/**
 * The report as one HTML document. It loads nothing: its content security policy allows its own script and style by
 * hash, pictures as data, and no other source. Texts of the run stand in it as JSON, or escaped.
 */
export async function renderReportPage({ description, data, script, style }: ReportPageRequest): Promise<string> {
  const code = inlineContent(script, "script");
  const css = inlineContent(style, "style");
  const policy = `default-src 'none'; img-src data:; style-src ${await policyHash(css)}; script-src ${await policyHash(code)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="lvlm-interpret ${escapeXml(description.program)}">
<title>${escapeXml(data.question === "" ? "Report" : data.question)} · lvlm-interpret</title>
<style>${css}</style>
</head>
<body>
<noscript>This report draws its figures with its own script; switch on JavaScript for this file.</noscript>
<div id="report"></div>
<script type="application/json" id="${reportDataElement}">${jsonForScript(data)}</script>
<script>${code}</script>
</body>
</html>
`;
}
