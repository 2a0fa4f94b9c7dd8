import svelte from "eslint-plugin-svelte";
import tseslint from "typescript-eslint";

/**
 * The rooms of `src/` and what each may import, from the bottom up. A room may always import itself.
 * `types` lists rooms of which only types may be imported.
 */
const rooms = {
  tensor: { values: [], types: [] },
  problem: { values: [], types: [] },
  sandbox: { values: [], types: [] },
  json: { values: [], types: [] },
  storage: { values: ["json"], types: ["safetensors"] },
  files: { values: ["json"], types: ["storage"] },
  python: { values: [], types: [] },
  jinja: { values: ["python"], types: [] },
  safetensors: { values: ["tensor", "json"], types: [] },
  image: { values: ["tensor", "json", "sandbox", "files"], types: [] },
  tokenizer: { values: ["json"], types: [] },
  checkpoint: {
    values: ["tensor", "json", "safetensors", "storage", "tokenizer"],
    types: ["image"],
  },
  "checkpoint-reader": {
    values: ["json", "storage", "jinja", "checkpoint"],
    types: ["image", "tokenizer"],
  },
  "checkpoint-folder": {
    values: ["json", "sandbox", "files", "checkpoint", "checkpoint-reader"],
    types: ["tokenizer", "storage"],
  },
  graph: { values: ["tensor"], types: [] },
  models: { values: ["tensor", "json", "graph"], types: ["checkpoint", "image"] },
  runtime: { values: [], types: ["tensor", "graph"] },
  engine: {
    values: ["tensor", "json", "checkpoint", "graph", "models", "runtime"],
    types: ["tokenizer"],
  },
  "onnx-node": { values: ["tensor", "checkpoint", "graph"], types: ["runtime"] },
  "local-model": {
    values: ["tensor", "files", "safetensors", "image", "checkpoint", "engine", "onnx-node", "picture-work", "program"],
    types: ["explain"],
  },
  scoring: { values: ["tensor", "graph", "models", "runtime", "engine"], types: ["checkpoint"] },
  methods: { values: ["tensor"], types: ["engine"] },
  "causal-discovery": { values: ["tensor"], types: [] },
  run: { values: ["tensor", "json", "safetensors"], types: [] },
  figure: { values: ["tensor", "run", "methods"], types: [] },
  program: { values: ["tensor"], types: [] },
};
// Rooms of what a user asks for. Each says which others it reads; none reads one that is named after it.
rooms["picture-work"] = { values: ["problem", "sandbox", "image", "figure"], types: ["tensor"] };
rooms["cause-figure"] = { values: ["tensor", "run", "methods", "figure", "causal-discovery"], types: [] };
rooms.findings = { values: ["tensor", "json", "run", "methods", "causal-discovery"], types: [] };
rooms.explain = {
  values: [
    ...["tensor", "problem", "json", "files", "python", "safetensors", "image", "graph", "models", "engine"],
    ...["methods", "run", "findings"],
  ],
  types: ["tokenizer", "checkpoint", "picture-work"],
};
rooms.check = {
  values: ["tensor", "image", "checkpoint", "checkpoint-reader", "models", "engine", "run", "explain"],
  types: ["storage", "graph"],
};
rooms.causes = {
  values: [
    ...["tensor", "json", "files", "sandbox", "safetensors", "methods", "causal-discovery", "run", "findings"],
    "explain",
  ],
  types: ["engine"],
};
rooms.measure = {
  values: [
    ...["tensor", "problem", "json", "image", "checkpoint", "engine", "scoring", "local-model", "methods"],
    ...["causal-discovery", "run"],
    ...["program", "picture-work", "findings", "explain"],
  ],
  types: ["models"],
};
rooms.export = {
  values: [
    ...["tensor", "json", "files", "safetensors", "image", "models", "methods", "run", "figure"],
    ...["cause-figure", "local-model", "program", "picture-work", "findings", "explain", "causes"],
  ],
  types: ["checkpoint"],
};
rooms.workbench = {
  values: [
    ...[
      "tensor",
      "problem",
      "json",
      "storage",
      "files",
      "image",
      "checkpoint",
      "checkpoint-folder",
      "models",
      "engine",
      "local-model",
      "run",
    ],
    ...["program", "picture-work", "findings", "explain", "check", "causes", "measure", "export"],
  ],
  types: ["methods"],
};
// What scripts import; it only puts together.
rooms.api = {
  values: [
    "tensor",
    "files",
    "safetensors",
    "engine",
    "local-model",
    "methods",
    "causal-discovery",
    "run",
    "program",
    "findings",
    "explain",
    "causes",
    "measure",
    "export",
    "workbench",
  ],
  types: ["image", "check"],
};
rooms.server = {
  values: ["problem", "json", "files", "image", "run", "program", "explain", "export"],
  types: ["tensor", "findings", "workbench"],
};
// What commands print on a terminal.
rooms.terminal = {
  values: ["tensor", "run", "figure", "cause-figure", "findings", "measure", "export"],
  types: ["check"],
};
rooms.cli = {
  values: [
    ...[
      "tensor",
      "json",
      "files",
      "image",
      "checkpoint",
      "checkpoint-folder",
      "engine",
      "local-model",
      "run",
      "figure",
      "cause-figure",
      "terminal",
      "program",
      "findings",
    ],
    ...["explain", "causes", "measure", "export", "workbench", "server"],
  ],
  types: ["check"],
};

