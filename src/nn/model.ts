/**
 * From tensors to the bytes of an .onnx file: what the outputs depend on, and nothing else, in order of creation.
 * Parameters either become inputs (a training step, whose state goes in and out) or are written in (inference).
 */
import { StropError } from "../core/errors.ts";
import { ancestors } from "./gradient.ts";
import { encodeModel, type Initializer, type NamedTensor, type Node } from "./onnx/encode.ts";
import { createGraph, type DType, type GraphOptions, type Parameter, type Shape, type Tensor } from "./tensor.ts";

/** What is fed under a name: int32 tokens [8, 64], say. */
export interface InputSpec {
  readonly shape: Shape;
  /** Default float32. */
  readonly dtype?: DType;
}

export type Tensors<Name extends string = string> = Readonly<Record<Name, Tensor>>;
export type InputSpecs<Name extends string = string> = Readonly<Record<Name, InputSpec>>;

export interface Inference<Name extends string> {
  readonly inputs: InputSpecs<Name>;
  readonly outputs: (inputs: Tensors<Name>) => Tensors;
  /** Parameters that become inputs of these names, fed at every run, instead of being written in. Default none. */
  readonly fed?: ReadonlyMap<string, Parameter>;
}

/**
 * A standalone model with the parameters' current values written in: standard operators, fixed shapes, no external data.
 */
export function exportModel<Name extends string>({ inputs, outputs, fed }: Inference<Name>): Uint8Array<ArrayBuffer> {
  const made = inputTensors(inputs);
  const results = outputs(made);
  const graph = Object.values(results)[0]?.graph;
  const names = [...(graph === undefined ? [] : (fed ?? []))].map(([name, parameter]): [Tensor, string] => [
    graph!.use(parameter),
    name,
  ]);
  return serialize({ inputs: Object.values<Tensor>(made), outputs: results, fed: new Map(names) });
}

/** One input tensor for each spec, in a new graph. */
export function inputTensors<Name extends string>(specs: InputSpecs<Name>, options?: GraphOptions): Tensors<Name> {
  const graph = createGraph(options);
  const entries = Object.entries<InputSpec>(specs).map(([name, spec]) => [
    name,
    graph.input(name, spec.shape, spec.dtype),
  ]);
  return Object.fromEntries(entries) as Tensors<Name>;
}

export interface Serialization {
  /** Input tensors in the order of the model's signature; used or not. */
  readonly inputs: readonly Tensor[];
  readonly outputs: Tensors;
  /** Parameters that are fed under these names instead of being written in. */
  readonly fed?: ReadonlyMap<Tensor, string>;
}

/** The bytes of a model that computes `outputs`. */
export function serialize({ inputs, outputs, fed = new Map() }: Serialization): Uint8Array<ArrayBuffer> {
  const nodes: Node[] = [];
  const initializers: Initializer[] = [];
  const names = withOutputNames(fed, outputs);
  const signature: NamedTensor[] = inputs.map((tensor) => named(tensor, nameOf(tensor, names)));
  for (const [tensor, name] of fed) signature.push(named(tensor, name));
  const needed = ancestors(Object.values(outputs), (made) => made.inputs);
  const seconds = new Map(needed.filter(isSecond).map((tensor) => [tensor.inputs[0]!, tensor]));
  for (const tensor of needed) {
    const { source } = tensor;
    if (source.kind === "operation") nodes.push(nodeOf(tensor, source, { names, second: seconds.get(tensor) }));
    else if (source.kind === "constant")
      initializers.push({ ...named(tensor, nameOf(tensor, names)), data: source.data });
    else if (source.kind === "parameter" && !fed.has(tensor))
      initializers.push({ ...named(tensor, nameOf(tensor, names)), data: source.parameter.data });
    else if (source.kind === "input" && !inputs.includes(tensor)) throw undeclared(source.name);
  }
  for (const [name, tensor] of Object.entries(outputs)) {
    const made = nameOf(tensor, names);
    if (made !== name) nodes.push({ type: "Identity", inputs: [made], outputs: [name], attributes: {} });
  }
  const results = Object.entries(outputs).map(([name, tensor]) => named(tensor, name));
  return encodeModel({ nodes, initializers, inputs: signature, outputs: results });
}

type Names = ReadonlyMap<Tensor, string>;

/** An output is named after the node that makes it. What is no node's, or is put out twice, needs an Identity, which copies. */
function withOutputNames(fed: Names, outputs: Tensors): Names {
  const names = new Map(fed);
  for (const [name, tensor] of Object.entries(outputs))
    if (tensor.source.kind === "operation" && !names.has(tensor)) names.set(tensor, name);
  return names;
}

const isSecond = ({ source }: Tensor): boolean => source.kind === "second";

const named = ({ dtype, shape }: Tensor, name: string): NamedTensor => ({ name, dtype, shape });

function nodeOf(
  tensor: Tensor,
  { type, attributes }: Extract<Tensor["source"], { kind: "operation" }>,
  { names, second }: { readonly names: Names; readonly second: Tensor | undefined },
): Node {
  const inputs = tensor.inputs.map((input) => nameOf(input, names));
  const others = second === undefined ? [] : [nameOf(second, names)];
  return { type, attributes, inputs, outputs: [nameOf(tensor, names), ...others] };
}

const nameOf = (tensor: Tensor, names: Names): string =>
  names.get(tensor) ?? (tensor.source.kind === "input" ? tensor.source.name : `${tensor.source.kind}.${tensor.id}`);

const undeclared = (name: string) =>
  new StropError("nn.model", `expected every input among the declared ones, found "${name}", which is not`, {
    hint: "Make inputs through the `inputs` of exportModel or createTrainer.",
  });
