/** Which optimiser trains which parameter. Each distinct optimiser has its own scalars; the first one's keep their names. */
import type { Parameter, Tensor } from "../tensor.ts";
import type { Optimizer } from "./optimizer.ts";

export interface Group {
  readonly optimizer: Optimizer;
  /** This optimiser's scalars among those of all. */
  scalarsOf(all: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>>;
}

export interface Groups {
  readonly parameters: readonly Parameter[];
  /** undefined for a parameter that is none of `parameters`. */
  of(parameter: Parameter): Group | undefined;
  /** Scalars of all optimisers at step 1, 2, … */
  readonly scalars: Optimizer["scalars"];
}

export function groupsOf(
  parameters: readonly Parameter[],
  choice: Optimizer | ((parameter: Parameter) => Optimizer),
): Groups {
  const choose = typeof choice === "function" ? choice : () => choice;
  const chosen = new Map(parameters.map((parameter) => [parameter, choose(parameter)]));
  const optimizers = [...new Set(chosen.values())];
  const groups = new Map(optimizers.map((optimizer, index) => [optimizer, groupOf(optimizer, index)]));
  return {
    parameters,
    of: (parameter) => groups.get(chosen.get(parameter)!),
    scalars: (step) =>
      Object.fromEntries(
        optimizers.flatMap((optimizer, index) =>
          Object.entries(optimizer.scalars(step)).map(([name, value]) => [scalarName(name, index), value]),
        ),
      ),
  };
}

const groupOf = (optimizer: Optimizer, index: number): Group => ({
  optimizer,
  scalarsOf: (all) =>
    Object.fromEntries(Object.keys(optimizer.scalars(1)).map((name) => [name, all[scalarName(name, index)]!])),
});

const scalarName = (name: string, index: number): string => (index === 0 ? name : `${name}.${index}`);
