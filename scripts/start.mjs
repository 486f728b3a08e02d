/**
 * `npm start`: sets up what is missing, then runs strop's main job on the shipped task. Arguments after `--` are
 * passed on: `npm start -- --trials 10`.
 */
import { root, runInPlace, setUp } from "./setup.mjs";

const node = await setUp();
const task = "examples/nano-lm";
runInPlace(
  node,
  ["--disable-warning=ExperimentalWarning", "src/cli/main.ts", "run", task, ...process.argv.slice(2)],
  { cwd: root },
);
