/** Copies left out, and lists that nobody keeps: what is read only may be read where it is. */
import { childOf, type SyntaxNode } from "../../../syntax/tree.ts";
import { isForReading } from "./scripts/regions.ts";
import {
  brief,
  callParts,
  isOutput,
  isPython,
  isScript,
  replaceNode,
  type Rule,
  type Source,
  sourceOf,
} from "../rule.ts";
import { isReadHere } from "./python/reading.ts";

export const copies: Rule = {
  name: "copies",
  weight: 1,
  find: (source) =>
    source.nodes.flatMap((node) => {
      const kept = original(source, node);
      return kept === undefined || isOutput(sourceOf(source, node)) || isNeeded(source, node)
        ? []
        : [replaceNode(node, kept, `without the copy in ${brief(sourceOf(source, node))}`)];
    }),
};

/** Whether a copy is kept, or protects from changes. */
const isNeeded = (source: Source, node: SyntaxNode): boolean =>
  (isScript(source) && !isForReading(source, node)) ||
  (isPython(source) && node.type !== "list_comprehension" && !isReadHere(source, node));

/** Functions that make a copy of their one argument. */
const FUNCTIONS =
  /^(?:list|tuple|copy\.copy|copy\.deepcopy|deepcopy|np\.array|np\.copy|numpy\.array|Array\.from|structuredClone|List\.copyOf|new ArrayList|dict)$/;
/** Methods that make a copy of their object, without arguments; of those that sort or give something else none. */
const METHODS = /^(?:copy|clone|to_owned|to_vec|to_string|slice|ToList|ToArray|toList|detach|contiguous)$/;

function original(source: Source, node: SyntaxNode): string | undefined {
  const parts = callParts(node);
  if (parts !== null) return ofCall(source, node, parts);
  const code = sourceOf(source, node);
  // `xs[:]` and `[...xs]`
  if (isPython(source) && node.type === "subscript" && code.endsWith("[:]")) return code.slice(0, -3);
  const [only, ...others] = node.children.filter(({ named }) => named);
  const isSpread = isScript(source) && node.type === "array" && only?.type === "spread_element" && others.length === 0;
  if (isSpread && only !== undefined) return sourceOf(source, only).slice(3).trim();
  // `sum([f(x) for x in xs])` makes a list that only its sum is wanted of.
  const isArgument =
    node.parent?.type === "argument_list" && node.parent.children.filter(({ named }) => named).length === 1;
  return node.type === "list_comprehension" &&
    isArgument &&
    /^(?:sum|any|all|min|max|set|sorted|tuple|dict)$/.test(calleeOf(source, node))
    ? code.slice(1, -1)
    : undefined;
}

const calleeOf = (source: Source, argument: SyntaxNode): string => {
  const call = argument.parent?.parent;
  const callee = call == null ? undefined : childOf(call, "function");
  return callee === undefined ? "" : sourceOf(source, callee);
};

function ofCall(
  source: Source,
  node: SyntaxNode,
  { callee, values }: NonNullable<ReturnType<typeof callParts>>,
): string | undefined {
  const name = sourceOf(source, callee);
  const [only] = values;
  if (values.length === 1 && only !== undefined && FUNCTIONS.test(name)) {
    const code = sourceOf(source, only);
    return /generator|comprehension|spread/.test(only.type)
      ? undefined
      : /binary|boolean|conditional|lambda/.test(only.type)
        ? `(${code})`
        : code;
  }
  if (values.length > 0) return undefined;
  const receiver = childOf(node, "object", "receiver");
  if (receiver !== undefined) return METHODS.test(name) ? sourceOf(source, receiver) : undefined;
  const [, object, method] = /^(.+?)\.(\w+)$/s.exec(name) ?? [];
  return object !== undefined && method !== undefined && METHODS.test(method) ? object : undefined;
}
