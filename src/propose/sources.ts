/** A program's files as syntax trees, parsed once: most proposals are about the champion of the one before. */
import type { ProgramFiles } from "../core/edit.ts";
import { languageOf } from "../syntax/languages.ts";
import { parse } from "../syntax/parse.ts";
import { walk } from "../syntax/tree.ts";
import { boundedCache } from "./bounded-cache.ts";
import type { Source } from "./rules/rule.ts";

const parsed = boundedCache<Source | null>(16, 300_000);

/** In order of their paths; files without a grammar, or with one that has no code, are left out. */
export async function sourcesOf(files: ProgramFiles): Promise<readonly Source[]> {
  const all = await Promise.all(
    Object.keys(files)
      .sort()
      .map((path) => parsed(`${path}\0${files[path]}`, () => sourceAt(path, files[path] as string))),
  );
  return all.filter((one) => one !== null);
}

async function sourceAt(path: string, text: string): Promise<Source | null> {
  const language = languageOf(path);
  if (language === undefined || language === "css" || language === "ini") return null;
  const root = await parse(language, text);
  return root === null ? null : { path, language, text, nodes: [...walk(root)] };
}
