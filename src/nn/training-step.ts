/**
 * One training step as data: a model that takes batch, numbers and state and gives the loss and the next state. State is
 * named `kind.index` going in (`value.3`, `square.3`) and `next.kind.index` coming out. What builds a step may be a program
 * that nobody trusts; what runs it needs only the data.
 */
import { StropError } from "../core/errors.ts";
import type { Value, Values } from "./backend.ts";
import { ancestors, gradients } from "./gradient.ts";
import { inputTensors, serialize, type InputSpecs, type Tensors } from "./model.ts";
import { clipByGlobalNorm } from "./optimizers/clip.ts";
import { groupsOf, type Groups } from "./optimizers/groups.ts";
import type { Optimizer } from "./optimizers/optimizer.ts";
import { seedName } from "./ops/dropout.ts";
import { sizeOf, type Graph, type Parameter, type Shape, type Tensor } from "./tensor.ts";

export interface TrainingStepOptions<Name extends string> {
  /** What a step is fed, by name. */
  readonly inputs: InputSpecs<Name>;
  /** The scalar to minimise. The parameters that it uses are trained, but for frozen ones. */
  readonly loss: (inputs: Tensors<Name>) => Tensor;
  /** One for all parameters, or a choice for each; parameters with the same object form a group. */
  readonly optimizer: Optimizer | ((parameter: Parameter) => Optimizer);
  /** Largest norm of all gradients together; default: no clipping. */
  readonly clipNorm?: number;
}

export interface TrainingStep<Name extends string = string> {
  readonly model: Uint8Array;
  readonly inputs: InputSpecs<Name>;
  /** The state before the first step: the parameters' values, and zeros for the optimiser. */
  readonly state: Values;
  /** Whether the model takes a seed, as one with dropout does. */
  readonly isSeeded: boolean;
}

export interface BuiltStep<Name extends string> {
  readonly step: TrainingStep<Name>;
  /** What `value.0`, `value.1`, … stand for. */
  readonly parameters: readonly Parameter[];
  /** What the model takes besides the learning rate at step 1, 2, … */
  readonly scalars: Optimizer["scalars"];
}

/** @throws StropError `nn.gradient`, `nn.shape` from the pieces, `nn.no-parameters` when nothing is trainable. */
export function buildTrainingStep<Name extends string>(options: TrainingStepOptions<Name>): BuiltStep<Name> {
  const inputs = inputTensors(options.inputs, { isTraining: true });
  const loss = options.loss(inputs);
  const assigned = loss.graph.assignments();
  const parameters = loss.graph.parameters().filter((one) => !one.isFrozen || assigned.has(one));
  if (parameters.every((one) => assigned.has(one)))
    throw new StropError("nn.no-parameters", "expected a loss that uses parameters, found none to train");
  const groups = groupsOf(
    parameters.filter((one) => !assigned.has(one)),
    options.optimizer,
  );
  const update = updates(loss, { parameters, groups, clipNorm: options.clipNorm });
  const outputs = { loss, ...update.outputs };
  const seeds = ancestors(Object.values(outputs), (made) => made.inputs).filter(isSeed);
  const fed = parameters.map((one, index): [Tensor, string] => [loss.graph.use(one), valueName(index)]);
  const model = serialize({
    inputs: [...Object.values<Tensor>(inputs), ...update.inputs, ...seeds],
    outputs,
    fed: new Map(fed),
  });
  const step = { model, inputs: options.inputs, state: initialState(parameters, groups), isSeeded: seeds.length > 0 };
  return { step, parameters, scalars: groups.scalars };
}

export const valueName = (index: number): string => `value.${index}`;
export const nextName = (name: string): string => `next.${name}`;

const isSeed = ({ source }: Tensor): boolean => source.kind === "input" && source.name === seedName;

interface UpdateOptions {
  readonly parameters: readonly Parameter[];
  readonly groups: Groups;
  readonly clipNorm: number | undefined;
}

interface Updates {
  readonly inputs: readonly Tensor[];
  readonly outputs: Tensors;
}

function updates(loss: Tensor, { parameters, groups, clipNorm }: UpdateOptions): Updates {
  const { graph } = loss;
  const gradient = gradientsOf(loss, { groups, clipNorm });
  const learningRate = graph.input("learningRate", []);
  const scalars = inputsNamed(graph, Object.keys(groups.scalars(1)), []);
  const inputs = [learningRate, ...Object.values(scalars)];
  const outputs: Record<string, Tensor> = {};
  parameters.forEach((parameter, index) => {
    const group = groups.of(parameter);
    if (group === undefined) {
      outputs[nextName(valueName(index))] = graph.assignments().get(parameter)!;
      return;
    }
    const names = group.optimizer.slots.map((slot) => `${slot}.${index}`);
    const fed = Object.values(inputsNamed(graph, names, parameter.shape));
    const next = group.optimizer.update({
      value: graph.use(parameter),
      gradient: gradient.get(parameter)!,
      slots: Object.fromEntries(group.optimizer.slots.map((slot, i) => [slot, fed[i]!])),
      scalars: group.scalarsOf(scalars),
      learningRate,
    });
    inputs.push(...fed);
    outputs[nextName(valueName(index))] = next.value;
    for (const slot of group.optimizer.slots) outputs[nextName(`${slot}.${index}`)] = next.slots[slot]!;
  });
  return { inputs, outputs };
}

function gradientsOf(
  loss: Tensor,
  { groups, clipNorm }: Omit<UpdateOptions, "parameters">,
): ReadonlyMap<Parameter, Tensor> {
  const raw = gradients(
    loss,
    groups.parameters.map((parameter) => loss.graph.use(parameter)),
  );
  const clipped = clipNorm === undefined ? raw : clipByGlobalNorm(raw, clipNorm);
  return new Map(groups.parameters.map((parameter, index) => [parameter, clipped[index]!]));
}

const inputsNamed = (graph: Graph, names: readonly string[], shape: Shape): Tensors =>
  Object.fromEntries(names.map((name) => [name, graph.input(name, shape)]));

function initialState(parameters: readonly Parameter[], groups: Groups): Values {
  const state: Record<string, Value> = {};
  parameters.forEach((parameter, index) => {
    const { shape, data } = parameter;
    state[valueName(index)] = { dtype: "float32", shape, data: data.slice() };
    for (const slot of groups.of(parameter)?.optimizer.slots ?? [])
      state[`${slot}.${index}`] = { dtype: "float32", shape, data: new Float32Array(sizeOf(shape)) };
  });
  return state;
}
