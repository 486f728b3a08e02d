/**
 * Training: forward, backward and optimiser as one ONNX graph, compiled once. A step feeds the batch and the state and
 * gets back the loss and the next state, which stays in plain arrays between steps.
 */
import { StropError } from "../core/errors.ts";
import { float32Of, type Backend, type Session, type Value, type Values } from "./backend.ts";
import type { InputSpec, InputSpecs } from "./model.ts";
import { sizeOf } from "./tensor.ts";
import { buildTrainingStep, nextName, valueName, type TrainingStepOptions } from "./training-step.ts";

export interface TrainerOptions<Name extends string> extends TrainingStepOptions<Name> {
  readonly backend: Backend;
}

export interface Trainer<Name extends string> {
  /** Number of trainable numbers. */
  readonly size: number;
  /**
   * One update with this batch; arrays have the sizes and types that `inputs` declares. One call at a time.
   * @returns the loss before the update, NaN and infinities included.
   */
  step(feeds: Readonly<Record<Name, Value["data"]>>, learningRate: number): Promise<number>;
  /** Write the trained values into the parameters, for `exportModel` and other graphs. */
  sync(): void;
  close(): Promise<void>;
}

/** Build and compile the training step. */
export async function createTrainer<Name extends string>(options: TrainerOptions<Name>): Promise<Trainer<Name>> {
  const { model, parameters, state: initial } = buildTrainingStep(options);
  const session = await options.backend.open(model);
  const state = keepState(session, initial);
  let steps = 0;
  return {
    size: parameters.reduce((total, { shape }) => total + sizeOf(shape), 0),
    async step(feeds, learningRate) {
      steps++;
      const numbers = { learningRate, ...options.optimizer.scalars(steps) };
      const outputs = await state.advance({ ...batchValues(options.inputs, feeds), ...scalarValues(numbers) });
      return float32Of(outputs["loss"])[0]!;
    },
    sync() {
      const current = state.current();
      for (const [index, { data }] of parameters.entries()) data.set(float32Of(current[valueName(index)]));
    },
    close: () => session.close(),
  };
}

/** Runs the session on its own results. Two sets of buffers take turns where the backend can write into them. */
function keepState(session: Session, initial: Values) {
  const names = Object.keys(initial);
  let current = initial;
  let spare: Values = Object.fromEntries(
    Object.entries(initial).map(([name, value]) => [nextName(name), { ...value, data: value.data.slice() }]),
  );
  return {
    current: () => current,
    async advance(feeds: Values): Promise<Values> {
      const outputs = await session.run({ ...feeds, ...current }, spare);
      spare = Object.fromEntries(names.map((name) => [nextName(name), current[name]!]));
      current = Object.fromEntries(names.map((name) => [name, outputs[nextName(name)]!]));
      return outputs;
    },
  };
}

function batchValues<Name extends string>(
  specs: InputSpecs<Name>,
  feeds: Readonly<Record<Name, Value["data"]>>,
): Values {
  const given = new Map(Object.entries<Value["data"]>(feeds));
  const entries = Object.entries<InputSpec>(specs).map(([name, { shape, dtype = "float32" }]): [string, Value] => {
    const data = given.get(name);
    if (data?.length !== sizeOf(shape))
      throw new StropError(
        "nn.feed",
        `expected ${sizeOf(shape)} numbers for "${name}", found ${data?.length ?? "none"}`,
      );
    return [name, { dtype, shape, data }];
  });
  return Object.fromEntries(entries);
}

const scalarValues = (numbers: Readonly<Record<string, number>>): Values =>
  Object.fromEntries(
    Object.entries(numbers).map(([name, number]) => [
      name,
      { dtype: "float32", shape: [], data: Float32Array.of(number) },
    ]),
  );
