/** Makes a task out of its parts, and so that no other file has to know the type of its instances. */
import { createRandom, type Random } from "../core/numerics/random.ts";
import type { Json } from "../core/json.ts";
import type { DownstreamTask, Mark, Split, TaskInstance } from "./types.ts";

export interface TaskParts<Instance> extends Omit<DownstreamTask, "instances"> {
  /** How many instances each split has. */
  readonly counts: Readonly<Record<Split, number>>;
  /** One instance; `random` belongs to it alone. */
  draw(random: Random): Instance;
  argumentsOf(instance: Instance): readonly Json[];
  judge(instance: Instance, answer: Json, seconds: number): Mark;
}

/** Sets of instances that a task remembers: some take a search of seconds to draw. */
const KEPT_SETS = 8;

export function defineTask<Instance>(parts: TaskParts<Instance>): DownstreamTask {
  const { counts, draw, argumentsOf: _arguments, judge: _judge, ...told } = parts;
  const drawn = new Map<string, readonly TaskInstance[]>();
  return Object.freeze({
    ...told,
    instances(split: Split, seed: number | string): readonly TaskInstance[] {
      const key = `${split}/${seed}`;
      const stream = createRandom(seed).fork(told.name).fork(split);
      const instances =
        drawn.get(key) ?? Array.from({ length: counts[split] }, (_, index) => seal(parts, draw(stream.fork(index))));
      if (drawn.size === KEPT_SETS) drawn.clear();
      drawn.set(key, instances);
      return instances;
    },
  });
}

/** A task over given instances (real ones, from files): both splits are all of them, whatever the seed. */
export function fixedTask<Instance>(
  parts: Omit<TaskParts<Instance>, "counts" | "draw">,
  instances: readonly Instance[],
): DownstreamTask {
  const { argumentsOf: _arguments, judge: _judge, ...told } = parts;
  const sealed = instances.map((instance) => seal(parts, instance));
  return Object.freeze({ ...told, instances: () => sealed });
}

const seal = <Instance>(
  { argumentsOf, judge }: Pick<TaskParts<Instance>, "argumentsOf" | "judge">,
  instance: Instance,
): TaskInstance => ({
  arguments: argumentsOf(instance),
  judge: (answer, seconds) => judge(instance, answer, seconds),
});
