/** Guesses how a folder's tests are run, for a program that is to be fast: by the files that are there, never by running anything. */
import { cargoPrefix } from "./benchmark.ts";
import { type Found, foundIn } from "./found.ts";

/** A shell command; undefined where no tests are found. A Makefile's own target goes before what a language has. */
export function detectCheck(folder: string): string | undefined {
  const found = foundIn(folder);
  const { files, makefile, scripts, python } = found;
  const target = /^(test|check)\s*:(?!=)/m.exec(makefile)?.[1];
  if (target !== undefined) return `make ${target}`;
  const { test } = scripts;
  // What `npm init` writes is no test.
  if (test !== undefined && !test.includes("no test specified")) return "npm test --silent";
  if (files.includes("Cargo.toml")) return `${cargoPrefix(files)}cargo test --release --offline`;
  if (files.includes("go.mod")) return "go test ./...";
  const isPytest = files.some((file) => /^(pytest\.ini|conftest\.py|test_.*\.py|.*_test\.py)$/.test(file));
  return isPytest || hasPythonTests(found) ? `${python} -m pytest -q` : undefined;
}

function hasPythonTests({ files, list }: Found): boolean {
  const name = ["tests", "test"].find((one) => files.includes(one));
  const inside = name === undefined ? [] : list(name);
  return inside.some((file) => /^(test_.*|.*_test|conftest)\.py$/.test(file));
}
