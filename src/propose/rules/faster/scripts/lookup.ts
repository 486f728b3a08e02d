/**
 * A list that is searched again and again is sorted into a table once: `users.find((u) => u.id === id)` in a loop looks among those with that
 * id alone. The search itself stays as it is, so that it finds the same, in the same order.
 */
import { childOf, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { brief, isScript, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { bindingsIn, methodCall, unwrapped } from "./changes.ts";
import { keptWithList } from "./kept-table.ts";
import { pureFunctions, READS } from "./pure.ts";
import { beforeRegion, nameAfter, propertiesOf, repeating, resultOf, setsMember, staysIn } from "./regions.ts";

export const lookup: Rule = {
  name: "lookup",
  weight: 1.5,
  find: (source) => {
    // Each has a name of its own: two that are kept together must not share one.
    const names = new Set<string>();
    return isScript(source) ? source.nodes.flatMap((node) => grouped(source, node, names)) : [];
  },
};

/** `xs.filter((x) => x.key === key && …)` */
function grouped(source: Source, node: SyntaxNode, names: Set<string>): Rewrite[] {
  const search = searchIn(source, node);
  if (search === undefined) return [];
  const { list, element, key, wanted } = search;
  const members = propertiesOf(source, key);
  const region = repeating(source, node, (one) => staysIn(source, one, list) && !setsMember(source, one, members));
  const [last = ""] = members;
  const name = nameAfter(
    source,
    list,
    last === "" ? "ByValue" : `By${last.charAt(0).toUpperCase()}${last.slice(1)}`,
    names,
  );
  const code = sourceOf(source, list);
  const description = `look up ${brief(code)} by ${brief(sourceOf(source, key))}`;
  const text = (table: string) => `(${table}.get(${sourceOf(source, wanted)}) ?? [])`;
  const once =
    region === undefined
      ? []
      : [
          beforeRegion(source, region, {
            table: `const ${name} = Map.groupBy(${code}, (${element}) => ${sourceOf(source, key)});`,
            node: list,
            text: text(name),
            description,
          }),
        ];
  return [...keptWithList(source, { node, list, member: members.length === 1 ? last : "", name, text }), ...once];
}

interface Search {
  readonly list: SyntaxNode;
  /** Name of the element that the search looks at. */
  readonly element: string;
  readonly key: SyntaxNode;
  readonly wanted: SyntaxNode;
}

/** A search by a part of each element that has to be the same as something that is no part of it. */
export function searchIn(source: Source, node: SyntaxNode): Search | undefined {
  const call = methodCall(source, node);
  if (
    call === undefined ||
    call.isOptional ||
    !/^(?:find|findLast|filter|some)$/.test(call.method) ||
    call.values.length !== 1
  )
    return undefined;
  const [callback] = call.values;
  if (callback?.type !== "arrow_function" || sourceOf(source, callback).startsWith("async")) return undefined;
  const names = [...bindingsIn(source, childOf(callback, "parameters", "parameter") ?? callback)];
  const single = childOf(callback, "parameter");
  const [element] = single === undefined ? names : [sourceOf(source, single)];
  const condition = resultOf(callback);
  if (element === undefined || names.length > 1 || condition === undefined || !isQuiet(source, condition))
    return undefined;
  for (const side of conjuncts(condition)) {
    const [left, right] = sidesOf(source, side);
    if (left === undefined || right === undefined) continue;
    for (const [key, wanted] of [[left, right] as const, [right, left] as const])
      if (isPartOf(source, key, element) && !mentionsName(source, wanted, element) && !isLiteral(wanted))
        return { list: call.object, element, key, wanted };
  }
  return undefined;
}

/** `a === b`; `a == b` would take 1 for "1". */
function sidesOf(source: Source, node: SyntaxNode): readonly [SyntaxNode?, SyntaxNode?] {
  const inner = unwrapped(node);
  const isSame = inner.type === "binary_expression" && sourceOf(source, childOf(inner, "operator") ?? inner) === "===";
  return isSame ? [childOf(inner, "left"), childOf(inner, "right")] : [];
}

function conjuncts(node: SyntaxNode): readonly SyntaxNode[] {
  const inner = unwrapped(node);
  const isBoth = inner.type === "binary_expression" && inner.children.some(({ type }) => type === "&&");
  const [left, right] = [childOf(inner, "left"), childOf(inner, "right")];
  return isBoth && left !== undefined && right !== undefined ? [...conjuncts(left), ...conjuncts(right)] : [inner];
}

/** `x`, `x.id`, `x.owner.id` */
function isPartOf(source: Source, node: SyntaxNode, element: string): boolean {
  const code = sourceOf(source, node);
  return code === element || (code.startsWith(`${element}.`) && /^[\p{L}\p{N}_$.]+$/u.test(code));
}

const mentionsName = (source: Source, node: SyntaxNode, name: string): boolean =>
  [...walk(node)].some((one) => one.type === "identifier" && sourceOf(source, one) === name);

/** Of one kind there is one table, and to make it takes as long as to look once. */
const isLiteral = (node: SyntaxNode): boolean => /^(?:string|number|true|false|null|undefined)$/.test(node.type);

/** Nothing in it does anything but give a value. */
const isQuiet = (source: Source, condition: SyntaxNode): boolean =>
  [...walk(condition)].every((one) => {
    if (/assign|update|await|yield|^new_expression$|^function|arrow/.test(one.type)) return false;
    if (one.type !== "call_expression") return true;
    const method = methodCall(source, one)?.method;
    return method === undefined
      ? pureFunctions(source).has(sourceOf(source, one.children[0] ?? one))
      : READS.test(method) && !/^(?:test|exec)$/.test(method);
  });
