/** What a loop works out again in every round, worked out once before it. */
import { remember } from "../../../core/remember.ts";
import { lastIdentifier } from "../../../syntax/names.ts";
import { ancestors, childOf, type SyntaxNode, walk } from "../../../syntax/tree.ts";
import {
  brief,
  callParts,
  isPython,
  isScript,
  lineBreakOf,
  type Rewrite,
  type Rule,
  type Source,
  sourceOf,
} from "../rule.ts";
import { isGuarded } from "./guards.ts";
import { type Changes, changesIn, indentOf, isInBlock, isLoop } from "./loops.ts";

export const hoist: Rule = {
  name: "hoist",
  weight: 1.5,
  find: (source) => source.nodes.flatMap((node) => (isLoop(node) ? hoistsFrom(source, node, isPureCall) : [])),
};

/** The same of what functions of the file itself give, where these seem to do nothing else. */
export const hoistCalls: Rule = {
  name: "hoist-calls",
  weight: 1,
  find: (source) => source.nodes.flatMap((node) => (isLoop(node) ? hoistsFrom(source, node, isOwnCall) : [])),
};

/** Whether the value of a call follows from its arguments. */
type IsPure = (source: Source, call: SyntaxNode) => boolean;

const MEMBER =
  /^(?:attribute|member_expression|field_expression|selector_expression|field_access|member_access_expression)$/;
const ELEMENT =
  /^(?:subscript|subscript_expression|index_expression|array_access|element_access_expression|element_reference)$/;
const SUM = /^(?:binary_operator|binary_expression|binary)$/;
/** Functions of their arguments alone. */
const PURE =
  /^(?:strings\.(?:To(?:Low|Upp)er|Trim\w*|Repeat|Replace(?:All)?|Contains\w*|Has(?:Pre|Suf)fix|Index\w*|Count)|math\.[A-Z]\w*|(?:(?:Math|math|cmath|np|numpy|std|f64|f32)(?:\.|::))?(?:len|strlen|count|abs|fabs|sqrt|cbrt|exp|log|log2|log10|pow|sin|cos|tan|floor|ceil|round|min|max|ord|chr|int|float|str|String|Number|sizeof|sum|sorted|Object\.keys|Float64|float64))$/;
/** Methods that only say something of their object. */
const SAYS =
  /^(?:size|length|len|count|keys|values|lower|upper|toLowerCase|toUpperCase|to_lowercase|to_uppercase|ToLower|ToUpper|trim|Trim|strip|index|indexOf|as_bytes|chars)$/;
/** What a compiler does by itself unless a store may be to the same place: arithmetic. */
const COMPILED = /^(?:cpp|go|rust|java|c-sharp)$/;

interface Invariant {
  readonly code: string;
  readonly name: string;
  readonly declaration: string;
  readonly nodes: readonly SyntaxNode[];
}

/** All values together, and where they are few each alone: one by one they may gain less than the noise. */
function hoistsFrom(source: Source, loop: SyntaxNode, isPure: IsPure): Rewrite[] {
  if (!hasRoom(source, loop)) return [];
  const around = [...ancestors(loop)].filter((up) => isLoop(up) && hasRoom(source, up));
  const isOuter = (node: SyntaxNode) =>
    around.some((up) => isStable(source, node, { ...changesOf(up, source), isPure }));
  const found = repeated(loop)
    .flatMap((part) => [...invariants(source, part, { ...changesOf(loop, source), isPure })])
    .filter((node) => !isOuter(node) && (isPure === isPureCall || isOwnCall(source, node)));
  const values = [...Map.groupBy(found, (node) => sourceOf(source, node))].flatMap(([code, nodes]): Invariant[] => {
    const name = nameFor(source, code, earlierWith(source, loop, code));
    const declaration = name === undefined ? undefined : declared(source, name, code);
    return name === undefined || declaration === undefined ? [] : [{ code, name, declaration, nodes }];
  });
  const distinct = [...new Map(values.map((one) => [one.name, one])).values()];
  const alone = distinct.length > FEW ? [] : values.map((one) => [one]);
  return [...(distinct.length > 1 ? [distinct] : []), ...alone].map((some) => hoisted(source, loop, some));
}

const FEW = 3;

/** Loops before it in its block that have the same code in them: each may get a line of its own in one edit. */
const earlierWith = (source: Source, loop: SyntaxNode, code: string): number =>
  (loop.parent?.children ?? []).filter(
    (other) => other.end <= loop.start && isLoop(other) && sourceOf(source, other).includes(code),
  ).length;

/** Whether a line can be put before a loop. */
const hasRoom = (source: Source, loop: SyntaxNode): boolean => indentOf(source, loop) !== undefined && isInBlock(loop);

