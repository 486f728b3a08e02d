/**
 * `npm start`: sets up what is missing, then runs strop's main job on the shipped task for three minutes. Arguments
 * after `--` are passed on: `npm start -- --for 30m`.
 */
import { root, runInPlace, setUp } from "./setup.mjs";

const node = await setUp();
const task = "examples/nano-lm";
const args = process.argv.slice(2);
const limit = args.includes("--for") ? [] : ["--for", "3m"];
runInPlace(
  node,
  ["--disable-warning=ExperimentalWarning", "src/cli/main.ts", "run", task, ...limit, ...args],
  { cwd: root },
);
