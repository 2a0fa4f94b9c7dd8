/** @file The tables of the truth benchmark as text. */
import { ceilingName, type Finding } from "./findings.ts";
import { attentionName, baselineNames, contrastedMethodNames, contrastName, gradientMethodNames } from "./maps.ts";
import { areaUnderCurve, imageParts, pictureComparisons, plantedFindings, sameAnswers } from "./shortcuts.ts";
import {
  bestOf,
  difference,
  estimate,
  groundedFindings,
  scoreNames,
  scores,
  summarize,
  tableMethods,
  verdict,
  type ComparedEstimate,
  type ScoredFinding,
  type TableMethods,
} from "./summary.ts";
import { estimateText, quantiles, textTable } from "./text-table.ts";

const marks = { above: " *", below: " -", none: "  " } as const;

/** An estimate with its verdict; baselines and the ceiling have none. */
function comparedText(method: string, compared: ComparedEstimate): string {
  const isJudged = method !== ceilingName && !(baselineNames as readonly string[]).includes(method);
  return `${estimateText(compared)}${marks[(isJudged ? verdict(compared) : undefined) ?? "none"]}`;
}

function methodText(method: string, { bestLayer, lastLayer }: TableMethods): string {
  if (method === attentionName(bestLayer))
    return `${method} (best, in hindsight${bestLayer === lastLayer ? "; last" : ""})`;
  return method === attentionName(lastLayer) ? `${method} (last)` : method;
}

const formNames = { lettered: "(a)/(b)", open: "open" } as const;

/** Methods down, scores across. */
function scoreTable(
  findings: readonly ScoredFinding[],
  methods: TableMethods,
  names: readonly string[] = methods.methods,
): string[] {
  const rows = names.map((method) => {
    const summary = summarize(findings, method);
    return [methodText(method, methods), ...scores.map((score) => comparedText(method, summary[score]))];
  });
  return textTable([["", ...scores.map((score) => `${scoreNames[score]}  `)], ...rows]);
}

/** Families by falling number of questions, then by name. */
function familiesOf(findings: readonly ScoredFinding[]): string[] {
  const count = (family: string) => findings.filter(({ question }) => question.family === family).length;
  const families = [...new Set(findings.map(({ question }) => question.family))];
  return families.sort((a, b) => count(b) - count(a) || a.localeCompare(b));
}

/** Methods down, families across, one table for each score. */
function familyTables(findings: readonly ScoredFinding[], methods: TableMethods): string[] {
  const groups = [
    ...(["lettered", "open"] as const).map((form) => ({
      name: formNames[form],
      members: findings.filter(({ question }) => question.form === form),
    })),
    ...familiesOf(findings).map((family) => ({
      name: family,
      members: findings.filter(({ question }) => question.family === family),
    })),
  ];
  return scores.flatMap((score) => {
    const header = ["", ...groups.map(({ name, members }) => `${name}, n=${members.length}  `)];
    const rows = methods.methods.map((method) => [
      methodText(method, methods),
      ...groups.map(({ members }) => comparedText(method, summarize(members, method)[score])),
    ]);
    return ["", `${scoreNames[score]}, by form and by family`, ...textTable([header, ...rows])];
  });
}

/** Which gradient method is best by each score, and by how much. */
function winnerLines(findings: readonly ScoredFinding[]): string[] {
  return scores.map((score) => {
    const [best, second] = bestOf(findings, gradientMethodNames, score) as [string, string];
    const others = [...new Set([second, "relevancy exact, combined"])].filter((other) => other !== best);
    const ahead = others.map(
      (other) => `of ${other} by ${estimateText(difference(findings, score, [best, other]))} points`,
    );
    return `Best gradient method by ${scoreNames[score]}: ${best}; ahead ${ahead.join(", ")}.`;
  });
}

/** The letter's logit, and its difference to the other letter's. */
function contrastLines(findings: readonly ScoredFinding[], methods: TableMethods): string[] {
  const lettered = findings.filter(({ question }) => question.form === "lettered");
  const names = contrastedMethodNames.flatMap((method) => [method, contrastName(method)]);
  return [
    `The letter's logit against its difference to the other letter's ("contrast"), (a)/(b), n=${lettered.length}`,
    ...scoreTable(lettered, methods, [...baselineNames, ...names]),
  ];
}

