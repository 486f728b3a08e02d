/** Runs a TypeScript program as the others are run: `node run-module.ts MODULE INPUT`, the answer on standard output. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [module = "", input = ""] = process.argv.slice(2);
const { main } = (await import(pathToFileURL(resolve(module)).href)) as { main: (text: string) => string };
process.stdout.write(main(readFileSync(input, "utf8")));
