/**
 * The messages of an ONNX file (onnx.proto3), as far as strop writes them: model, graph, node, tensor, value info.
 * Field numbers are ONNX's. Every dimension is fixed: one graph serves one shape.
 */
import type { Attributes, DType, Shape, TensorData } from "../tensor.ts";
import { MessageWriter } from "./wire.ts";

/** TensorProto.DataType. */
export const dtypeCodes: Readonly<Record<DType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };

/** Opset 18 is the first whose ScatterElements and reductions strop needs; every runtime since 2023 has it. */
const opset = 18;
const irVersion = 9;

/** AttributeProto.AttributeType. */
const attributeTypes = { float: 1, int: 2, text: 3, ints: 7 } as const;

export interface NamedTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

export interface Initializer extends NamedTensor {
  readonly data: TensorData;
}

export interface Node {
  readonly type: string;
  readonly inputs: readonly string[];
  /** One or two names. */
  readonly outputs: readonly [string, ...string[]];
  readonly attributes: Attributes;
}

export interface ModelParts {
  readonly nodes: readonly Node[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly NamedTensor[];
}

/** The bytes of a self-contained .onnx file. Nodes must be in an order in which each comes after its inputs. */
export function encodeModel(parts: ModelParts): Uint8Array<ArrayBuffer> {
  const graph = new MessageWriter();
  for (const node of parts.nodes) graph.message(1, encodeNode(node));
  graph.text(2, "strop");
  for (const initializer of parts.initializers) graph.message(5, encodeTensor(initializer));
  for (const input of parts.inputs) graph.message(11, encodeValueInfo(input));
  for (const output of parts.outputs) graph.message(12, encodeValueInfo(output));
  const operatorSet = new MessageWriter().text(1, "").int(2, opset);
  return new MessageWriter().int(1, irVersion).text(2, "strop").message(7, graph).message(8, operatorSet).finish();
}

function encodeNode(node: Node): MessageWriter {
  const message = new MessageWriter();
  for (const input of node.inputs) message.text(1, input);
  for (const output of node.outputs) message.text(2, output);
  message.text(3, `make ${node.outputs[0]}`).text(4, node.type);
  for (const [name, value] of Object.entries(node.attributes)) message.message(5, encodeAttribute(name, value));
  return message;
}

function encodeAttribute(name: string, value: Attributes[string]): MessageWriter {
  const message = new MessageWriter().text(1, name);
  if (typeof value === "number") return message.int(3, value).int(20, attributeTypes.int);
  if (typeof value === "string") return message.text(4, value).int(20, attributeTypes.text);
  if ("float" in value) return message.float(2, value.float).int(20, attributeTypes.float);
  for (const item of value) message.int(8, item);
  return message.int(20, attributeTypes.ints);
}

function encodeTensor({ name, dtype, shape, data }: Initializer): MessageWriter {
  const message = new MessageWriter();
  for (const size of shape) message.int(1, size);
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return message.int(2, dtypeCodes[dtype]).text(8, name).bytes(9, raw);
}

function encodeValueInfo({ name, dtype, shape }: NamedTensor): MessageWriter {
  const dimensions = new MessageWriter();
  for (const size of shape) dimensions.message(1, new MessageWriter().int(1, size));
  const tensorType = new MessageWriter().int(1, dtypeCodes[dtype]).message(2, dimensions);
  return new MessageWriter().text(1, name).message(2, new MessageWriter().message(1, tensorType));
}
