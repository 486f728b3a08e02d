/** Writes schema.json, the JSON Schema that editors use for strop.config.json. Run by scripts; tested to be up to date. */
import { writeFile } from "node:fs/promises";

import { schemaText } from "./schema.ts";

export const writeSchema = (path: string): Promise<void> => writeFile(path, schemaText());
