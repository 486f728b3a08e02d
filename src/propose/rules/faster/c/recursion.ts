/**
 * C and C++: a function that comes to itself with the same numbers again and again remembers what it gave, for as long as one call from
 * outside lasts. It changes nothing, so within such a call nothing that it reads can change either.
 */
import { ancestors, childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { callParts, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";

export const recursion: Rule = {
  name: "recursion",
  weight: 1,
  find: (source) =>
    source.language === "cpp" && !/\bpthread|std::(?:j?thread|async)\b|\bomp\b|#\s*define\s+\w+\(/.test(source.text)
      ? source.nodes
          .filter(({ type, parent }) => type === "function_definition" && parent?.parent === null)
          .flatMap((node) => remembered(source, node))
      : [],
};

const NUMBER =
  /^(?:const\s+)?(?:(?:unsigned|signed|long|short)\s+)*(?:int|long|short|char|bool|unsigned|size_t|std::size_t|u?int(?:8|16|32|64)_t)$/;
const RESULT =
  /^(?:static\s+|inline\s+)*((?:(?:unsigned|long)\s+)*(?:int|long|bool|double|float|unsigned|size_t|std::size_t|u?int(?:32|64)_t))\s*$/;
const PURE = /^(?:std::)?(?:min|max|abs|labs|strlen|fmin|fmax|fabs)$/;

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly isNumber: boolean;
}

function remembered(source: Source, node: SyntaxNode): Rewrite[] {
  const [declarator, body] = [childOf(node, "declarator"), childOf(node, "body")];
  if (declarator?.type !== "function_declarator" || body === undefined) return [];
  const [called, list] = [childOf(declarator, "declarator"), childOf(declarator, "parameters")];
  const [, result] = RESULT.exec(source.text.slice(node.start, declarator.start)) ?? [];
  if (called?.type !== "identifier" || list === undefined || result === undefined) return [];
  const name = sourceOf(source, called);
  const parameters = namedChildren(list).map((one) => parameterOf(source, one));
  const calls = [...walk(body)].filter((one) => sourceOf(source, callParts(one)?.callee ?? body) === name);
  const known = parameters.flatMap((one) => one ?? []);
  const keys = known.filter(({ isNumber }) => isNumber);
  const isAgain =
    calls.length > 1 ||
    calls.some((one) =>
      [...ancestors(one)].some(({ type, start }) => /^(?:for|while|do)_/.test(type) && start > body.start),
    );
  if (!isAgain || known.length < parameters.length || keys.length === 0 || keys.length > 4) return [];
  if (!handsOn(source, calls, known) || !isQuiet(source, body, { name, keys: known.map((one) => one.name) })) return [];
  return [wrapped(source, { node, body, called, keys, result, all: known })];
}

function parameterOf(source: Source, node: SyntaxNode): Parameter | undefined {
  const [, type, name] = /^(.*?[\s*&])(\w+)$/s.exec(sourceOf(source, node)) ?? [];
  if (type === undefined || name === undefined) return undefined;
  const isNumber = NUMBER.test(type.trim());
  return isNumber || /[*&]\s*$/.test(type) ? { name, type: type.trim().replace(/^const\s+/, ""), isNumber } : undefined;
}

/** Whether what is no number is the same in every call. */
const handsOn = (source: Source, calls: readonly SyntaxNode[], parameters: readonly Parameter[]): boolean =>
  calls.every((call) => {
    const { values = [] } = callParts(call) ?? {};
    return (
      values.length === parameters.length &&
      parameters.every(({ name, isNumber }, i) => isNumber || sourceOf(source, values[i] ?? call) === name)
    );
  });

/** Whether a function gives a value and does nothing else, its own variables apart. */
function isQuiet(source: Source, body: SyntaxNode, { name, keys }: { name: string; keys: readonly string[] }): boolean {
  if (/\b(?:static|throw|goto|new|delete|asm|volatile)\b|<<|>>/.test(sourceOf(source, body))) return false;
  const nodes = [...walk(body)];
  const declared = new Set(
    nodes.flatMap((node) => (node.type === "identifier" && node.field === "declarator" ? sourceOf(source, node) : [])),
  );
  return nodes.every((node) => {
    if (/lambda|pointer_declarator|reference_declarator/.test(node.type)) return false;
    const callee = callParts(node)?.callee;
    if (callee !== undefined)
      return (
        sourceOf(source, callee) === name ||
        PURE.test(sourceOf(source, callee)) ||
        /\.(?:size|length)$/.test(sourceOf(source, callee))
      );
    if (!/^(?:assignment|update)_expression$/.test(node.type)) return true;
    const target = childOf(node, "left", "argument");
    const isOwn = target?.type === "identifier" && declared.has(sourceOf(source, target));
    // A parameter that changes would be remembered as what it has become.
    return isOwn && !keys.includes(sourceOf(source, target ?? node));
  });
}

interface Wrapped {
  readonly node: SyntaxNode;
  readonly body: SyntaxNode;
  readonly called: SyntaxNode;
  readonly keys: readonly Parameter[];
  readonly all: readonly Parameter[];
  readonly result: string;
}

function wrapped(source: Source, { node, body, called, keys, all, result }: Wrapped): Rewrite {
  const name = sourceOf(source, called);
  const head = source.text.slice(node.start, body.start).trimEnd();
  const at = "memo[memo_slot]";
  const isKnown = keys.map(({ name: key }) => `${at}.of_${key} == ${key}`).join(" && ");
  const lines = [
    `${head} {`,
    `    static struct { ${keys.map(({ type, name: key }) => `${type} of_${key};`).join(" ")} ${result} value; unsigned long call; } memo[1 << 16];`,
    "    static unsigned long memo_call = 0;",
    "    static int memo_depth = 0;",
    "    unsigned long memo_slot = 0;",
    ...keys.map(({ name: key }) => `    memo_slot = memo_slot * 2654435761ul + (unsigned long)${key};`),
    "    memo_slot = (memo_slot ^ (memo_slot >> 16)) & 65535;",
    "    if (memo_depth == 0) memo_call++;",
    `    if (${at}.call == memo_call && ${isKnown}) return ${at}.value;`,
    "    memo_depth++;",
    `    ${result} memo_value = ${name}_anew(${all.map((one) => one.name).join(", ")});`,
    "    memo_depth--;",
    ...keys.map(({ name: key }) => `    ${at}.of_${key} = ${key};`),
    `    ${at}.value = memo_value;`,
    `    ${at}.call = memo_call;`,
    "    return memo_value;",
    "}",
  ];
  return {
    description: `${name} remembers what it gave`,
    at: node.start,
    replacements: [
      { start: node.start, end: node.start, text: `${head};\n` },
      { start: called.end, end: called.end, text: "_anew" },
      { start: node.end, end: node.end, text: `\n${lines.join("\n")}` },
    ],
  };
}
