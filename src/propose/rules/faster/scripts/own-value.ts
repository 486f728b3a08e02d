/** Whether a list or object belongs to one variable of a script alone, so that nobody sees it grow in place instead of being copied. */
import { ancestors, childOf, namedChildren, type SyntaxNode } from "../../../../syntax/tree.ts";
import { callParts, type Source, sourceOf } from "../../rule.ts";
import { FUNCTION, functionAround, isBinding, mentions, methodCall, wrapping } from "./changes.ts";
import { isFresh, pureFunctions, READS } from "./pure.ts";

/** A variable that is given what is made there and nothing else, and that is only looked into. */
export function isOwn(source: Source, target: SyntaxNode): boolean {
  if (target.type !== "identifier") return false;
  const own = mentions(source, sourceOf(source, target));
  const [declared, ...others] = own.filter(isBinding);
  const holder = declared?.parent;
  if (declared === undefined || others.length > 0 || holder?.type !== "variable_declarator") return false;
  if (holder.parent?.parent?.type === "export_statement") return false;
  const scope = functionAround(source, declared);
  return own.every((one) => {
    if (one === declared || one.field === "left") {
      const value = one.parent === null ? undefined : childOf(one.parent, one === declared ? "value" : "right");
      return value === undefined ? one === declared : isFresh(source, value);
    }
    return (
      isLookedInto(source, one, target) ||
      (one.parent?.type === "return_statement" && functionAround(source, one) === scope)
    );
  });
}

/** The first parameter of a `reduce` that begins with what is made there, where the callback hands it on as it is. */
export function isOwnOfReduce(source: Source, callback: SyntaxNode, name: string): boolean {
  const call = callback.parent?.parent;
  const { method, values } = (call == null ? undefined : methodCall(source, call)) ?? {};
  const [given, start] = values ?? [];
  if (method === undefined || !/^reduce(?:Right)?$/.test(method) || given !== callback) return false;
  const first = namedChildren(childOf(callback, "parameters") ?? callback)[0];
  if (start === undefined || !isFresh(source, start) || first === undefined) return false;
  if (sourceOf(source, childOf(first, "pattern") ?? first) !== name) return false;
  const within = mentions(source, name).filter(
    ({ start: at }) => callback.start <= at && at < callback.end && at >= first.end,
  );
  return within.every((one) => isLookedInto(source, one, callback) || isHandedOn(source, one, callback));
}

const isHandedOn = (source: Source, node: SyntaxNode, callback: SyntaxNode): boolean => {
  const { parent } = wrapping(node);
  const up = parent?.type === "ternary_expression" ? wrapping(parent).parent : parent;
  return (up === callback || up?.type === "return_statement") && functionAround(source, node) === callback;
};

/** Its members, elements or size are read; what gets it as a whole is known to read only. */
function isLookedInto(source: Source, node: SyntaxNode, grown: SyntaxNode): boolean {
  const whole = wrapping(node);
  const { parent, field } = whole;
  if (parent === null) return false;
  if (/^(?:member_expression|subscript_expression)$/.test(parent.type) && field === "object") return true;
  if (/^(?:spread_element|template_substitution)$/.test(parent.type)) return true;
  // Gone through while it grows, it would never end.
  if (parent.type === "for_in_statement") return field === "right" && ![...ancestors(grown)].includes(parent);
  if (parent.type === "binary_expression") return /\b(?:in|instanceof)\b/.test(sourceOf(source, parent));
  const call = parent.type === "arguments" ? parent.parent : null;
  const callee = call === null ? undefined : callParts(call)?.callee;
  if (call === null || callee === undefined) return false;
  const method = methodCall(source, call)?.method;
  return method === undefined
    ? isText(source, callee)
    : READS.test(method) || /^(?:keys|values|entries|stringify|log|error|isArray)$/.test(method);
}

/** A function that gives no part of what it gets, as far as one can see: a number or a text. */
const isText = (source: Source, callee: SyntaxNode): boolean => {
  const own = pureFunctions(source).get(sourceOf(source, callee));
  const type = own === undefined ? undefined : childOf(own.node, "return_type");
  return (
    type !== undefined &&
    FUNCTION.test(own?.node.type ?? "") &&
    /^:\s*(?:string|number|boolean)$/.test(sourceOf(source, type))
  );
};
