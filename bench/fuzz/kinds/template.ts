/** @file Chat templates: made of a small grammar, or real ones with parts changed, and conversations that they render. */
import { createPromptRenderer } from "../../../src/checkpoint-reader/chat-template.ts";
import type { Message } from "../../../src/checkpoint/types.ts";
import type { FuzzKind } from "../kind.ts";
import { PropertyFault } from "../outcome.ts";
import type { Random } from "../random.ts";
import { hostileText, mutateText } from "../text-mutations.ts";
import { textFiles } from "./seeds.ts";

const ownTemplates = [
  "{% for message in messages %}{% if message['role'] != 'system' %}{{ message['role'].upper() + ': ' }}{% endif %}" +
    "{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>\\n' }}{% endfor %}" +
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ content['text'] + ' ' }}{% endfor %}" +
    "{% endfor %}{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}",
  "{%- set ns = namespace(found=false) -%}{%- for m in messages -%}{%- if loop.first and m.role == 'system' -%}" +
    "{%- set ns.found = true -%}{%- endif -%}<|im_start|>{{ m.role }}\n{%- for c in m.content -%}{%- if c.type == 'image' -%}<image>" +
    "{%- else -%}{{ c.text | trim }}{%- endif -%}{%- endfor -%}<|im_end|>\n{%- endfor -%}",
  "{% macro part(c) %}{{ '<image>' if c.type == 'image' else c.text }}{% endmacro %}" +
    "{% for m in messages %}{{ bos_token if loop.index0 == 0 }}{% for c in m.content %}{{ part(c) }}{% endfor %}{{ eos_token }}{% endfor %}",
];

const names = [
  "messages",
  "message",
  "content",
  "bos_token",
  "eos_token",
  "add_generation_prompt",
  "tools",
  "x",
  "loop",
  "ns",
];
const attributes = [
  "role",
  "content",
  "type",
  "text",
  "length",
  "index0",
  "first",
  "last",
  "constructor",
  "__class__",
  "upper()",
  "items()",
  "strip()",
];
const filters = [
  "trim",
  "upper",
  "length",
  "join(', ')",
  "first",
  "last",
  "tojson",
  "tojson(indent=2)",
  "list",
  "map(attribute='text')",
  "selectattr('type', 'equalto', 'text')",
  "default('x')",
  "replace('a', 'b')",
  "reverse",
  "int",
  "string",
  "nothing",
  "batch(2)",
];
const literals = [
  "'a'",
  '"<image>"',
  "1",
  "0",
  "-3",
  "2.5",
  "true",
  "none",
  "[]",
  "{}",
  "[1, 'b', none]",
  "{'a': 1}",
  "range(3)",
  "1e400",
  "99999999999999999999",
];
const operators = [
  "+",
  "-",
  "*",
  "/",
  "//",
  "%",
  "**",
  "~",
  "==",
  "!=",
  "<",
  ">=",
  "and",
  "or",
  "in",
  "not in",
  "is",
  "is not",
];
const tests = ["defined", "none", "string", "mapping", "iterable", "true", "odd", "nothing"];

function expression(random: Random, depth = 0): string {
  if (depth > 3) return random.pick([...literals, ...names]);
  const inner = (): string => expression(random, depth + 1);
  switch (random.below(10)) {
    case 0:
    case 1:
      return random.pick(literals);
    case 2:
      return random.pick(names);
    case 3:
      return `${random.pick(names)}.${random.pick(attributes)}`;
    case 4:
      return `${inner()} | ${random.pick(filters)}`;
    case 5:
      return `(${inner()} ${random.pick(operators)} ${inner()})`;
    case 6:
      return `${inner()}[${random.pick(["0", "-1", "1:", "::-1", ":99", "'role'", "''", inner()])}]`;
    case 7:
      return `(${inner()} if ${inner()} else ${inner()})`;
    case 8:
      return `${inner()} is ${random.pick(tests)}`;
    default:
      return random.pick([
        "raise_exception('no')",
        "strftime_now('%Y')",
        "namespace(x=1)",
        "dict(a=1)",
        "x()",
        "range(99999999)",
        `not ${inner()}`,
      ]);
  }
}

function block(random: Random, depth = 0): string {
  const inside = (): string => Array.from({ length: random.below(3) }, () => block(random, depth + 1)).join("");
  const [open, close] = random.pick([
    ["{%", "%}"],
    ["{%-", "-%}"],
  ]);
  if (depth > 3) return `{{ ${expression(random)} }}`;
  switch (random.below(8)) {
    case 0:
      return random.chance(0.5) ? "USER: " : hostileText(random);
    case 1:
    case 2:
      return `{{ ${expression(random)} }}`;
    case 3:
      return `${open} if ${expression(random)} ${close}${inside()}{% else %}${inside()}${open} endif ${close}`;
    case 4:
      return `${open} for ${random.pick(["x", "message", "a, b"])} in ${expression(random)} ${close}${inside()}${open} endfor ${close}`;
    case 5:
      return `${open} set ${random.pick(["x", "ns.x", "loop", "messages"])} = ${expression(random)} ${close}`;
    case 6:
      return `{% macro m(a, b=1) %}${inside()}{% endmacro %}{{ m(${expression(random)}) }}`;
    default:
      return random.pick([
        "{# note #}",
        "{% raw %}{{ x }}{% endraw %}",
        "{% break %}",
        "{% generation %}",
        "{% include 'a' %}",
        "{% for x in range(9999) %}{% for y in range(9999) %}{% endfor %}{% endfor %}",
      ]);
  }
}

/** Blocks and expressions of a template, so that whole ones can be left out, doubled or moved. */
function mutateTemplate(template: string, random: Random): string {
  const tokens = template.split(/(\{[{%#].*?[}%#]\})/s);
  for (let count = 1 + random.below(3); count > 0; count--) {
    const at = random.below(tokens.length);
    const other = random.pick(tokens);
    tokens.splice(
      at,
      random.below(2),
      ...random.pick([[], [other], [other, other], [block(random)], [mutateText(other, random)]]),
    );
  }
  return tokens.join("");
}

const text = (written: string): Message["content"][number] => ({ type: "text", text: written });

function conversation(random: Random): Message[] {
  const said = random.chance(0.8) ? "What is it?" : hostileText(random);
  const question: Message = { role: "user", content: [{ type: "image" }, text(said)] };
  if (random.chance(0.6)) return [question];
  return [
    { role: "system", content: [text("Be short.")] },
    question,
    { role: "assistant", content: [text("A cat.")] },
    question,
  ];
}

export const templateKind: FuzzKind = {
  name: "template",
  label: "chat template",
  share: 20,
  open() {
    const seeds = [...new Set([...textFiles("chat_template.jinja"), ...ownTemplates])];
    return {
      async tryInput(random, show) {
        const isMade = random.chance(0.5);
        const template = isMade
          ? Array.from({ length: 1 + random.below(4) }, () => block(random)).join("")
          : mutateTemplate(random.pick(seeds), random);
        const messages = conversation(random);
        show({ template, messages });
        const render = createPromptRenderer({
          template,
          specialTokens: { bos_token: "<s>" },
          file: "chat_template.jinja",
        });
        const prompt: unknown = await Promise.resolve(render(messages, { addGenerationPrompt: random.chance(0.5) }));
        if (typeof prompt !== "string") throw new PropertyFault("The prompt is no text.");
      },
    };
  },
};
