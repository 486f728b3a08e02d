/**
 * Writes schema.json, the JSON Schema that editors use for strop.config.json; with --check, only says whether it is up
 * to date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { schemaText } from "../src/workspace/config/schema.ts";

const path = join(dirname(import.meta.dirname), "schema.json");
if (!process.argv.includes("--check")) writeFileSync(path, schemaText());
else if (readFileSync(path, "utf8") !== schemaText()) {
  console.error("schema.json is out of date; run `npm run schema`");
  process.exitCode = 1;
}
