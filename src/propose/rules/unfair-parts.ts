/**
 * Where a change of code could better a score without bettering the program, or change nothing at all: what measures,
 * what makes the data, what reads the clock, and what only goes into what is printed (the score of a program that scores itself, too).
 */
import { ancestors, childOf, type SyntaxNode } from "../../syntax/tree.ts";
import { DATA } from "../domain.ts";
import { isPython, isScript, type Source, sourceOf } from "./rule.ts";

const CLOCK = /\b(?:time|perf_counter|monotonic|process_time|now)\(\)/;
const PRINTS =
  /^(?:await )?(?:print|println|printf|tqdm\.write|wandb\.log|(?:\w+\.)*(?:console|log|logger|logging|writer|plt|pbar|progress_bar)\.\w+|(?:sys\.|process\.)(?:stdout|stderr)\.write)\s*[(!]/;
const SIMPLE =
  /^(?:expression_statement|lexical_declaration|variable_declaration|return_statement|assignment|local_variable_declaration)$/;
const NAME = /^(?:identifier|shorthand_property_identifier)$/;

/** Functions that measure rather than train, and statements that make data, read the clock, or print, or are for printing alone. */
export function unfairParts(source: Source): readonly SyntaxNode[] {
  const simple = source.nodes.filter(({ type }) => SIMPLE.test(type));
  const isBookkeeping = (node: SyntaxNode) => CLOCK.test(sourceOf(source, node)) || prints(source, node);
  return [
    ...source.nodes.filter((node) => isJudging(source, node)),
    ...simple.filter(isBookkeeping),
    ...simple.filter((node) => isTop(node) && DATA.test(targetOf(source, node) ?? "")),
    ...(isPython(source) || isScript(source) ? forPrinting(source, simple) : []),
  ];
}

const isTop = (node: SyntaxNode): boolean =>
  ![...ancestors(node)].some(({ type }) => /function|method|class/.test(type));

const prints = (source: Source, node: SyntaxNode): boolean => PRINTS.test(sourceOf(source, node));

function isJudging(source: Source, node: SyntaxNode): boolean {
  const name = /function|method/.test(node.type) ? childOf(node, "name") : undefined;
  return name !== undefined && /eval|valid|score|metric/i.test(sourceOf(source, name));
}

/** Assignments to names that are read in prints alone, and in assignments to such names. */
function forPrinting(source: Source, simple: readonly SyntaxNode[]): readonly SyntaxNode[] {
  const occurrences = Map.groupBy(
    source.nodes.filter(({ type }) => NAME.test(type)),
    (node) => sourceOf(source, node),
  );
  const statementOf = (node: SyntaxNode) => [...ancestors(node)].find(({ type }) => SIMPLE.test(type));
  const assigned = [...Map.groupBy(simple, (statement) => targetOf(source, statement))].map(([name = "", own]) => {
    const inside = new Set<SyntaxNode | undefined>(own);
    return { own, readers: (occurrences.get(name) ?? []).map(statementOf).filter((reader) => !inside.has(reader)) };
  });
  const found = new Set(simple.filter((statement) => prints(source, statement)));
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const { own, readers } of assigned)
      if (readers.length > 0 && readers.every((reader) => reader !== undefined && found.has(reader)))
        for (const statement of own) found.add(statement);
  }
  return [...found];
}

/** The one name that a statement gives a value, or adds to: `a = …`, `const a = …`, `a += …`, `a.append(…)`. */
const targetOf = (source: Source, statement: SyntaxNode): string | undefined =>
  /^(?:const |let |var )?\s*([\p{L}_$][\p{L}\p{N}_$]*)(?:\s*(?::[^=]+)?[-+*/]?=(?!=)|\.(?:append|push)\()/u.exec(
    sourceOf(source, statement),
  )?.[1];
