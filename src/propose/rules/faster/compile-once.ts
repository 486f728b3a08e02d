/** A regular expression of a constant pattern is compiled once, not at every call of the function that uses it. */
import { ancestors, childOf, type SyntaxNode } from "../../../syntax/tree.ts";
import { brief, callParts, isScript, lineBreakOf, type Rewrite, type Rule, type Source, sourceOf } from "../rule.ts";
import { freeName } from "./free-name.ts";
import { indentOf } from "./loops.ts";

export const compileOnce: Rule = {
  name: "compile-once",
  weight: 1.5,
  find: (source) => {
    const how = HOW[isScript(source) ? "javascript" : source.language];
    if (how === undefined) return [];
    // Each has a name of its own: two that are kept together must not share one.
    const found: Rewrite[] = [];
    for (const node of source.nodes) found.push(...once(source, node, { ...how, past: found.length }));
    return found;
  },
};

interface How {
  /** What compiles. */
  readonly compiles: RegExp;
  /** A line that keeps it. */
  readonly keep: (name: string, code: string) => string;
  readonly name: (n: number) => string;
}

interface Numbered extends How {
  readonly past: number;
}

const STRING = String.raw`\s*[rRbBuUf@$#]*["'\x60]`;
const HOW: Readonly<Record<string, How>> = {
  python: {
    compiles: new RegExp(`^re\\.compile\\(${STRING}`),
    keep: (name, code) => `${name} = ${code}`,
    name: (n) => `_PATTERN_${n}`,
  },
  javascript: {
    compiles: new RegExp(`^new (?:RegExp|Intl\\.\\w+|TextEncoder|TextDecoder)\\(`),
    keep: (name, code) => `const ${name} = ${code};`,
    name: (n) => `PATTERN_${n}`,
  },
  go: {
    compiles: new RegExp(`^regexp\\.MustCompile\\(${STRING}`),
    keep: (name, code) => `var ${name} = ${code}`,
    name: (n) => `pattern${n}`,
  },
  java: {
    compiles: new RegExp(`^Pattern\\.compile\\(${STRING}`),
    keep: (name, code) => `private static final Pattern ${name} = ${code};`,
    name: (n) => `PATTERN_${n}`,
  },
  "c-sharp": {
    compiles: new RegExp(`^new Regex\\(${STRING}`),
    keep: (name, code) => `private static readonly Regex ${name} = ${code};`,
    name: (n) => `Pattern${n}`,
  },
  rust: {
    compiles: new RegExp(`^Regex::new\\(${STRING}[^"]*"#*\\)\\.unwrap\\(\\)$`),
    keep: (name, code) => `static ${name}: std::sync::LazyLock<Regex> = std::sync::LazyLock::new(|| ${code});`,
    name: (n) => `PATTERN_${n}`,
  },
};

/** What `re` has for a pattern that is not compiled yet: it looks the pattern up at every call. */
const LOOKED_UP = /^re\.(match|search|fullmatch|sub|subn|split|findall|finditer)$/;

function once(source: Source, node: SyntaxNode, how: Numbered): Rewrite[] {
  const top = outermost(source, node);
  if (top === undefined) return [];
  const compiled =
    source.language === "python" ? lookedUp(source, node) : isScript(source) ? localised(source, node) : undefined;
  const code = compiled?.code ?? sourceOf(source, node);
  const isCompiling =
    compiled !== undefined ||
    (/call|invocation|new_expression|object_creation/.test(node.type) &&
      how.compiles.test(code) &&
      !isOfCall(source, node) &&
      isConstant(source, node));
  if (!isCompiling || code.length > 300) return [];
  const name = freeName(source, how.name, how.past);
  const use = compiled?.use(name) ?? name;
  const indent = indentOf(source, top);
  if (indent === undefined) return [];
  return [
    {
      description: `compile ${brief(code)} once`,
      at: node.start,
      replacements: [
        { start: top.start, end: top.start, text: `${how.keep(name, code)}${lineBreakOf(source)}${indent}` },
        { start: node.start, end: node.end, text: use },
      ],
    },
  ];
}