function groundedLines(findings: readonly Finding[], methods: TableMethods): string[] {
  const all = groundedFindings(findings);
  const right = all.filter((finding) => finding.right);
  const scenes = new Set(right.map(({ question }) => question.scene)).size;
  return [
    `Grounded families: ${right.length} of ${all.length} questions answered right, ${scenes} scenes. In percent, with 95 % intervals.`,
    `* clearly above both baselines, - clearly below one of them (95 % interval of the difference, question by question).`,
    "",
    ...scoreTable(right, methods),
    "",
    ...winnerLines(right),
    ...familyTables(right, methods),
    "",
    ...contrastLines(right, methods),
    "",
    `The same with the questions answered wrong, n=${all.length}`,
    ...scoreTable(all, methods),
  ];
}

function imagePartLines(findings: readonly Finding[], methods: TableMethods): string[] {
  return pictureComparisons(findings).flatMap(({ name, against, planted, grounded }) => {
    const header = ["", `${name}, n=${planted.length}`, `${against}, n=${grounded.length}`, "AUC"];
    const rows = [...methods.methods, ...contrastedMethodNames.map(contrastName)]
      .filter((method) => planted[0]?.imagePart?.[method] !== undefined)
      .map((method) => {
        const low = imageParts(planted, method);
        const high = imageParts(grounded, method);
        return [methodText(method, methods), quantiles(low), quantiles(high), areaUnderCurve(high, low).toFixed(2)];
      });
    return ["", ...textTable([header, ...rows])];
  });
}

function tagLines(apples: readonly Finding[], methods: TableMethods): string[] {
  const on = (place: "evidence" | "tag", method: string, score: (typeof scores)[number]) =>
    estimateText(
      estimate(
        apples.flatMap(({ question, [place]: found }) =>
          found === undefined ? [] : [{ scene: question.scene, value: found[method]![score] }],
        ),
      ),
    );
  const header = ["", ...scores.flatMap((score) => [`${scoreNames[score]}: tag`, "apples"])];
  const rows = methods.methods.map((method) => [
    methodText(method, methods),
    ...scores.flatMap((score) => [on("tag", method, score), on("evidence", method, score)]),
  ]);
  return textTable([header, ...rows]);
}

const plantedForms = [
  ["prior", "lettered"],
  ["prior", "open"],
  ["first", "lettered"],
  ["leading", "open"],
  ["tag", "lettered"],
  ["tag", "open"],
] as const;

function behaviorLines(findings: readonly Finding[]): string[] {
  const rows = plantedForms.map(([shortcut, form]) => {
    const planted = plantedFindings(findings, shortcut, form);
    const { same, pairs } = sameAnswers(planted);
    const first = planted.filter(({ answer }) => answer.startsWith("(a)")).length;
    const letters = form === "open" ? "" : `${first} of ${planted.length}`;
    const tried = planted.filter(({ covered }) => covered !== undefined);
    const changed = (place: "tag" | "evidence") => {
      const others = tried.filter(({ answer, covered }) => covered![place] !== answer).length;
      return tried.length === 0 ? "" : `${others} of ${tried.length}`;
    };
    return [`${shortcut}, ${formNames[form]}`, `${same} of ${pairs}`, letters, changed("tag"), changed("evidence")];
  });
  const header = [
    "",
    "pairs answered the same",
    "answered (a)",
    "changed with the tag covered",
    "with the apples covered",
  ];
  return textTable([header, ...rows]);
}

function shortcutLines(findings: readonly Finding[], methods: TableMethods): string[] {
  const open = plantedFindings(findings, "tag", "open");
  const lettered = plantedFindings(findings, "tag", "lettered");
  const apples = (some: readonly Finding[]) => some.filter(({ evidence }) => evidence !== undefined).length;
  return [
    "Planted shortcuts: what the model does",
    ...behaviorLines(findings),
    "",
    "The picture does not matter: image part of the explained token in percent (least, quartiles, most). AUC: chance that a grounded",
    "question has the larger image part; 1 shows the shortcut, 0.5 does not.",
    ...imagePartLines(findings, methods),
    "",
    `The tag instead of the apples, open, n=${open.length} (with a mask of the apples ${apples(open)}): scores on the tag and on the apples, in percent`,
    ...tagLines(open, methods),
    "",
    `The same, (a)/(b), n=${lettered.length}`,
    ...tagLines(lettered, methods),
  ];
}

/** Everything as lines of text. */
export function truthTable(findings: readonly Finding[], layers: number): string[] {
  const methods = tableMethods(
    groundedFindings(findings).filter(({ right }) => right),
    layers,
  );
  return [...groundedLines(findings, methods), "", ...shortcutLines(findings, methods)];
}
