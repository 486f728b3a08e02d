/** Guesses how a folder's tests are run, for a program that is to be fast: by the files that are there, never by running anything. */
import { cargoPrefix } from "./benchmark.ts";
import { CONFIGURE } from "./cmake.ts";
import { type Found, foundIn, packageIn, workspaceFolders } from "./found.ts";
import { shellWord } from "./guess.ts";

/** A shell command; undefined where no tests are found. A Makefile's own target goes before what a language has. */
export function detectCheck(folder: string): string | undefined {
  const found = foundIn(folder);
  const { files, makefile, scripts, python } = found;
  const target = /^(test|check)\s*:(?!=)/m.exec(makefile)?.[1];
  if (target !== undefined) return `make ${target}`;
  if (isTest(scripts["test"])) return "npm test --silent";
  const [tested] = workspaceFolders(found).filter((one) => {
    const inside = packageIn(found.read(`${one}/package.json`)).scripts;
    return inside["bench"] !== undefined && isTest(inside["test"]);
  });
  if (tested !== undefined) return `cd ${shellWord(tested)} && npm test --silent`;
  if (files.includes("Cargo.toml")) return `${cargoPrefix(found)}cargo test --release --offline`;
  if (files.includes("go.mod")) return "go test ./...";
  if (files.includes("pom.xml")) return found.below(/Tests?\.java$/).length > 0 ? "mvn -o -q test" : undefined;
  if (/^\s*add_test\s*\(|^\s*\w+_discover_tests\s*\(/m.test(cmakeText(found)))
    return `${CONFIGURE} && cmake --build build > /dev/null && ctest --test-dir build --output-on-failure`;
  const isPytest = files.some((file) => /^(pytest\.ini|conftest\.py|test_.*\.py|.*_test\.py)$/.test(file));
  return isPytest || hasPythonTests(found) ? `${python} -m pytest -q` : undefined;
}

/** What `npm init` writes is no test. */
const isTest = (script: string | undefined): boolean => script !== undefined && !script.includes("no test specified");

const cmakeText = ({ files, below, read }: Found): string =>
  files.includes("CMakeLists.txt")
    ? below(/^CMakeLists\.txt$/)
        .map(read)
        .join("\n")
    : "";

function hasPythonTests({ files, list }: Found): boolean {
  const name = ["tests", "test"].find((one) => files.includes(one));
  const inside = name === undefined ? [] : list(name);
  return inside.some((file) => /^(test_.*|.*_test|conftest)\.py$/.test(file));
}