function hoisted(source: Source, loop: SyntaxNode, values: readonly Invariant[]): Rewrite {
  const gap = `${lineBreakOf(source)}${indentOf(source, loop)}`;
  const before = values.map(({ declaration }) => `${declaration}${gap}`).join("");
  const uses = values.flatMap(({ name, nodes }) =>
    nodes.map(({ start, end }) => ({ start, end, text: named(source, name) })),
  );
  return {
    description: `work out ${brief(values.map(({ code }) => code).join(", "))} once before the loop`,
    at: loop.start,
    replacements: [{ start: loop.start, end: loop.start, text: before }, ...uses],
  };
}

/** Keyed by the loop: a source has it once. */
const changesOf = (loop: SyntaxNode, source: Source): Changes => known(source)(loop);
const known = remember((source: Source) => remember((loop: SyntaxNode) => changesIn(source, loop)));

/** A loop's parts that are worked out in every round. */
function repeated(loop: SyntaxNode): SyntaxNode[] {
  const isAgain = ({ field }: SyntaxNode) => /^(?:condition|update|increment|body)$/.test(field ?? "");
  return loop.children.flatMap((part) =>
    isAgain(part) ? [part] : part.type === "for_clause" ? part.children.filter(isAgain) : [],
  );
}

interface Fixed extends Changes {
  readonly isPure: IsPure;
}

/** The largest expressions below a node that are the same in every round. */
function* invariants(source: Source, node: SyntaxNode, changes: Fixed): Generator<SyntaxNode> {
  const isSafe = () => isCheckedCall(source, node, changes) || !isGuarded(source, node);
  if (isCandidate(source, node, changes.isPure) && isStable(source, node, changes) && isSafe()) {
    yield node;
    return;
  }
  if (/function|lambda|class|closure|import|type(?!_cast)|string/.test(node.type)) return;
  for (const child of node.children) {
    // What is given a value, and the name of a method that needs its object.
    if (child.field === "left" && /assign/.test(node.type)) {
      for (const inner of child.children) if (ELEMENT.test(child.type)) yield* invariants(source, inner, changes);
      continue;
    }
    const isCallee = child.field === "function" && MEMBER.test(child.type) && !isPython(source);
    if (isCallee) for (const inner of child.children) yield* invariants(source, inner, changes);
    else yield* invariants(source, child, changes);
  }
}

/** A function of Rust panics where C reads what is not there, so a condition about its arguments need not hold it back. */
const isCheckedCall = (source: Source, node: SyntaxNode, { isPure }: Fixed): boolean =>
  source.language === "rust" && isPure === isOwnCall && isOwnCall(source, node);

function isCandidate(source: Source, node: SyntaxNode, isPure: IsPure): boolean {
  const { parent } = node;
  if (parent === null || !/[\p{L}_$]/u.test(sourceOf(source, node)) || /^(?:import|type(?!_cast))/.test(parent.type))
    return false;
  if (/update|^(?:unary|pointer|reference|address)|inc_|dec_|delete/.test(parent.type)) return false;
  // To name a field of Rust moves it, unless it is a number.
  if (MEMBER.test(node.type) && source.language === "rust") return /^(?:binary|compound|unary)/.test(parent.type);
  if (MEMBER.test(node.type) && parent.field !== "declarator") return !isTypeName(source, node);
  if (ELEMENT.test(node.type)) return true;
  if (SUM.test(node.type))
    return (
      !COMPILED.test(source.language) &&
      [...walk(node)].some(({ type }) => !/^(?:identifier|variable_name|name|\$)$/.test(type))
    );
  return isPure(source, node);
}

/** `np.float64`, `Color.RED`, `math.pi` of a module that nothing looks up at run time in a compiled language. */
const isTypeName = (source: Source, node: SyntaxNode): boolean =>
  COMPILED.test(source.language) && /^\p{Lu}/u.test(sourceOf(source, node));

function isPureCall(source: Source, node: SyntaxNode): boolean {
  const parts = callParts(node);
  if (parts === null) return false;
  const callee = sourceOf(source, parts.callee);
  const receiver = childOf(node, "object", "receiver");
  if (receiver !== undefined) return SAYS.test(callee) || PURE.test(`${sourceOf(source, receiver)}.${callee}`);
  return PURE.test(callee) || (/[.>]/.test(callee) && SAYS.test(lastIdentifier(callee)));
}

const isOwnCall: IsPure = (source, node) => {
  const parts = callParts(node);
  return parts !== null && parts.values.length > 0 && quiet(source).has(sourceOf(source, parts.callee));
};

/** Functions of a file that neither print, read, draw nor change what they are given. */
const quiet = remember((source: Source): ReadonlySet<string> => {
  const own = source.nodes.filter(({ type }) => /function/.test(type)).filter((node) => childOf(node, "body"));
  // Of C a function that other files do not see; within one, a variable that outlives the call.
  const named = own.filter((node) => !LOUD.test(sourceOf(source, node).replace(/^(?:(?:static|inline)\s+)+/, "")));
  return new Set(
    named.map((node) =>
      lastIdentifier(sourceOf(source, childOf(node, "name", "declarator") ?? node).split("(")[0] ?? ""),
    ),
  );
});

