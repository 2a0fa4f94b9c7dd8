/** @file What an option of the command line is: its name, the kind of its value, and its default. */

interface Described {
  /** As it is written, without "--". */
  readonly name: string;
  readonly description: string;
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

/** The options of a command, by the names that its code has for them, in the order of its help. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type ValueOf<S extends OptionSpec> = S extends { kind: "flag" }
  ? boolean
  : S extends { kind: "texts" }
    ? readonly string[]
    : S extends { kind: "choice"; choices: readonly (infer C)[] }
      ? C
      : S extends { kind: "choices"; choices: readonly (infer C)[] }
        ? readonly C[]
        : S extends { kind: "text" }
          ? string
          : number;

type HasValue<S extends OptionSpec> = S extends { default: unknown } | { kind: "flag" | "texts" } ? true : false;

/** The values of options. Those without a default are undefined if they are not given. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [K in keyof Specs]: HasValue<Specs[K]> extends true ? ValueOf<Specs[K]> : ValueOf<Specs[K]> | undefined;
};
