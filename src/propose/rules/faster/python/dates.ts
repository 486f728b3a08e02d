/**
 * Times of a constant, ISO-like format are read by `fromisoformat`, which is ten times as fast as `strptime`, where a text has the exact shape;
 * any other text, a wrong one too, still goes to `strptime`. Of other formats what was read is remembered: a time never changes.
 */
import type { SyntaxNode } from "../../../../syntax/tree.ts";
import { brief, callParts, isPython, lineBreakOf, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { definitionPlace, freeName, imported } from "./scopes.ts";

export const dates: Rule = {
  name: "dates",
  weight: 1,
  find: (source) => {
    if (!isPython(source)) return [];
    const calls = source.nodes.flatMap((node) => parsed(source, node));
    return [...Map.groupBy(calls, ({ callee, format }) => `${callee} ${format}`).values()].map((some) =>
      quick(source, some),
    );
  },
};

interface Parsed {
  readonly node: SyntaxNode;
  /** `datetime.strptime` as the file calls it. */
  readonly callee: string;
  readonly text: string;
  /** With its quotes. */
  readonly format: string;
}

function parsed(source: Source, node: SyntaxNode): Parsed[] {
  const parts = node.type === "call" ? callParts(node) : null;
  const callee = parts === null ? "" : sourceOf(source, parts.callee);
  const [text, format, ...others] = parts?.values ?? [];
  if (text === undefined || format?.type !== "string" || others.length > 0) return [];
  const isConstant = /^(["'])[^"'\\{}]*\1$/.test(sourceOf(source, format));
  return isConstant && /^(?:datetime\.)?datetime\.strptime$/.test(callee) && text.type !== "list_splat"
    ? [{ node, callee, text: sourceOf(source, text), format: sourceOf(source, format) }]
    : [];
}

/** Formats that `fromisoformat` reads in one shape only, and the places of their signs. */
const SHAPES: ReadonlyMap<string, string> = new Map([
  ["%Y-%m-%d", "yyyy-mm-dd"],
  ["%Y-%m-%d %H:%M", "yyyy-mm-dd hh:mm"],
  ["%Y-%m-%d %H:%M:%S", "yyyy-mm-dd hh:mm:ss"],
  ["%Y-%m-%dT%H:%M", "yyyy-mm-ddThh:mm"],
  ["%Y-%m-%dT%H:%M:%S", "yyyy-mm-ddThh:mm:ss"],
]);

function quick(source: Source, calls: readonly Parsed[]): Rewrite {
  const [{ callee, format }] = calls as [Parsed];
  const name = freeName(source, "read_time");
  const shape = SHAPES.get(format.slice(1, -1));
  const eol = lineBreakOf(source);
  const start = definitionPlace(source);
  const code = shape === undefined ? remembering(name, callee, format) : reading(name, { callee, format, shape });
  return {
    description: `read times as ${brief(format)} ${shape === undefined ? "once each" : "by fromisoformat"}`,
    at: start,
    replacements: [
      ...(shape === undefined ? imported(source, "functools") : []),
      { start, end: start, text: [...code, "", "", ""].join(eol) },
      ...calls.map((one) => ({ start: one.node.start, end: one.node.end, text: `${name}(${one.text})` })),
    ],
  };
}

function reading(
  name: string,
  { callee, format, shape }: { readonly callee: string; readonly format: string; readonly shape: string },
): readonly string[] {
  const signs = shape
    .split("")
    .flatMap((sign, i) => (/[a-z]/.test(sign) ? [] : [`text[${i}] == ${JSON.stringify(sign)}`]));
  return [
    `def ${name}(text):`,
    `    if len(text) == ${shape.length} and ${signs.join(" and ")}:`,
    "        try:",
    `            return ${callee.replace("strptime", "fromisoformat")}(text)`,
    "        except ValueError:",
    "            pass",
    `    return ${callee}(text, ${format})`,
  ];
}

const remembering = (name: string, callee: string, format: string): readonly string[] => [
  "@functools.lru_cache(maxsize=1 << 16)",
  `def ${name}(text):`,
  `    return ${callee}(text, ${format})`,
];
