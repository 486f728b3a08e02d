/**
 * The module specifiers that a TypeScript text imports or re-exports: statically, dynamically or as a type. Works on
 * the text, without a compiler; text that merely looks like an import counts only where a statement can begin.
 */

const STATEMENT = /(?:^|[;}]\s*)\b(?:import|export)\b(?:\s+type\b)?(?:[\s\w$,*{}]+?\bfrom\s*)?\s*["']([^"'\n]+)["']/gm;
const CALL = /\bimport\s*\(\s*["']([^"'\n]+)["']\s*[),]/g;

/** Specifiers in order of appearance, static ones first. */
export function importsOf(source: string): string[] {
  const code = withoutComments(source);
  return [STATEMENT, CALL].flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] as string));
}

/** Strings stay; comments become spaces; template texts lose their line starts, so they cannot begin a statement. */
const withoutComments = (source: string): string =>
  source.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`|\/\/.*|\/\*[^]*?\*\//g, (token) =>
    token.startsWith("`") ? "``" : token.startsWith("/") ? " " : token,
  );
