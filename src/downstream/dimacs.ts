/** SAT formulas from DIMACS CNF files, also with the footer of `%` and `0` that SATLIB's files end in. */
import { fixedTask } from "./define-task.ts";
import { type FileTaskOptions, type InstanceFile, badFile, nameOf, numbersOf } from "./instance-file.ts";
import { satParts, type Clause, type SatInstance } from "./sat.ts";
import type { DownstreamTask } from "./types.ts";

export interface Cnf {
  readonly variables: number;
  /** Signed, 1-based literals, any number per clause. */
  readonly clauses: readonly (readonly number[])[];
}

/** Throws StropError `downstream.bad-file` when the text does not keep what its header says. */
export function parseDimacs(file: InstanceFile): Cnf {
  const lines = file.text.split(/\r?\n/).filter((line) => !/^\s*(?:c\b|$)/.test(line));
  const header = /^\s*p\s+cnf\s+(\d+)\s+(\d+)\s*$/.exec(lines[0] ?? "");
  if (header === null) return badFile(file, "a line `p cnf VARIABLES CLAUSES`", (lines[0] ?? "nothing").slice(0, 60));
  const [variables, count] = [Number(header[1]), Number(header[2])];
  const footer = lines.findIndex((line) => /^\s*%/.test(line));
  const clauses: number[][] = [[]];
  for (const literal of numbersOf(file, lines.slice(1, footer === -1 ? undefined : footer).join("\n"))) {
    const isLiteral = Number.isInteger(literal) && Math.abs(literal) <= variables;
    if (!isLiteral) badFile(file, `literals of ${variables} variables`, String(literal));
    if (literal === 0) clauses.push([]);
    else clauses.at(-1)?.push(literal);
  }
  // The last clause of some files has no 0.
  if (clauses.at(-1)?.length === 0) clauses.pop();
  if (clauses.length !== count) badFile(file, `${count} clauses`, String(clauses.length));
  return { variables, clauses };
}

/** The 3-SAT task over given formulas: 1 for a satisfying assignment, 0.01 for any other. */
export function fromDimacs(files: readonly InstanceFile[], { limitSeconds }: FileTaskOptions = {}): DownstreamTask {
  const parts = satParts(nameOf("sat", files), DESCRIPTION);
  return fixedTask({ ...parts, limitSeconds: limitSeconds ?? parts.limitSeconds }, files.map(threeSat));
}

function threeSat(file: InstanceFile): SatInstance {
  const { variables, clauses } = parseDimacs(file);
  const triples = clauses.map((clause) =>
    isTriple(clause) ? clause : badFile(file, "clauses of three literals", `one of ${clause.length}`),
  );
  return { variables, clauses: triples };
}

const isTriple = (clause: readonly number[]): clause is Clause => clause.length === 3;

const DESCRIPTION = `\
/** Solves 3-SAT formulas. Higher is better. Literals are signed and 1-based: -3 holds when variable 3, values[2], is false. */
function score(algorithm: (variables: number, clauses: [number, number, number][]) => boolean[]): number {
  const holds = (values: boolean[], literal: number) => values[Math.abs(literal) - 1] === literal > 0;
  let total = 0;
  for (const { variables, clauses, limitSeconds } of instances) {
    // Stopped after the limit. Too late, an exception or anything but one boolean per variable counts as 0.
    const values = runWithin(limitSeconds, () => algorithm(variables, clauses));
    total += clauses.every((clause) => clause.some((literal) => holds(values, literal))) ? 1 : 0.01;
  }
  return total / instances.length;
}
`;
