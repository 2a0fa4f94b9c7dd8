/** @file Writes dist/viewer.html: the page as one file that opens run files without a server. Run the build first. */
import { writeFileSync } from "node:fs";
import { builtPage } from "../src/export/report/html-page.ts";
import { renderReportPage } from "../src/export/report/report-page.ts";

writeFileSync(new URL("../dist/viewer.html", import.meta.url), await renderReportPage(await builtPage()));
