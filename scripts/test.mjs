/**
 * `npm test`: sets up what is missing, then runs every test. Arguments after `--` go to vitest:
 * `npm test -- test/core`.
 */
import { delimiter, dirname } from "node:path";

import { root, runInPlace, setUp } from "./setup.mjs";

const node = await setUp();
// Tests start programs by the name `node`, and mean this one.
const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}` };
runInPlace(node, ["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)], { cwd: root, env });
