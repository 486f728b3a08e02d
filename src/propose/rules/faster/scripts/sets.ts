/** A list that stays as it is and is asked again and again what it contains is asked as a set. */
import { namedChildren, type SyntaxNode } from "../../../../syntax/tree.ts";
import { brief, lineBreakOf, type Rewrite, type Source, sourceOf } from "../../rule.ts";
import { isBinding, mentions, methodCall } from "./changes.ts";
import { constants } from "./pure.ts";
import { beforeRegion, isList, nameAfter, repeating, staysIn } from "./regions.ts";

/** `xs.includes(x)`, `xs.indexOf(x) < 0` and their like */
export function askedOfSet(source: Source, node: SyntaxNode): Rewrite[] {
  const question = questionIn(source, node);
  if (question === undefined || !isList(source, question.list)) return [];
  const { list } = question;
  const name = nameAfter(source, list, "Set");
  const table = `const ${name} = new Set(${sourceOf(source, list)});`;
  const [text, description] = [question.asSet(name), `ask a set of ${brief(sourceOf(source, list))}`];
  const constant = constantOf(source, list);
  if (constant !== undefined)
    return [
      {
        description,
        at: node.start,
        replacements: [
          { start: constant.end, end: constant.end, text: `${lineBreakOf(source)}${table}` },
          { start: question.node.start, end: question.node.end, text },
        ],
      },
    ];
  const region = repeating(source, node, (one) => staysIn(source, one, list));
  return region === undefined ? [] : [beforeRegion(source, region, { table, node: question.node, text, description })];
}

/** The statement at the top of the file that makes a list which nothing in it changes. */
function constantOf(source: Source, list: SyntaxNode): SyntaxNode | undefined {
  if (list.type !== "identifier" || !constants(source).has(sourceOf(source, list))) return undefined;
  const [declared, ...others] = mentions(source, sourceOf(source, list)).filter(isBinding);
  const statement = declared?.parent?.parent;
  if (statement == null || others.length > 0 || namedChildren(statement).length !== 1) return undefined;
  return statement.parent?.type === "export_statement" ? statement.parent : statement;
}

interface Question {
  readonly list: SyntaxNode;
  /** The whole of it. */
  readonly node: SyntaxNode;
  readonly asSet: (name: string) => string;
}

/** Whether a list contains something, however that is asked. */
export function questionIn(source: Source, node: SyntaxNode): Question | undefined {
  const call = methodCall(source, node);
  const [value] = call?.values ?? [];
  if (call === undefined || call.isOptional || value === undefined || call.values.length !== 1) return undefined;
  const has = (name: string) => `${name}.has(${sourceOf(source, value)})`;
  if (call.method === "includes") return { list: call.object, node, asSet: has };
  const up = node.parent;
  if (call.method !== "indexOf" || up?.type !== "binary_expression" || node.field !== "left") return undefined;
  const compared = sourceOf(source, up)
    .slice(node.end - up.start)
    .replace(/\s+/g, "");
  if (/^(?:[!=]==?-1|>-1|>=0|<0)$/.test(compared)) {
    const isNot = /^(?:===?-1|<0)$/.test(compared);
    return { list: call.object, node: up, asSet: (name) => `${isNot ? "!" : ""}${has(name)}` };
  }
  return undefined;
}
