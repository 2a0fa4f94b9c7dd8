import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readTemplate, TemplateError, type Plain } from "./template.ts";

interface Entry {
  readonly part: string;
  readonly template: string;
  /** Undefined is not in the file: null is an error of Jinja2. */
  readonly text: string | null;
}

/** Written by test/fixtures/templates/make-expected.py with Jinja2 as transformers runs it. */
const path = new URL("../../test/fixtures/templates/expected.json", import.meta.url);
const { now, variables, entries } = JSON.parse(readFileSync(path, "utf8")) as {
  readonly now: string;
  readonly variables: Record<string, Plain>;
  readonly entries: readonly Entry[];
};

/** The file's date is in UTC, and templates write local time. */
const date = new Date(now);
const local = new Date(date.getTime() + date.getTimezoneOffset() * 60_000);

const refused = Symbol("refused");

function render(template: string): string | typeof refused {
  try {
    return readTemplate(template)(variables, local);
  } catch (error) {
    if (error instanceof TemplateError) return refused;
    throw error;
  }
}

const parts = [...new Set(entries.map(({ part }) => part))].filter((part) => part !== "left out");

describe("readTemplate()", () => {
  it.each(parts)("renders as Jinja2 does: %s", (part) => {
    const own = entries.filter((entry) => entry.part === part);
    expect(own.length).toBeGreaterThan(5);
    const secondsSince1970 = /strftime_now\('[^']*%s/;
    for (const { template, text } of own) {
      const rendered = render(template);
      if (secondsSince1970.test(template)) continue;
      expect({ template, text: rendered }).toEqual({ template, text: text ?? refused });
    }
  });

  it("refuses what it leaves out of Jinja2", () => {
    const own = entries.filter(({ part }) => part === "left out");
    expect(own.length).toBeGreaterThan(40);
    for (const { template } of own) expect({ template, text: render(template) }).toEqual({ template, text: refused });
  });

  it("can be rendered again with other values", () => {
    const template = readTemplate("{% set x = name %}{{ x }}{% set name = 'B' %}");
    expect(template({ name: "A" })).toBe("A");
    expect(template({ name: "C" })).toBe("C");
    expect(template({})).toBe("");
  });

  it("says what is wrong, and in which line", () => {
    expect(() => readTemplate("a\n{% if x %}\nb")).toThrow("line 3: the tag endif is missing");
    expect(() => readTemplate("{{ x | nothing }}")).toThrow('there is no filter "nothing"');
    expect(() => readTemplate("{{ x.y }}")({})).toThrow("the name x is not defined");
    expect(() => readTemplate("{{ raise_exception('stop') }}")({})).toThrow("stop");
  });

  it.each([
    ["brackets", `{{${"(".repeat(20_000)}1${")".repeat(20_000)}}}`],
    ["signs", `{{ ${"-".repeat(9_000)}1 }}`],
    ["filters", `{{ 1${"|abs".repeat(4_000)} }}`],
    ["blocks", "{% if a %}".repeat(3_000)],
    ["tags", "{{ 1 }}".repeat(20_000)],
    ["names", Array.from({ length: 2_000 }, (_, i) => `{% set a${i} = 1 %}`).join("")],
    ["open tags", "{% ".repeat(60_000)],
    ["open quotes", `{{ ${"'".repeat(60_001)} }}`],
  ])("refuses too many %s", (_, template) => {
    expect(() => readTemplate(template)({})).toThrow(TemplateError);
  });

  it.each([
    "{{ (s | list | sort)[0] }}",
    "{{ s.split() | join('') | length }}",
    "{{ ('%' * 500000) % () }}",
    "{{ ('{' * 50000).format() }}",
    "{{ ('9' * 900000) | int }}",
    "{{ ('9' * 900000 ~ 'x') | float }}",
    "{{ 5e-324 | round(300) }}",
    "{{ strftime_now('%c' * 9000) }}",
    "{{ s.count('a') }}",
    "{% set ns = namespace(t=(1,)) %}{% for j in range(40) %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}{{ {ns.t: 1} }}",
  ])("ends what is repeated without an end: %s", (body) => {
    const template = `{% set s = 'ab ' * 300000 %}{% for i in range(100000) %}${body.replaceAll("{{", "{% set q = ").replaceAll("}}", "%}")}{% endfor %}`;
    expect(() => readTemplate(template)({})).toThrow(/steps|characters|digits|format|brace/);
  });
});
