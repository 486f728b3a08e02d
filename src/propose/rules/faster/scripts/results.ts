/**
 * Where what a function gave goes: if it is only read, the same object can be given twice. A list that somebody sorts in place cannot, nor an
 * object that is known by which one it is.
 */
import { ancestors, childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { callParts, type Source, sourceOf } from "../../rule.ts";
import {
  bindingsIn,
  changedMembers,
  CHANGES,
  changesBelow,
  changesAt,
  functionAround,
  mentions,
  methodCall,
  wrapping,
} from "./changes.ts";
import { isAtTop, pureFunctions, READS, topFunctions, topNames } from "./pure.ts";

/** Whether no caller in the file seems to change what a function of it gives, or to tell one object from its like. */
export function isOnlyRead(source: Source, name: string, seen: ReadonlySet<string> = new Set()): boolean {
  if (seen.has(name)) return true;
  const own = topFunctions(source).get(name);
  // What other files do with it is not to be seen.
  if (own !== undefined && isExported(source, name) && !givesText(source, own.node)) return false;
  const about: About = { source, isMaker: own !== undefined && makes(own.node), seen: new Set([...seen, name]) };
  return mentions(source, name).every((node) => {
    const { parent, field } = node;
    if (field === "name" || parent === null || /^(?:export|import)/.test(parent.type)) return true;
    if (field === "function") return isRead(about, parent);
    // `notes.map(shingles)`
    return parent.type === "arguments" && !about.isMaker;
  });
}

export const isExported = (source: Source, name: string): boolean =>
  mentions(source, name).some((node) => {
    const { type } = node.parent ?? node;
    return (
      type === "export_specifier" ||
      (node.field === "name" && [...ancestors(node)].at(-2)?.type === "export_statement" && isAtTop(node))
    );
  });

const givesText = (source: Source, node: SyntaxNode): boolean =>
  /^:\s*(?:string|number|boolean|bigint)$/.test(sourceOf(source, childOf(node, "return_type") ?? node));

interface About {
  readonly source: Source;
  /** Whether what it gives is an object of its own, such as one node of many. */
  readonly isMaker: boolean;
  readonly seen: ReadonlySet<string>;
}

/** `return { … }`, `() => ({ … })` and the like */
const makes = (node: SyntaxNode): boolean =>
  [...walk(node)].some(
    (one) => one.type === "object" && /^(?:return_statement|arrow_function)$/.test(wrapping(one).parent?.type ?? ""),
  );

function isRead(about: About, node: SyntaxNode): boolean {
  const { source, isMaker } = about;
  if (changesAt(source, node).some(({ depth }) => depth > 0)) return false;
  const whole = wrapping(node);
  const { parent, field } = whole;
  if (parent === null) return false;
  switch (parent.type) {
    case "member_expression": {
      const isCalled =
        parent.field === "function" ||
        (parent.parent?.type === "call_expression" && parent.parent.children[0] === parent);
      return field !== "object" || !isCalled || READS.test(sourceOf(source, childOf(parent, "property") ?? parent));
    }
    case "variable_declarator":
      return areRead(about, childOf(parent, "name"));
    case "assignment_expression":
      return areRead(about, childOf(parent, "left"));
    case "return_statement":
    case "arrow_function":
      return isHandedOn(about, whole);
    case "arguments":
      return isArgumentRead(about, whole);
    case "binary_expression":
      return !isMaker || !/[=!]==?/.test(parent.children.find(({ named }) => !named)?.type ?? "");
    case "pair":
      return !isMaker && !changedMembers(source).has(sourceOf(source, childOf(parent, "key") ?? parent));
    case "array":
    case "shorthand_property_identifier":
      return !isMaker;
    case "class_body":
      return false;
    default:
      return true;
  }
}

/** What is named by a declaration or an assignment, wherever its function mentions it. */
function areRead(about: About, target: SyntaxNode | undefined): boolean {
  const { source, isMaker } = about;
  if (target === undefined) return false;
  if (/^(?:member_expression|subscript_expression)$/.test(target.type)) {
    const name = childOf(target, "property");
    return !isMaker && name !== undefined && !changedMembers(source).has(sourceOf(source, name));
  }
  const around = functionAround(source, target);
  const names =
    target.type === "identifier" ? [sourceOf(source, target)] : [...bindingsIn(source, target.parent ?? target)];
  return names.every((name) => {
    if (about.seen.has(`=${name}`)) return true;
    const within = { ...about, seen: new Set([...about.seen, `=${name}`]) };
    return mentions(source, name)
      .filter(({ start, field }) => around.start <= start && start < around.end && field !== "name" && field !== "left")
      .every((node) => isRead(within, node));
  });
}

/** A result of a function that is called by name; of a callback, an element of a list. */
function isHandedOn(about: About, node: SyntaxNode): boolean {
  const { source, isMaker, seen } = about;
  const around = functionAround(source, node);
  const own = topNames(source).get(around);
  if (own !== undefined) return seen.has(own) || (!isMaker && isOnlyRead(source, own, seen));
  return !isMaker && around.parent?.type === "arguments";
}

function isArgumentRead({ source, isMaker }: About, node: SyntaxNode): boolean {
  const list = node.parent as SyntaxNode;
  const call = list.parent;
  if (call === null) return false;
  if (call.type === "new_expression") return !isMaker;
  const method = methodCall(source, call);
  if (method !== undefined)
    return (
      !isMaker || !(CHANGES.test(method.method) || /^(?:includes|indexOf|lastIndexOf|has|get)$/.test(method.method))
    );
  const callee = callParts(call)?.callee;
  const name = callee === undefined ? "" : sourceOf(source, callee);
  if (pureFunctions(source).has(name)) return true;
  const own = topFunctions(source).get(name);
  if (own === undefined) return !isMaker;
  const parameter = namedChildren(childOf(own.node, "parameters") ?? own.node)[namedChildren(list).indexOf(node)];
  const names = parameter === undefined ? new Set<string>() : bindingsIn(source, parameter.parent ?? parameter);
  const taken = parameter === undefined ? "" : sourceOf(source, childOf(parameter, "pattern") ?? parameter);
  return (
    names.has(taken) &&
    ![...changesBelow(source, own.node)].some(({ root, depth }) => depth > 0 && sourceOf(source, root) === taken)
  );
}
