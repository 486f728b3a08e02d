/**
 * Where a change of code could better a score without bettering the program, or change nothing at all: what measures,
 * what makes the data, what reads the clock, and what only goes into what is printed (the score of a program that scores itself, too).
 */
import { forPrinting, isPrint, isSimple, readsClock, targetOf } from "../../syntax/printed.ts";
import { ancestors, childOf, type SyntaxNode } from "../../syntax/tree.ts";
import { DATA } from "../literals/domain.ts";
import { type Source, sourceOf } from "./rule.ts";

/** Functions that measure rather than train or bring the data, and statements that make data, read the clock, or print, or are for printing alone. */
export function unfairParts(source: Source): readonly SyntaxNode[] {
  const { nodes, text } = source;
  const simple = nodes.filter(isSimple);
  return [
    ...nodes.filter((node) => isJudging(source, node)),
    ...nodes.filter((node) => isPrint(node, text)),
    ...simple.filter((node) => readsClock(node, text)),
    ...simple.filter((node) => isTop(node) && DATA.test(targetOf(node, text) ?? "")),
    ...forPrinting(nodes, text, { isDeep: true }),
  ];
}

const isTop = (node: SyntaxNode): boolean =>
  ![...ancestors(node)].some(({ type }) => /function|method|class/.test(type));

const JUDGING =
  /eval|valid|score|metric|^(?:load|fetch)$|^(?:make|load|get|generate|create|prepare)_?(?:\w+_)?(?:data|samples?|examples?)/i;

function isJudging(source: Source, node: SyntaxNode): boolean {
  const name = /function|method/.test(node.type) ? childOf(node, "name") : undefined;
  return name !== undefined && JUDGING.test(sourceOf(source, name));
}
