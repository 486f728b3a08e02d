/**
 * Sets up what is missing, then runs a script with a Node that is new enough: what stands behind `npm start`, `npm test`
 * and `npm run check`. Plain JavaScript, because it runs first. Usage: node scripts/run.mjs SCRIPT [ARGUMENT…]
 */
import { delimiter, dirname } from "node:path";

import { root, runInPlace, setUp } from "./setup.mjs";

const node = await setUp();
// What the script starts by the name `node` is this Node, too.
const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}` };
runInPlace(node, ["--disable-warning=ExperimentalWarning", ...process.argv.slice(2)], { cwd: root, env });
