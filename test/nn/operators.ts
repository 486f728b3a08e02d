/** The operators whose gradients are checked, against finite differences and against PyTorch. */
import * as nn from "../../src/nn/index.ts";
import { attend } from "../../src/nn/layers/heads.ts";
import type { GradientCheck } from "./support.ts";

const positive = (draw: number) => 0.5 + Math.abs(draw);
/** Away from the kink of relu, which finite differences straddle. */
const awayFromZero = (draw: number) => draw + Math.sign(draw) * 0.1;
/** So far apart that a step of the finite differences changes no order. */
const spread = (draw: number) => draw * 100;

const a = { a: [2, 3] };
const ab = { a: [2, 3], b: [2, 3] };
const row = { a: [2, 3], b: [3] };
const column = { a: [2, 1], b: [4, 1, 3] };

/** Every operator with a gradient, by name; pytorch.py computes the same under the same names. */
export const operatorChecks: Readonly<Record<string, GradientCheck>> = {
  add: { shapes: ab, build: ({ a, b }) => nn.add(a!, b!) },
  "add of a row": { shapes: row, build: ({ a, b }) => nn.add(a!, b!) },
  "sub, broadcast both ways": { shapes: column, build: ({ a, b }) => nn.sub(a!, b!) },
  "mul of a row": { shapes: row, build: ({ a, b }) => nn.mul(a!, b!) },
  "mul by itself": { shapes: a, build: ({ a }) => nn.mul(a!, a!) },
  "div, broadcast both ways": { shapes: column, build: ({ a, b }) => nn.div(a!, b!), domain: positive },
  "a number minus a tensor": { shapes: a, build: ({ a }) => nn.sub(2, a!) },
  "a number divided by a tensor": { shapes: a, build: ({ a }) => nn.div(2, a!), domain: positive },
  neg: { shapes: a, build: ({ a }) => nn.neg(a!) },
  "mean over all": { shapes: a, build: ({ a }) => nn.mean(nn.mul(a!, a!)) },
  "mean over no axis": { shapes: a, build: ({ a }) => nn.mean(nn.mul(a!, a!), { axes: [] }) },
  "mean over the first axis": { shapes: a, build: ({ a }) => nn.mean(nn.mul(a!, a!), { axes: [0] }) },
  "sum over all": { shapes: a, build: ({ a }) => nn.sum(nn.mul(a!, a!)) },
  "sum over a kept axis": { shapes: a, build: ({ a }) => nn.mul(a!, nn.sum(a!, { axes: [-1], keep: true })) },
  expand: { shapes: { a: [2, 1] }, build: ({ a }) => nn.expand(nn.mul(a!, a!), [3, 2, 4]) },
  exp: { shapes: a, build: ({ a }) => nn.exp(a!) },
  log: { shapes: a, build: ({ a }) => nn.log(a!), domain: positive },
  sqrt: { shapes: a, build: ({ a }) => nn.sqrt(a!), domain: positive },
  reciprocal: { shapes: a, build: ({ a }) => nn.reciprocal(a!), domain: positive },
  tanh: { shapes: a, build: ({ a }) => nn.tanh(a!) },
  sigmoid: { shapes: a, build: ({ a }) => nn.sigmoid(a!) },
  relu: { shapes: a, build: ({ a }) => nn.relu(a!), domain: awayFromZero },
  gelu: { shapes: a, build: ({ a }) => nn.gelu(a!) },
  silu: { shapes: a, build: ({ a }) => nn.silu(a!) },
  matmul: { shapes: { a: [2, 3], b: [3, 4] }, build: ({ a, b }) => nn.matmul(a!, b!) },
  "matmul of a batch by a matrix": { shapes: { a: [2, 2, 3], b: [3, 2] }, build: ({ a, b }) => nn.matmul(a!, b!) },
  "matmul of two batches": { shapes: { a: [2, 2, 3], b: [2, 3, 2] }, build: ({ a, b }) => nn.matmul(a!, b!) },
  "matmul, broadcast": { shapes: { a: [2, 1, 2, 3], b: [2, 3, 2] }, build: ({ a, b }) => nn.matmul(a!, b!) },
  "attend with a bias for all of a batch": {
    shapes: { a: [2, 2, 3, 4], b: [2, 2, 5, 4], c: [2, 2, 5, 4], d: [2, 3, 5] },
    build: ({ a, b, c, d }) => attend(a!, { key: b!, value: c! }, d!),
  },
  softmax: { shapes: a, build: ({ a }) => nn.softmax(a!) },
  logSoftmax: { shapes: a, build: ({ a }) => nn.logSoftmax(a!) },
  "convolve2d with padding and bias": {
    shapes: { a: [2, 2, 4, 3], b: [3, 2, 3, 3], c: [3] },
    build: ({ a, b, c }) => nn.convolve2d(a!, b!, { bias: c!, padding: 1 }),
  },
  "convolve2d with a stride that leaves a rest, and an even kernel": {
    shapes: { a: [2, 2, 6, 5], b: [2, 2, 2, 3] },
    build: ({ a, b }) => nn.convolve2d(a!, b!, { stride: 2 }),
  },
  "convolve2d of many channels with stride and padding": {
    shapes: { a: [2, 16, 4, 5], b: [2, 16, 3, 2] },
    build: ({ a, b }) => nn.convolve2d(a!, b!, { stride: 2, padding: 1 }),
  },
  maxPool2d: { shapes: { a: [2, 2, 4, 5] }, build: ({ a }) => nn.maxPool2d(a!, { size: 2 }), domain: spread },
  "maxPool2d with overlapping windows": {
    shapes: { a: [1, 2, 4, 5] },
    build: ({ a }) => nn.maxPool2d(a!, { size: 3, stride: 1 }),
    domain: spread,
  },
  averagePool2d: { shapes: { a: [2, 2, 5, 4] }, build: ({ a }) => nn.averagePool2d(nn.mul(a!, a!), { size: 2 }) },
  "averagePool2d with overlapping windows": {
    shapes: { a: [1, 2, 6, 5] },
    build: ({ a }) => nn.averagePool2d(nn.mul(a!, a!), { size: 3, stride: 2 }),
  },
  globalAveragePool2d: {
    shapes: { a: [2, 2, 3, 4] },
    build: ({ a }) => nn.globalAveragePool2d(nn.mul(a!, a!)),
  },
  "layerNormalize over other axes": {
    shapes: { a: [2, 3, 4] },
    build: ({ a }) => nn.layerNormalize(a!, { axes: [0, 2] }),
  },
  groupNorm2d: {
    shapes: { a: [2, 4, 2, 3] },
    build: ({ a }) => nn.groupNorm2d(4, { groups: 2 })(a!),
  },
  flatten: { shapes: { a: [2, 2, 3] }, build: ({ a }) => nn.flatten(nn.mul(a!, a!)) },
  abs: { shapes: a, build: ({ a }) => nn.abs(a!), domain: awayFromZero },
  softplus: { shapes: a, build: ({ a }) => nn.softplus(a!) },
  "minimum, broadcast": { shapes: row, build: ({ a, b }) => nn.minimum(a!, b!) },
  "maximum with a number": { shapes: a, build: ({ a }) => nn.maximum(a!, 0), domain: awayFromZero },
  clamp: { shapes: a, build: ({ a }) => nn.clamp(nn.mul(a!, a!), 0.2, 0.9) },
  "where, broadcast both ways": {
    shapes: column,
    build: ({ a, b }) => nn.where(nn.greater(a!, 0), nn.mul(a!, a!), nn.mul(b!, b!)),
  },
  pick: {
    shapes: { a: [2, 2, 4] },
    fixed: { indices: { shape: [2, 2], data: Int32Array.of(0, 3, 3, 1) } },
    build: ({ a, indices }) => nn.pick(nn.mul(a!, a!), indices!),
  },
  "crossEntropy with an ignored class": {
    shapes: { a: [2, 3, 5] },
    fixed: { targets: { shape: [2, 3], data: Int32Array.of(0, 4, -1, 2, -1, -1) } },
    build: ({ a, targets }) => nn.crossEntropy(nn.mul(a!, a!), targets!, { ignore: -1 }),
  },
  "crossEntropy with smoothing": {
    shapes: { a: [2, 3, 5] },
    fixed: { targets: { shape: [2, 3], data: Int32Array.of(0, 4, -1, 2, -1, 3) } },
    build: ({ a, targets }) => nn.crossEntropy(nn.mul(a!, a!), targets!, { ignore: -1, smoothing: 0.1 }),
  },
  "crossEntropy with weights": {
    shapes: { a: [3, 5] },
    fixed: {
      targets: { shape: [3], data: Int32Array.of(0, 4, 1) },
      weights: { shape: [3], data: Int32Array.of(1, 0, 3) },
    },
    build: ({ a, targets, weights }) => nn.crossEntropy(nn.mul(a!, a!), targets!, { weights: weights! }),
  },
  meanSquaredError: { shapes: ab, build: ({ a, b }) => nn.meanSquaredError(a!, nn.mul(b!, b!)) },
  huberLoss: { shapes: ab, build: ({ a, b }) => nn.huberLoss(nn.mul(a!, a!), b!, { delta: 0.7 }) },
  binaryCrossEntropy: { shapes: ab, build: ({ a, b }) => nn.binaryCrossEntropy(a!, nn.sigmoid(b!)) },
  crossEntropy: {
    shapes: { a: [2, 2, 5] },
    fixed: { targets: { shape: [2, 2], data: Int32Array.of(0, 4, 4, 2) } },
    build: ({ a, targets }) => nn.crossEntropy(nn.mul(a!, a!), targets!),
  },
  "gather with repeated indices": {
    shapes: { a: [4, 3] },
    fixed: { indices: { shape: [2, 3], data: Int32Array.of(1, 3, 1, 1, 0, 3) } },
    build: ({ a, indices }) => nn.gather(nn.mul(a!, a!), indices!),
  },
  reshape: { shapes: a, build: ({ a }) => nn.reshape(nn.mul(a!, a!), [3, 2]) },
  transpose: { shapes: { a: [2, 3, 4] }, build: ({ a }) => nn.transpose(nn.mul(a!, a!), [2, 0, 1]) },
  slice: { shapes: { a: [2, 5] }, build: ({ a }) => nn.slice(nn.mul(a!, a!), { axis: -1, start: 1, end: 3 }) },
  pad: { shapes: a, build: ({ a }) => nn.pad(nn.mul(a!, a!), { axis: 0, before: 1, after: 2 }) },
  concat: { shapes: { a: [2, 2], b: [2, 3] }, build: ({ a, b }) => nn.concat([a!, nn.mul(b!, b!), a!], 1) },
  rmsNormalize: { shapes: { a: [2, 5] }, build: ({ a }) => nn.rmsNormalize(a!) },
  layerNormalize: { shapes: { a: [2, 5] }, build: ({ a }) => nn.layerNormalize(a!) },
};
