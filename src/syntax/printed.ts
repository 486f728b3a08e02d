/**
 * What a program does only to print it, in any of the grammars: statements that print, assignments to names that nothing else reads,
 * and the arithmetic of the printed figure itself, such as `100 * right / all` or seconds as milliseconds. Knows spellings, not values.
 */
import { lastIdentifier } from "./names.ts";
import { ancestors, childOf, type SyntaxNode, textOf } from "./tree.ts";

const CLOCK =
  /\b(?:(?:time|perf_counter|monotonic|process_time|clock|microtime|hrtime)(?:_ns|\.bigint)?|now|nanoTime|currentTimeMillis|elapsed|clock_gettime|getrusage|Since)\(|\btimeit\.|\$SECONDS\b|\bElapsed\w+/;
const PRINTS =
  /^(?:await )?(?:(?:e?print(?:ln|f)?|puts|echo)(?=[\s(!])|(?:std::)?c(?:out|err)\s*<<|(?:std::|tqdm\.|wandb\.|fmt\.|System\.(?:out|err)\.|sys\.std(?:out|err)\.|process\.std(?:out|err)\.|(?:\w+\.)*(?:[cC]onsole|log|logger|logging|writer|plt|pbar|progress_bar)\.)\w+\s*[(!])/;
const SIMPLE =
  /^(?:expression_statement|echo_statement|return_statement|let_declaration|declaration|short_var_declaration|assignment(?:_statement)?|(?:lexical|variable|local_variable)_declaration|local_declaration_statement|variable_assignment)$/;
const NAME = /^(?:identifier|shorthand_property_identifier|variable_name|constant)$/;
const CALL = /call|invocation|^new_expression$/;
/** Calls that pass a figure on, or only write it differently. */
const FORMATS =
  /^(?:\w*print\w*|puts|echo|log|info|debug|write\w*|format|str|String|float\w*|double|Number|round|sqrt|abs|pow|toFixed|toPrecision|dumps|stringify|item|mean)$/i;
const BOUNDARY =
  /block|body|lambda|arrow_function|function_expression|closure|comprehension|generator|subscript|(?:function|method|class)\w*_(?:definition|declaration|item)|^(?:method|class|program|module)$|_(?:file|unit)$/;

const PRINTING = /call|invocation|^(?:command|expression_statement|echo_statement)$/;
/** Characters of a statement or a callee that are looked at: a figure is short, and tables are long. */
const ENOUGH = 300;

const startOf = (node: SyntaxNode, text: string): string =>
  text.slice(node.start, Math.min(node.end, node.start + ENOUGH));

const endOf = (node: SyntaxNode, text: string): string => text.slice(Math.max(node.start, node.end - ENOUGH), node.end);

/** Statements without statements in them. */
export const isSimple = (node: SyntaxNode): boolean => SIMPLE.test(node.type);

/** Whether a node is a call that prints, logs or draws, or a statement of one. */
export const isPrint = (node: SyntaxNode, text: string): boolean =>
  PRINTING.test(node.type) && PRINTS.test(startOf(node, text));

/** Whether a node's source reads a clock. */
export const readsClock = (node: SyntaxNode, text: string): boolean => CLOCK.test(startOf(node, text));

/** The one name that a statement gives a value, or adds to: `a = …`, `const a = …`, `double a = …`, `a := …`, `a += …`, `a.append(…)`. */
export const targetOf = (node: SyntaxNode, text: string): string | undefined =>
  /^(?:[\p{L}_][\p{L}\p{N}_:<>]* +)*?([\p{L}_$][\p{L}\p{N}_$]*)(?:\s*(?::[^=]+)?[-+*/:]?=(?!=)|\.(?:append|push)\()/u.exec(
    startOf(node, text),
  )?.[1];

export interface PrintingOptions {
  /** Also what a function is given whose result is printed, assignments to names that are read in such assignments alone, and so on. */
  readonly isDeep: boolean;
}

/** Simple statements that print, and those that give a value to a name that is read in prints alone. */
export function forPrinting(
  nodes: readonly SyntaxNode[],
  text: string,
  { isDeep }: PrintingOptions,
): ReadonlySet<SyntaxNode> {
  const simple = nodes.filter(isSimple);
  const occurrences = Map.groupBy(
    nodes.filter(({ type }) => NAME.test(type)),
    (node) => textOf(node, text),
  );
  const statementOf = (node: SyntaxNode) =>
    isDeep ? [...ancestors(node)].find((up) => isSimple(up) || isPrint(up, text)) : figureOf(node, text);
  const assigned = [...Map.groupBy(simple, (statement) => targetOf(statement, text))].map(([name = "", own]) => {
    const inside = new Set<SyntaxNode | undefined>(own);
    return { own, readers: (occurrences.get(name) ?? []).map(statementOf).filter((reader) => !inside.has(reader)) };
  });
  const found = new Set(simple.filter((statement) => isPrint(statement, text)));
  for (let before = -1; before < found.size;) {
    before = found.size;
    const known = isDeep ? found : new Set<SyntaxNode>();
    const isPrinted = (reader: SyntaxNode | undefined) =>
      reader !== undefined && (known.has(reader) || isPrint(reader, text));
    for (const { own, readers } of assigned)
      if (readers.length > 0 && readers.every(isPrinted)) for (const statement of own) found.add(statement);
  }
  return found;
}

/**
 * Tells of a literal whether it is part of the arithmetic or the rounding of a figure that is printed, or of a time that is measured;
 * not of what a function is given there.
 */
export function inPrintedFigure(nodes: readonly SyntaxNode[], text: string): (literal: SyntaxNode) => boolean {
  const printed = forPrinting(nodes, text, { isDeep: false });
  return (literal) => {
    const figure = figureOf(literal, text);
    return figure !== undefined && (printed.has(figure) || isPrint(figure, text) || readsClock(figure, text));
  };
}

/** The print or else the statement that a node goes into without being given to a function. */
function figureOf(node: SyntaxNode, text: string): SyntaxNode | undefined {
  for (const up of ancestors(node)) {
    if (isPrint(up, text) || isSimple(up)) return up;
    const callee = CALL.test(up.type) ? childOf(up, "function", "constructor", "name", "method", "macro") : undefined;
    if (BOUNDARY.test(up.type) || (callee !== undefined && !passesOn(endOf(callee, text)))) return undefined;
  }
  return undefined;
}

const passesOn = (callee: string): boolean => FORMATS.test(lastIdentifier(callee)) || CLOCK.test(`${callee}(`);
