/** Whether nobody but a name of Python has the list or table that it was given: what grows in place is then seen by nobody else. */
import { childOf, type SyntaxNode } from "../../../../syntax/tree.ts";
import { type Source, sourceOf } from "../../rule.ts";
import { namesWithin, scopeOf, usesOf } from "./scopes.ts";

/** A name that its function makes anew, makes longer, reads, and at the end gives back. */
export function isOwnList(source: Source, target: SyntaxNode): boolean {
  if (target.type !== "identifier") return false;
  const name = sourceOf(source, target);
  const scope = scopeOf(target);
  const parameters = childOf(scope, "parameters");
  const isGiven =
    parameters !== undefined && [...namesWithin(parameters)].some((one) => sourceOf(source, one) === name);
  return (
    !isGiven && usesOf(source, name, scope).every((use) => scopeOf(use) === scope && isHarmless(source, use, name))
  );
}

const MADE = /^(?:\[|\{|list\(|dict\(|sorted\()/;
const READS = /^(?:len|sum|any|all|min|max|set|sorted|tuple|list|dict|str|enumerate|print|["'].*["']\.join)$/s;

function isHarmless(source: Source, use: SyntaxNode, name: string): boolean {
  const { parent, field } = use;
  if (parent === null) return false;
  if (parent.type === "assignment" && field === "left") {
    const value = childOf(parent, "right");
    const code = value === undefined ? "" : sourceOf(source, value);
    return code === "" || MADE.test(code) || code.startsWith(`${name} +`);
  }
  if (/^(?:subscript|attribute)$/.test(parent.type)) return field === "value" || field === "object";
  if (parent.type === "argument_list") {
    const callee = parent.parent === null ? undefined : childOf(parent.parent, "function");
    return callee !== undefined && READS.test(sourceOf(source, callee));
  }
  // Its own growth, a question, the result.
  if (/^(?:binary_operator|comparison_operator|boolean_operator|not_operator|return_statement)$/.test(parent.type))
    return true;
  if (/^(?:list_splat|dictionary_splat)$/.test(parent.type)) return true;
  return /^for_(?:statement|in_clause)$/.test(parent.type)
    ? field === "right" && !isGrownIn(source, parent, name)
    : field === "condition";
}

/** A list that grows while it is gone through would be gone through to its new end. */
const isGrownIn = (source: Source, loop: SyntaxNode, name: string): boolean =>
  usesOf(source, name, loop).some((use) => use.parent?.type === "assignment" && use.field === "left");
