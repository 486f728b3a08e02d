/**
 * A family of sources: the design parameters that make its members differ, and how members are written. A family is one file
 * that calls `defineFamily`; drawing, refining and comparing follow from the parameters.
 */
import type { Random } from "../../core/numerics/random.ts";
import type { Design } from "../design/design.ts";
import type { Parameter, Value } from "./parameters.ts";

export type Settings = Readonly<Record<string, Value>>;

export interface FamilyOptions<S extends Settings> {
  /** Stable; names the family in journals and on the command line. */
  readonly name: string;
  readonly parameters: { readonly [Name in keyof S]: Parameter<S[Name]> };
  /** Which combinations of parameters there are. Default: all. */
  readonly exists?: (settings: S) => boolean;
  /** Where a search starts. */
  readonly initial: S;
  /** The text of a source with these parameters. */
  readonly render: (settings: S) => string;
  /** The parameters of a design, however its source was written; undefined for a design of another kind. */
  readonly read: (design: Design) => S | undefined;
}

export interface Family {
  readonly name: string;
  /** The initial source. */
  readonly initial: string;
  /** A random source, each parameter uniform in its range, and its refinement, in which exactly one design parameter has changed once. */
  drawPair(random: Random): RefinementPair;
  /**
   * One refinement of a design, as a source: what the generator does in place of a model. undefined for another kind of design, and for
   * one so far out of range that no change leads back.
   */
  refine(design: Design, random: Random): string | undefined;
  /** The design's parameters for reports; undefined for a design of another kind. */
  settings(design: Design): Settings | undefined;
  isInRange(settings: Settings): boolean;
}

/** An unrefined source (input) and a refined one (label). */
export interface RefinementPair {
  readonly source: string;
  readonly target: string;
}

export function defineFamily<S extends Settings>({
  name,
  parameters,
  exists = () => true,
  initial,
  render,
  read,
}: FamilyOptions<S>): Family {
  const entries = Object.entries(parameters) as [string, Parameter<Value>][];
  const kinds = entries.flatMap(([key, { changes }]) => changes.map((change) => ({ key, change })));
  const draw = (random: Random): S => {
    const drawn = Object.fromEntries(entries.map(([key, parameter]) => [key, parameter.draw(random)])) as S;
    return exists(drawn) ? drawn : draw(random);
  };
  const refine = (settings: S, random: Random): S | undefined => {
    // A kind of change that is not possible here (no layer to widen) leaves the choice to the others.
    for (const { key, change } of random.shuffle(kinds)) {
      const value = change(settings[key]!, random);
      const next = value === undefined ? undefined : { ...settings, [key]: value };
      if (next !== undefined && exists(next)) return next;
    }
    return undefined;
  };
  return {
    name,
    initial: render(initial),
    drawPair(random) {
      const settings = draw(random);
      const refined = refine(settings, random);
      if (refined === undefined)
        throw new RangeError(`expected a family of which every member can change, found ${JSON.stringify(settings)}`);
      return { source: render(settings), target: render(refined) };
    },
    refine(design, random) {
      const settings = read(design);
      const refined = settings && refine(settings, random);
      return refined && render(refined);
    },
    settings: read,
    isInRange: (settings) =>
      entries.every(([key, parameter]) => parameter.isInRange(settings[key]!)) && exists(settings as S),
  };
}

/**
 * The least number of design changes from one member to another: 1 for each number that differs, and for each layer that was
 * added, removed or resized (Levenshtein distance of the lists).
 */
export function countChanges(from: Settings, to: Settings): number {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return names.reduce((total, name) => total + distance([from[name] ?? []].flat(), [to[name] ?? []].flat()), 0);
}

function distance(from: readonly number[], to: readonly number[]): number {
  let row = to.map((_, i) => i + 1);
  for (const [i, a] of from.entries()) {
    let [left, diagonal] = [i + 1, i];
    row = row.map((above, j) => {
      left = Math.min(above + 1, left + 1, diagonal + (a === to[j] ? 0 : 1));
      diagonal = above;
      return left;
    });
  }
  return row.at(-1) ?? from.length;
}
