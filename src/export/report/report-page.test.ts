/** @file The page of a report: its parts come back unchanged, it loads nothing, and no text of a run becomes markup. */
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { reportFactsElement, reportParts } from "../../run/report-start.ts";
import { jsonForScript, renderReportPage, type ReportRun } from "./report-page.ts";

const attack = "</script><img src=x onerror=alert(1)><!--\u2028";
const built = { script: `run("</SCRIPT>")\r\n`, style: "a{content:'</style>'}", licenses: `MIT ${attack}` };
const file = [Uint8Array.of(1, 2), new TextEncoder().encode(attack)];
const facts = { run: attack, start: { method: "attention" as const, tokens: [0], map: attack as "language" } };
const run: ReportRun = { facts, file, program: attack, question: `Which way? ${attack}`, answer: attack };

function element(html: string, id: string): string {
  return new RegExp(`<script type="application/[a-z]+" id="${id}">([^<]*)</script>`).exec(html)![1]!;
}

async function policyHash(content: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content));
  return `'sha256-${Buffer.from(hash).toString("base64")}'`;
}

describe("renderReportPage()", () => {
  it("holds no text of the run as markup", async () => {
    const html = await renderReportPage(built, run);
    expect(html).not.toContain("<img");
    expect(html).not.toContain("<!--");
    // Script, style and licenses of the page, facts, the run, and the loader.
    expect(html.match(/<\/script>/gi)).toHaveLength(6);
    expect(html.match(/<script/gi)).toHaveLength(6);
    expect(html.match(/<style/gi)).toHaveLength(1);
    expect(jsonForScript(facts)).not.toContain("\u2028");
  });

  it("holds run, facts, script, style and notices unchanged", async () => {
    const html = await renderReportPage(built, run);
    const bytes = (id: string) => gunzipSync(Buffer.from(element(html, id), "base64"));
    expect(bytes(reportParts.run)).toEqual(Buffer.concat(file));
    expect(bytes(reportParts.script).toString()).toBe(built.script);
    expect(bytes(reportParts.style).toString()).toBe(built.style);
    expect(bytes(reportParts.licenses).toString()).toBe(built.licenses);
    expect(JSON.parse(element(html, reportFactsElement))).toEqual(facts);
  });

  it("allows only its own scripts and styles, by hash, and loads nothing", async () => {
    const html = await renderReportPage(built, run);
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
    const loader = /<script>([^]*?)<\/script>/.exec(html)![1]!;
    const plain = /<style>([^]*?)<\/style>/.exec(html)![1]!;
    expect(policy).toContain(`script-src ${await policyHash(loader)} ${await policyHash(built.script)};`);
    expect(policy).toContain(`style-src ${await policyHash(plain)} ${await policyHash(built.style)};`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(html).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(html).not.toMatch(/https?:/);
  });

  it("says question and answer to whoever runs no script", async () => {
    const html = await renderReportPage(built, { ...run, question: "Which <way>?", answer: " Right & left. " });
    expect(html).toContain("<title>Which &lt;way&gt;? · lvlm-interpret</title>");
    expect(html).toContain("<h1>Which &lt;way&gt;?</h1>\n<p>Right &amp; left.</p>");
    expect(html).toContain("<noscript>");
  });

  it("is without a run a page that opens run files", async () => {
    const html = await renderReportPage(built);
    expect(html).not.toContain(reportFactsElement);
    expect(html).not.toContain(`id="${reportParts.run}"`);
  });
});

describe("jsonForScript()", () => {
  it("is JSON without angle brackets, ampersands or line separators", () => {
    const json = jsonForScript({ text: `${attack}&\u2029` });
    expect(json).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(json)).toEqual({ text: `${attack}&\u2029` });
  });
});
