/**
 * `strop/nn`: a small neural library. A model is ordinary functions on tensors; training and inference become ONNX
 * graphs, run by ONNX Runtime natively or as WebAssembly. See docs/nn.md.
 */
export { createRandom, type Random } from "../core/random.ts";

export { createGraph } from "./tensor.ts";
export type { DType, Graph, Operand, Parameter, Shape, Tensor, TensorData } from "./tensor.ts";
export { gradients } from "./gradient.ts";
export { exportModel } from "./model.ts";
export type { Inference, InputSpec, InputSpecs, Tensors } from "./model.ts";
export { inspectModel, type ModelSummary, type Signature } from "./onnx/inspect.ts";
export { createTrainer, type Trainer, type TrainerOptions } from "./trainer.ts";

export type { Backend, Session, Value, Values } from "./backend.ts";
export { nativeBackend, type NativeOptions } from "./backends/native.ts";
export { wasmAsset, wasmBackend } from "./backends/wasm.ts";

export { constant, fanIn, glorot, normal, ones, parameter, uniform, zeros, type Initializer } from "./initialize.ts";
export { adam, adamW, type AdamOptions, type AdamWOptions } from "./optimizers/adam.ts";
export { clipByGlobalNorm, globalNorm } from "./optimizers/clip.ts";
export type { Optimizer, UpdateInput, UpdateOutput } from "./optimizers/optimizer.ts";
export { sgd, type SgdOptions } from "./optimizers/sgd.ts";

export { causalSelfAttention, type AttentionOptions } from "./layers/attention.ts";
export { embedding, type Embedding, type EmbeddingOptions } from "./layers/embedding.ts";
export { linear, type Linear, type LinearOptions } from "./layers/linear.ts";
export { mlp, type MlpOptions } from "./layers/mlp.ts";
export { layerNorm, rmsNorm, type Layer } from "./layers/norm.ts";

export { gelu, relu, silu } from "./ops/activation.ts";
export { add, div, mean, mul, neg, sub } from "./ops/arithmetic.ts";
export { exp, log, reciprocal, sigmoid, sqrt, tanh } from "./ops/elementwise.ts";
export { gather } from "./ops/gather.ts";
export { matmul } from "./ops/matmul.ts";
export { layerNormalize, rmsNormalize, type NormalizeOptions } from "./ops/normalize.ts";
export { expand, sum, type ReduceOptions } from "./ops/reduce.ts";
export { concat, pad, reshape, slice, swapLastAxes, transpose, type Range } from "./ops/shape.ts";
export { crossEntropy, logSoftmax, softmax } from "./ops/softmax.ts";
