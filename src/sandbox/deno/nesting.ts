/**
 * Refuses texts that are nested so deeply that a recursive parser would use a gigabyte of stack on them. One pass, an
 * estimate that errs on the side of letting through: what slips past costs the bundler its process, which starts again.
 */

const BRACKETS_DEEP = 1000;
const OPERATORS_LONG = 10_000;
const OPENING = new Set("([{");
const CLOSING = new Set(")]}");
/** What nests without a bracket around it: !!!x, a=>a=>…, x?x?…, and the `)` of if(1)if(1)… */
const CHAINING = new Set("!~+-?=>*)");

/** What is wrong with the text, or undefined. */
export function nestingObstacle(text: string): string | undefined {
  let [depth, deepest, chain, longest] = [0, 0, 0, 0];
  for (const character of text) {
    if (OPENING.has(character)) deepest = Math.max(deepest, ++depth);
    else if (CLOSING.has(character)) depth = Math.max(0, depth - 1);
    if (CHAINING.has(character)) longest = Math.max(longest, ++chain);
    else if (character === ";" || character === ",") chain = 0;
  }
  if (deepest > BRACKETS_DEEP) return `expected brackets at most ${BRACKETS_DEEP} deep, found ${deepest}`;
  return longest > OPERATORS_LONG
    ? `expected at most ${OPERATORS_LONG} operators in a row, found ${longest}`
    : undefined;
}
