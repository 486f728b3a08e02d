/** Guesses how a folder's tests are run, for a program that is to be fast: by the files that are there, never by running anything. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { cargoPrefix } from "./detect-benchmark.ts";
import { makefileOf, packageOf, pythonOf } from "./detect.ts";

/** A shell command; undefined where no tests are found. A Makefile's own target goes before what a language has. */
export async function detectCheck(folder: string): Promise<string | undefined> {
  const files = (await readdir(folder)).sort();
  const target = /^(test|check)\s*:(?!=)/m.exec(await makefileOf(folder, files))?.[1];
  if (target !== undefined) return `make ${target}`;
  const { test } = (await packageOf(folder, files)).scripts;
  // What `npm init` writes is no test.
  if (test !== undefined && !test.includes("no test specified")) return "npm test --silent";
  if (files.includes("Cargo.toml")) return `${cargoPrefix(files)}cargo test --release --offline`;
  if (files.includes("go.mod")) return "go test ./...";
  const isPytest = files.some((file) => /^(pytest\.ini|conftest\.py|test_.*\.py|.*_test\.py)$/.test(file));
  return isPytest || (await hasPythonTests(folder, files)) ? `${pythonOf(files)} -m pytest -q` : undefined;
}

async function hasPythonTests(folder: string, files: readonly string[]): Promise<boolean> {
  const name = ["tests", "test"].find((one) => files.includes(one));
  const inside = name === undefined ? [] : await readdir(join(folder, name)).catch(notAFolder);
  return inside.some((file) => /^(test_.*|.*_test|conftest)\.py$/.test(file));
}

function notAFolder(thrown: unknown): string[] {
  if ((thrown as NodeJS.ErrnoException).code === "ENOTDIR") return [];
  throw thrown;
}
