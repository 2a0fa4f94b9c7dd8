/** @file Turns the targets of assignments into functions. */
import { reader, writer, type Activation, type Frame } from "./activation.ts";
import { TemplateError } from "../python/errors.ts";
import { setAttribute } from "./globals.ts";
import { iterate } from "../python/iterate.ts";
import type { Target } from "./syntax.ts";
import { Namespace, type Value } from "../python/values.ts";

/** A function that gives a value to `target`. Throws an Error if a value has not as many items as there are targets. */
export function compileTarget(target: Target, frame: Frame): (at: Activation, value: Value) => void {
  switch (target.kind) {
    case "name":
      return writer(frame.names.routine, frame.names.placeOf(target.name));
    case "attribute-target": {
      const read = reader(frame.names.routine, frame.names.placeOf(target.name));
      return (at, value) => setAttribute(at.run, asNamespace(read(at)), [target.attribute, value]);
    }
    case "targets": {
      const parts = target.items.map((item) => compileTarget(item, frame));
      return (at, value) => {
        const items: Value[] = [];
        for (const item of iterate(at.run, value)) {
          items.push(item);
          if (items.length > parts.length) break;
        }
        if (items.length !== parts.length) {
          throw new TemplateError(
            `a value has ${items.length > parts.length ? "more" : "fewer"} items than the ${parts.length} names for them`,
          );
        }
        parts.forEach((assign, i) => assign(at, items[i]!));
      };
    }
  }
}

function asNamespace(value: Value | undefined): Namespace {
  if (value instanceof Namespace) return value;
  throw new TemplateError("only attributes of a namespace can be set");
}

/** Checks, before the value is known, that attributes are set of namespaces only. */
export function compileTargetCheck(target: Target, frame: Frame): (at: Activation) => void {
  if (target.kind === "name") return () => undefined;
  if (target.kind === "targets") {
    const checks = target.items.map((item) => compileTargetCheck(item, frame));
    return (at) => checks.forEach((check) => check(at));
  }
  const read = reader(frame.names.routine, frame.names.placeOf(target.name));
  return (at) => {
    asNamespace(read(at));
  };
}
