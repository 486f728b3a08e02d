/** Named imports of JavaScript and TypeScript: where a name comes from, and how to import one more. */
import { childOf, type SyntaxNode } from "../../syntax/tree.ts";
import { isScript, type Rewrite, type Source, sourceOf } from "./rule.ts";

interface NamedImport {
  readonly module: string;
  readonly names: readonly string[];
  /** `{ a, b }` */
  readonly list: SyntaxNode;
}

function namedImports(source: Source): readonly NamedImport[] {
  if (!isScript(source)) return [];
  return source.nodes.flatMap((node) => {
    const from = node.type === "import_statement" ? childOf(node, "source") : undefined;
    const list =
      from === undefined
        ? undefined
        : node.children.flatMap((child) => child.children).find((child) => child.type === "named_imports");
    if (from === undefined || list === undefined || /^import\s+type\b/.test(sourceOf(source, node))) return [];
    const names = list.children
      .filter((child) => child.type === "import_specifier")
      .map((child) => sourceOf(source, child));
    return [{ module: sourceOf(source, from).slice(1, -1), names, list }];
  });
}

/** The module that a name of the file is imported from. */
export const importSource = (source: Source, name: string): string | undefined =>
  namedImports(source).find(({ names }) => names.includes(name))?.module;

/** Replacements that import `wanted` from a module that the file imports names from already; none where they are, null if it does not. */
export function importing(source: Source, module: string, wanted: readonly string[]): Rewrite["replacements"] | null {
  const found = namedImports(source).find((one) => one.module === module);
  if (found === undefined) return null;
  const missing = wanted.filter((name) => !found.names.includes(name));
  const at = found.list.start + 1;
  return missing.length === 0 ? [] : [{ start: at, end: at, text: ` ${missing.join(", ")},` }];
}
