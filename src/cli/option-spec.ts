/** @file What an option of the command line is: its name, the commands that take it, and the kind of its value. */

export type CommandName =
  "serve" | "demo" | "ask" | "explain" | "verify" | "measure" | "causal" | "export" | "models" | "preprocess";

interface Described {
  /** As it is written, without "--". */
  readonly name: string;
  readonly description: string;
  readonly commands: readonly CommandName[];
  /** The value in help texts. */
  readonly value?: string;
}

/** An option by the kind of its value. */
export type OptionSpec = Described &
  (
    | { readonly kind: "flag" }
    | { readonly kind: "text"; readonly default?: string }
    /** May be given several times, and takes several values at once. */
    | { readonly kind: "texts" }
    /** A size such as 8GB, in bytes. */
    | { readonly kind: "bytes" }
    | {
        readonly kind: "number" | "integer";
        readonly min: number;
        readonly max: number;
        readonly default?: number;
      }
    | { readonly kind: "choice"; readonly choices: readonly string[]; readonly default?: string }
    /** Choices with commas between them. */
    | { readonly kind: "choices"; readonly choices: readonly string[]; readonly default?: readonly string[] }
  );