/** `Pattern.compile("a+").matcher(s)` is no pattern; Rust's `unwrap()` belongs to one. */
function isOfCall(source: Source, node: SyntaxNode): boolean {
  const object = childOf(node, "object", "receiver", "function");
  return source.language !== "rust" && object !== undefined && sourceOf(source, object).includes("(");
}

/** No name but those of types and functions is in it. */
function isConstant(source: Source, node: SyntaxNode): boolean {
  const argument =
    callParts(node)?.values ??
    node.children
      .filter(({ type }) => type.startsWith("argument"))
      .flatMap(({ children }) => children.filter(({ named }) => named));
  return argument.every(
    (one) =>
      /^["'`\d{/]|^\w*["'`]|^(?:re|Pattern|RegexOptions|regexp)\.[\w.| ]+$|^@/.test(sourceOf(source, one)) &&
      !/\$\{/.test(sourceOf(source, one)),
  );
}

/** `re.match(pattern, text)` is `compiled.match(text)`. */
function lookedUp(source: Source, node: SyntaxNode): { code: string; use: (name: string) => string } | undefined {
  const parts = callParts(node);
  const [, method] = parts === null ? [] : (LOOKED_UP.exec(sourceOf(source, parts.callee)) ?? []);
  const [pattern, ...others] = parts?.values ?? [];
  if (
    method === undefined ||
    pattern?.type !== "string" ||
    /^\w*f/i.test(sourceOf(source, pattern).split(/["']/)[0] ?? "")
  )
    return undefined;
  const values = others.map((one) => sourceOf(source, one));
  const flags = values.filter((one) => /^(?:flags\s*=\s*)?re\.[A-Z|\sre.]+$/.test(one));
  const rest = values.filter((one) => !flags.includes(one));
  return {
    code: `re.compile(${[sourceOf(source, pattern), ...flags].join(", ")})`,
    use: (name) => `${name}.${method}(${rest.join(", ")})`,
  };
}

const LOCALISED: Readonly<Record<string, string>> = {
  toLocaleDateString: "DateTimeFormat",
  toLocaleTimeString: "DateTimeFormat",
  toLocaleString: "NumberFormat",
};

/** `date.toLocaleDateString("en", …)` makes a formatter at every call, and `a.localeCompare(b, "en")` a collator. */
function localised(source: Source, node: SyntaxNode): { code: string; use: (name: string) => string } | undefined {
  const parts = callParts(node);
  const callee = parts === null ? "" : sourceOf(source, parts.callee);
  const [, object, method = ""] = /^(.+)\.(\w+)$/s.exec(callee) ?? [];
  const values = (parts?.values ?? []).map((one) => sourceOf(source, one));
  const isGiven = (some: readonly string[]) =>
    some.length > 0 && some.every((one) => /^["'{]/.test(one) && !/\$\{/.test(one));
  const format = Object.hasOwn(LOCALISED, method) ? LOCALISED[method] : undefined;
  if (object !== undefined && format !== undefined && isGiven(values))
    return { code: `new Intl.${format}(${values.join(", ")})`, use: (name) => `${name}.format(${object})` };
  const [other, ...given] = values;
  return object !== undefined && method === "localeCompare" && other !== undefined && isGiven(given)
    ? { code: `new Intl.Collator(${given.join(", ")})`, use: (name) => `${name}.compare(${object}, ${other})` }
    : undefined;
}

/** The function at the top of the file, or method of a class in Java and C#, that a node is in: above it there is room. */
function outermost({ language }: Source, node: SyntaxNode): SyntaxNode | undefined {
  const above = [...ancestors(node)];
  const functions = above.filter(({ type }) => FUNCTION.test(type));
  if (functions.length === 0) return undefined;
  if (language === "java" || language === "c-sharp") return functions.at(-1);
  return above.at(-2);
}

const FUNCTION = /^(?:function|method|arrow_function|func_literal|lambda|closure|generator_function|constructor)/;
