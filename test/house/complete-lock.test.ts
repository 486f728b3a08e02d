import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { completed } from "../../scripts/complete-lock.ts";

test("binaries of other platforms get an entry, and what is there stays as it is", () => {
  const packages = {
    "": { version: "1.0.0" },
    "node_modules/a": {
      version: "2.0.0",
      dev: true,
      optionalDependencies: {
        "@a/linux-x64-gnu": "2.0.0",
        "@a/win32-arm64-msvc": "2.0.0",
        "@a/linux-arm64-musl": "2.0.0",
      },
    },
    "node_modules/@a/linux-x64-gnu": { version: "2.0.0", integrity: "kept" },
    "node_modules/b": { version: "3.0.0", optionalDependencies: { c: "3.0.0", fsevents: "^2.0.0" } },
    "node_modules/b/node_modules/c": { version: "3.0.0" },
  };
  expect(completed(packages)).toEqual({
    ...packages,
    "node_modules/@a/linux-arm64-musl": {
      version: "2.0.0",
      cpu: ["arm64"],
      dev: true,
      libc: ["musl"],
      optional: true,
      os: ["linux"],
    },
    "node_modules/@a/win32-arm64-msvc": { version: "2.0.0", cpu: ["arm64"], dev: true, optional: true, os: ["win32"] },
  });
});

test("this repository's lock file is complete, and names no registry", () => {
  const text = readFileSync(join(dirname(dirname(import.meta.dirname)), "package-lock.json"), "utf8");
  const { packages } = JSON.parse(text) as { packages: Parameters<typeof completed>[0] };
  expect(completed(packages)).toEqual(packages);
  expect(text).not.toContain("://registry");
});
