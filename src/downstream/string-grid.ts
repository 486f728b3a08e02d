/**
 * String grid distance (STOP §5.2): the distance of two texts over {A, B} of equal length counts the places where they
 * differ and the changes of letter inside each. Given one text and a distance, find the other.
 */
import type { Random } from "../core/numerics/random.ts";
import { checkText, markOf } from "./answers.ts";
import { defineTask } from "./define-task.ts";
import type { DownstreamTask } from "./types.ts";

export interface StringGridInstance {
  readonly t: string;
  readonly distance: number;
  /** A text at that distance from t. Secret. */
  readonly planted: string;
}

const ALPHABET = "AB";
const LONGEST = 30;
const LIMIT_SECONDS = 0.1;

/** hamming(s, t) + changes(s) + changes(t), for texts of equal length. */
export const gridDistance = (s: string, t: string): number =>
  s.split("").filter((letter, i) => letter !== t[i]).length + changes(s) + changes(t);

const changes = (text: string): number => text.split("").filter((letter, i) => i > 0 && letter !== text[i - 1]).length;

export function drawStringGrid(random: Random): StringGridInstance {
  const length = 1 + random.integer(LONGEST);
  const draw = () => Array.from({ length }, () => ALPHABET[random.integer(2)]).join("");
  const [t, planted] = [draw(), draw()];
  return { t, planted, distance: gridDistance(planted, t) };
}

export const createStringGrid = (): DownstreamTask =>
  defineTask<StringGridInstance>({
    name: "string-grid",
    description: DESCRIPTION,
    seedSolution: SEED,
    limitSeconds: LIMIT_SECONDS,
    failureScore: 0,
    counts: { validation: 50, test: 50 },
    draw: drawStringGrid,
    argumentsOf: ({ t, distance }) => [t, distance],
    judge: ({ t, distance }, answer) => markOf(checkText(answer, t.length, ALPHABET), (s) => scoreText(s, t, distance)),
  });

/** Never negative: distances lie between 0 and 3 · length. */
function scoreText(s: string, t: string, distance: number): number {
  const error = Math.abs(gridDistance(s, t) - distance);
  return error === 0 ? 1 : Math.max(0, 0.5 - error / (6 * t.length));
}

const DESCRIPTION = `\
/** Finds a text s with d(s, t) = distance. Higher is better. */
function score(algorithm: (t: string, distance: number) => string): number {
  const instances = 50, limitSeconds = ${LIMIT_SECONDS};
  const changes = (x: string) => [...x].filter((letter, i) => i > 0 && letter !== x[i - 1]).length;
  const hamming = (s: string, t: string) => [...s].filter((letter, i) => letter !== t[i]).length;
  const d = (s: string, t: string) => hamming(s, t) + changes(s) + changes(t);
  let total = 0;
  for (let k = 0; k < instances; k++) {
    const length = 1 + Math.floor(${LONGEST} * Math.random());
    const draw = () => Array.from({ length }, () => (Math.random() < 0.5 ? "A" : "B")).join("");
    const t = draw();
    const distance = d(draw(), t);
    // Stopped after the limit. Too late, an exception or anything but a text of that length over A and B counts as 0.
    const s = runWithin(limitSeconds, () => algorithm(t, distance));
    const error = Math.abs(d(s, t) - distance);
    total += error === 0 ? 1 : 0.5 - error / (6 * length);
  }
  return total / instances;
}
`;

const SEED = `\
/** The text itself. */
export function algorithm(t: string, _distance: number): string {
  return t;
}
`;