const LOUD =
  /\b(?:global|nonlocal|yield|f?printf?|print(?:ln|f)?!?|puts|echo|console|cout|malloc|calloc|await|void|static|this|self)\b|&\s*mut\b|\b(?:open|input|rand\w*|time|now)\s*(?:[.(]|::)|->\s*\w+\s*[-+*/]?=(?!=)|^\s*\*\w+\s*[-+*/]?=/im;

/** What does something, or is another one each time. */
const CHANGING =
  /assign|update|await|yield|lambda|arrow_function|function_(?:def|decl|expr|item)|anonymous_function|closure|new|object_creation|^(?:list|dictionary|dict|set|array|object|hash|tuple|array_creation_expression)$|comprehension|generator|literal_value/;

function isStable(source: Source, node: SyntaxNode, { names, objects, isPure }: Fixed): boolean {
  for (const inner of walk(node)) {
    if (
      /call|invocation/.test(inner.type) &&
      callParts(inner) !== null &&
      !isPure(source, inner) &&
      !isPureCall(source, inner)
    )
      return false;
    if (CHANGING.test(inner.type)) return false;
    const code = sourceOf(source, inner);
    if (inner.children.length === 0 && names.has(code)) return false;
    // Elements and sizes of an object change with it; the object itself stays where it is.
    // A method is the same whatever its object has become.
    const isMethod = node.field === "function" && inner.parent === node;
    if (inner.named && objects.has(code) && !isMethod && (inner !== node || !MEMBER.test(node.type))) {
      const isRead =
        ELEMENT.test(inner.parent?.type ?? "") ||
        /argument/.test(inner.parent?.type ?? "") ||
        MEMBER.test(inner.parent?.type ?? "");
      if (isRead) return false;
    }
  }
  return true;
}

/** The name, past as many free ones, for a value, by how it is written; undefined where that is long or all are taken. */
function nameFor(source: Source, code: string, past: number): string | undefined {
  const parts = (code.match(/[\p{L}\p{N}_]+/gu) ?? []).filter((word) => !/^(?:self|this|Math|math|std|np)$/.test(word));
  if (parts.length === 0 || parts.length > 5 || code.length > 60) return undefined;
  const isCamel = isScript(source) || /^(?:java|go|c-sharp|php)$/.test(source.language);
  const [first = "", ...others] = parts.map((word) => word.replace(/^_+/, ""));
  const tail = isCamel
    ? others.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")
    : others.map((word) => `_${word}`).join("");
  const start = isCamel || source.language === "ruby" ? first.charAt(0).toLowerCase() + first.slice(1) : first;
  const plain = `${/^\d/.test(start) ? "v" : ""}${start}${tail}`;
  const endings = ["", isCamel ? "Once" : "_once", ...NUMBERS.map((n) => (isCamel ? n : `_${n}`))];
  return endings.map((ending) => plain + ending).filter((name) => !namesIn(source).has(name))[past];
}

const NUMBERS = ["2", "3", "4", "5", "6", "7", "8"];

/** What a file calls something by a name alone. */
const namesIn = remember((source: Source): ReadonlySet<string> => {
  const nodes = source.nodes.filter(
    ({ type, field, children }) =>
      /identifier|^name$/.test(type) && children.length === 0 && !/^(?:attribute|property|field)$/.test(field ?? ""),
  );
  return new Set([...nodes.map((node) => sourceOf(source, node)), ...RESERVED]);
});

const RESERVED = [
  "len",
  "count",
  "size",
  "length",
  "type",
  "str",
  "int",
  "float",
  "list",
  "sum",
  "min",
  "max",
  "abs",
  "string",
  "map",
  "default",
  "new",
  "strlen",
  "keys",
  "values",
];

const named = ({ language }: Source, name: string): string => (language === "php" ? `$${name}` : name);

function declared({ language, path }: Source, name: string, code: string): string | undefined {
  if (language === "python" || language === "ruby") return `${name} = ${code}`;
  if (/^(?:javascript|typescript|tsx)$/.test(language)) return `const ${name} = ${code};`;
  // The C of GCC and Clang: no name for a type is known here.
  if (language === "cpp") return `${/\.(?:c|h)$/i.test(path) ? "const __auto_type" : "const auto"} ${name} = ${code};`;
  if (language === "go") return `${name} := ${code}`;
  if (language === "rust") return `let ${name} = ${code};`;
  if (language === "java" || language === "c-sharp") return `var ${name} = ${code};`;
  return language === "php" ? `$${name} = ${code};` : undefined;
}