/** ONNX Runtime sends telemetry unless it is switched off before the library is loaded, which one module does. */
const libraryOfEngine = "^onnxruntime-";
const libraryRule =
  "Import src/onnx-node/onnx-runtime.ts instead, which switches the telemetry of the library off first.";

/** Files of rooms for browsers that Node alone runs. No other file of these rooms imports them. */
const nodeFiles = [
  "src/image/decode.ts",
  "src/image/drawn-alike.ts",
  "src/image/file/**",
  "src/checkpoint/tokenizer.ts",
];

/** Rooms that must also work in a browser: no `node:` modules and no packages with native code. */
const browserRooms = [
  "tensor",
  "problem",
  "json",
  "python",
  "jinja",
  "safetensors",
  "storage",
  "image",
  "tokenizer",
  "checkpoint",
  "checkpoint-reader",
  "graph",
  "models",
  "runtime",
  "engine",
  "scoring",
  "methods",
  "causal-discovery",
  "run",
  "figure",
  "cause-figure",
  "findings",
  "explain",
  "check",
];

function importRuleOf(room) {
  const { values, types } = rooms[room];
  const patterns = Object.keys(rooms)
    .filter((other) => other !== room && !values.includes(other))
    .map((other) => {
      const typesAllowed = types.includes(other);
      return {
        regex: `^(\\.\\./)+${other}/`,
        allowTypeImports: typesAllowed,
        message: `src/${room} may ${typesAllowed ? "import only types of" : "not import"} src/${other}.`,
      };
    });
  // Geometry is plain arithmetic that the run format, its findings and the figures share with the pictures' room.
  const geometryAllowed = ["run", "figure", "cause-figure", "findings"].includes(room);
  return patterns.map((pattern) =>
    geometryAllowed && pattern.regex.includes("image/")
      ? { ...pattern, regex: "^(\\.\\./)+image/(?!geometry|types)" }
      : pattern,
  );
}

function roomConfig(room) {
  const browser = browserRooms.includes(room);
  const nodeModules = {
    regex: "^(node:|sharp$|onnxruntime-node)",
    message: `src/${room} must also work in a browser.`,
  };
  return {
    files: [`src/${room}/**/*.ts`],
    ignores: ["src/**/*.test.ts", ...nodeFiles],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        { patterns: [...importRuleOf(room), ...(browser ? [nodeModules] : [])] },
      ],
    },
  };
}

