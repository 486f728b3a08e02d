/**
 * What a program of Go prints goes to the system in large pieces instead of line by line. Only where its one file shows all that prints and
 * all that ends it: no goroutine, no other use of standard output, nothing that talks with somebody, no package but the standard library's.
 */
import { childOf, namedChildren, type SyntaxNode } from "../../../../syntax/tree.ts";
import { callParts, lineBreakOf, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { indentOf } from "../loops.ts";
import { functionsOf } from "./growing.ts";
import { freeName, imported, importedPaths, isGo, isInList, loopsAround } from "./scopes.ts";

export const bufferedOutput: Rule = {
  name: "buffered-output",
  weight: 1,
  find: (source) => (isGo(source) ? buffered(source) : []),
};

/** Packages that neither wait for somebody, nor print, nor end a program by themselves. */
const QUIET =
  /^(?:bufio|bytes|cmp|container\/\w+|encoding\/\w+|errors|fmt|hash(?:\/\w+)?|io|log|maps|math(?:\/\w+)*|os|regexp|slices|sort|strconv|strings|text\/tabwriter|time|unicode(?:\/\w+)?)$/;
/** Somebody is asked, waited for or shown how far it is. */
const TALKS =
  /\bos\.(?:Stdin|Stdout|StartProcess|NewFile)\b|\bfmt\.F?Scan|\btime\.(?:Sleep|After|Tick)|\b(?:println|print|recover)\(|\blog\.(?:SetOutput|New)\b|\\r(?!\\n)/;

function buffered(source: Source): Rewrite[] {
  const [main, ...others] = functionsOf(source).get("main") ?? [];
  const first = main === undefined ? undefined : namedChildren(childOf(main, "body") ?? main)[0];
  const prints = source.nodes.filter((node) => isPrint(source, node));
  const imports = [imported(source, "bufio"), imported(source, "os")];
  if (main === undefined || first?.type !== "statement_list" || others.length > 0 || !isWhole(source)) return [];
  if (TALKS.test(source.text) || source.nodes.some(({ type }) => /^(?:go_statement|select_statement)$/.test(type)))
    return [];
  if (!prints.some((node) => loopsAround(node).length > 0) || imports.includes(undefined)) return [];
  const ends = source.nodes.filter((node) => isEnd(source, node));
  if (ends.some(({ parent }) => parent?.type !== "expression_statement" || !isInList(parent))) return [];
  const name = freeName(source, "stdout");
  const eol = lineBreakOf(source);
  return [
    {
      description: `what is printed at ${prints.length} places goes out in large pieces`,
      at: main.start,
      replacements: [
        ...merged(imports.flatMap((one) => one ?? [])),
        { start: main.start, end: main.start, text: `var ${name} = bufio.NewWriter(os.Stdout)${eol}${eol}` },
        { start: first.start, end: first.start, text: `defer ${name}.Flush()${eol}\t` },
        ...prints.flatMap((node) => printed(source, node, name)),
        ...ends.map(({ start, parent }) => ({
          start,
          end: start,
          text: `${name}.Flush()${eol}${indentOf(source, parent as SyntaxNode) ?? "\t"}`,
        })),
      ],
    },
  ];
}

/** Two lines of import at one place are one edit. */
function merged(edits: Rewrite["replacements"]): Rewrite["replacements"] {
  const [first, second] = edits;
  return first !== undefined && second?.start === first.start ? [{ ...first, text: first.text + second.text }] : edits;
}

const calleeOf = (source: Source, node: SyntaxNode): string =>
  node.type === "call_expression" ? sourceOf(source, childOf(node, "function") ?? node) : "";

const isPrint = (source: Source, node: SyntaxNode): boolean => /^fmt\.Print(?:ln|f)?$/.test(calleeOf(source, node));

/** What ends a program without what was deferred. */
const isEnd = (source: Source, node: SyntaxNode): boolean =>
  /^(?:os\.Exit|log\.Fatal(?:ln|f)?)$/.test(calleeOf(source, node));

/** `fmt.Println(x)` as `fmt.Fprintln(stdout, x)`. */
function printed(source: Source, node: SyntaxNode, name: string): Rewrite["replacements"] {
  const parts = callParts(node);
  const list = childOf(node, "arguments");
  if (parts === null || list === undefined) return [];
  const callee = sourceOf(source, parts.callee).replace("fmt.P", "fmt.Fp");
  const open = list.start + 1;
  return [{ start: parts.callee.start, end: open, text: `${callee}(${name}${parts.values.length > 0 ? ", " : ""}` }];
}

/** Whether every function that is called is of this file, of Go, or of a quiet package: a second file could print or end the program, too. */
function isWhole(source: Source): boolean {
  const packages = new Set(importedPaths(source).map((path) => /\w+$/.exec(path)?.[0]));
  const isKnown = (node: SyntaxNode): boolean => {
    const callee = childOf(node, "function");
    if (callee?.type !== "identifier") return true;
    const name = sourceOf(source, callee);
    return functionsOf(source).has(name) || BUILT_IN.test(name) || isNamedHere(source, name);
  };
  return (
    importedPaths(source).every((path) => QUIET.test(path)) &&
    packages.has("fmt") &&
    source.nodes.every((node) => node.type !== "call_expression" || isKnown(node))
  );
}

const BUILT_IN =
  /^(?:append|cap|clear|close|complex|copy|delete|imag|len|make|max|min|new|panic|real|string|bool|byte|rune|error|u?int(?:8|16|32|64)?|uintptr|float(?:32|64))$/;

/** A variable that holds a function, a type, a parameter. */
const isNamedHere = (source: Source, name: string): boolean =>
  source.nodes.some(
    (node) =>
      node.type.endsWith("identifier") &&
      node.field !== "function" &&
      (node.field === "name" || node.parent?.field === "left") &&
      sourceOf(source, node) === name,
  );
