import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Locked {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean; readonly inBundle?: boolean }>>;
}

describe("package-lock.json", () => {
  const { packages } = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")) as Locked;

  it("lets npm run no install script of what the program needs", () => {
    const withScript = Object.entries(packages).flatMap(([name, { hasInstallScript }]) =>
      hasInstallScript === true ? [name] : [],
    );
    // It checks that the binary is there, which the registry brought; development only.
    expect(withScript).toEqual(["node_modules/esbuild"]);
  });

  it("bundles ONNX Runtime into the packed program, without its install script", () => {
    expect(packages["node_modules/onnxruntime-node"]).toMatchObject({ inBundle: true });
  });
});