/** The rooms of `web/` and what each may import, from the bottom up. A room may always import itself. */
const webRooms = {
  parts: [],
  data: [],
  selection: [],
  jobs: ["data"],
  run: ["data", "selection"],
  state: ["data", "selection", "jobs", "run"],
};
webRooms.figures = ["parts", ...Object.keys(webRooms).slice(1)];
webRooms.map = [...webRooms.figures, "figures"];
webRooms.draft = [...webRooms.state, "state"];
webRooms.ask = ["parts", ...webRooms.draft, "draft"];
webRooms.edit = [...webRooms.map, "map", "draft"];
webRooms.input = [...webRooms.edit, "ask"];
const tabRooms = ["attention", "relevancy", "causes", "verify", "layers", "compare"];
for (const room of tabRooms) webRooms[room] = [...webRooms.map, "map"];
// Two runs are often one question, asked again.
webRooms.compare.push("draft");
webRooms.tabs = [...webRooms.map, "map", ...tabRooms];
webRooms.picture = [...webRooms.input, "input", "edit", "tabs"];
webRooms.answer = [...webRooms.map, "map", "draft", "tabs"];
webRooms.runs = [...webRooms.map, "map", "draft", "ask"];
webRooms.chrome = Object.keys(webRooms).filter((room) => !tabRooms.includes(room));
/** What only the page of a report has. */
webRooms.report = ["data", "selection"];

/** What the page may import of src/: it draws with the same code as exports, and knows the server by its types alone. */
const pageRule = {
  patterns: [
    {
      regex:
        "/src/(files|sandbox|python|jinja|tokenizer|checkpoint|checkpoint-folder|storage|graph|models|runtime|onnx-node|local-model|engine|scoring|program|picture-work|explain|causes|measure|export|workbench|terminal|cli)/",
      message: "web/ may not import this room; it asks the server.",
    },
    {
      regex: "/src/image/(?!blur|geometry|types)",
      message: "web/ may import only blur, geometry and types of src/image.",
    },
    {
      regex: "/src/server/(?!api\\.ts)",
      message: "web/ may import only src/server/api.ts.",
    },
    { regex: "^(node:|sharp$|onnxruntime-node)", message: "web/ runs in a browser." },
  ],
};

function webRoomConfig(room) {
  const patterns = Object.keys(webRooms)
    .filter((other) => other !== room && !webRooms[room].includes(other))
    .map((other) => ({ regex: `^(\\.\\./)+${other}/`, message: `web/${room} may not import web/${other}.` }));
  return {
    files: [`web/${room}/**`],
    ignores: ["web/**/*.test.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": ["error", { patterns: [...pageRule.patterns, ...patterns] }],
    },
  };
}

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", "coverage/**", "demo/**", "test/fixtures/**"] },
  ...tseslint.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js", "bench/watch-memory.mjs"] },
        extraFileExtensions: [".svelte"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-console": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Use a named export." },
        { selector: `ImportExpression[source.value=/${libraryOfEngine}/]`, message: libraryRule },
        {
          selector: `CallExpression[callee.name='require'][arguments.0.value=/${libraryOfEngine}/]`,
          message: libraryRule,
        },
      ],
      "no-restricted-imports": ["error", { patterns: [{ regex: libraryOfEngine, message: libraryRule }] }],
      "max-lines": ["error", { max: 600, skipBlankLines: false, skipComments: false }],
      "no-duplicate-imports": "error",
      "max-params": "off",
      "@typescript-eslint/max-params": ["error", { max: 4 }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
    },
  },
  ...Object.keys(rooms).map(roomConfig),
  { files: ["src/onnx-node/onnx-runtime.ts"], rules: { "no-restricted-imports": "off" } },
  {
    files: ["web/**/*.svelte", "web/**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    files: ["web/**"],
    ignores: ["web/**/*.test.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": ["error", pageRule],
      // The state of the page is made by factories, whose types say more than a list of them would.
      "@typescript-eslint/explicit-module-boundary-types": "off",
      // Reactivity is at whole values ($state.raw) here; maps and sets behind it are plain on purpose.
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  ...Object.keys(webRooms).map(webRoomConfig),
  {
    files: ["web/**/*.svelte"],
    rules: {
      // Types of components are unknown to the linter; svelte-check checks them.
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  { files: ["**/*.config.{js,ts}"], rules: { "no-restricted-syntax": "off" } },
  { files: ["*.js", "bench/*.mjs"], ...tseslint.configs.disableTypeChecked },
  { files: ["src/cli/**", "bench/**", "scripts/**"], rules: { "no-console": "off" } },
);
