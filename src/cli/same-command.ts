/**
 * The command line that was given, for the next steps that are suggested at its end: a run does not remember what its
 * options said over a config or a default, so a step repeats them.
 */
import { commandName } from "./command-name.ts";
import { cyan, dim } from "./screen/style.ts";

/**
 * As the user would type it, without the options of `leftOut`: `--fresh`, or with a value `--for <duration>`. `words` are
 * the arguments.
 */
export function sameCommand(leftOut: readonly string[], words: readonly string[] = process.argv.slice(2)): string {
  const names = new Map(leftOut.map((option) => [option.split(" ")[0], option.includes(" ")]));
  const kept = words.filter((word, index) => {
    const isValue = names.get(words[index - 1]) === true;
    return !isValue && !names.has(word.split("=")[0]);
  });
  return [commandName(), ...kept.map(quoted)].join(" ");
}

/** The first step after a run that was cut off: `--fresh` would begin it anew. */
export const goesOn = (): [string, string] => [sameCommand(["--fresh"]), "goes on from here"];

/** A word as a shell needs it. */
export const quoted = (text: string): string =>
  /^[\w./@:+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** The next steps below their heading: each a command and what it does. */
export function stepLines(steps: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...steps.map(([command]) => command.length));
  return [dim("next"), ...steps.map(([command, what]) => `  ${cyan(command.padEnd(width))}  ${dim(what)}`)];
}
