/**
 * A network over a set of things that can be acted on: a transformer without positions, so that their order does not matter and their
 * number only pads. Every site has the same few operators; an action is a site and an operator. The critic reads the pooled set.
 */
import type { Random } from "../core/numerics/random.ts";
import {
  add,
  attention,
  div,
  fanIn,
  gelu,
  linear,
  mul,
  normal,
  reshape,
  rmsNorm,
  sum,
  tanh,
  type LoraOptions,
  type Tensor,
} from "../nn/index.ts";
import type { PolicyNetwork } from "./network.ts";

export interface SiteTransformerOptions {
  readonly random: Random;
  /** Sites of one observation; fewer are padded. */
  readonly sites: number;
  /** Numbers that describe a site. */
  readonly features: number;
  readonly operators: number;
  /** Default 48. */
  readonly width?: number;
  /** Default 2. */
  readonly layers?: number;
  /** Default 4. */
  readonly heads?: number;
  /** Freezes all matrices but the heads and learns low-rank adapters beside them. */
  readonly lora?: LoraOptions;
}

/** Inputs: `sites` [sites, features] and `present` [sites], 1 where there is a site. Action = site · operators + operator. */
export function siteTransformer(options: SiteTransformerOptions): PolicyNetwork {
  const { sites, features, operators, width = 48, layers = 2, heads = 4, random, lora } = options;
  const inner = { random, ...(lora && { lora }) };
  const input = linear(features, width, inner);
  const blocks = Array.from({ length: layers }, () => ({
    attentionNorm: rmsNorm(width),
    attention: attention(width, { ...inner, heads, bias: false }),
    mlpNorm: rmsNorm(width),
    up: linear(width, 2 * width, inner),
    down: linear(2 * width, width, { ...inner, initializer: fanIn(random, 0.5) }),
  }));
  const norm = rmsNorm(width);
  // Near 0, so that an untrained policy is as good as uniform and an untrained critic expects nothing.
  const scores = linear(width, operators, { random, initializer: normal(random, 0.01) });
  const pooled = linear(width, width, inner);
  const value = linear(width, 1, { random, initializer: normal(random, 0.01) });
  const encode = (x: Tensor, present: Tensor): Tensor =>
    norm(
      blocks.reduce((y, block) => {
        const seen = add(y, block.attention(block.attentionNorm(y), { keyMask: present }));
        return add(seen, block.down(gelu(block.up(block.mlpNorm(seen)))));
      }, input(x)),
    );
  return {
    inputs: { sites: [sites, features], present: [sites] },
    actions: sites * operators,
    model: { input, blocks, norm, scores, pooled, value },
    apply(fed) {
      const present = fed["present"]!;
      const batch = present.shape[0]!;
      const encoded = encode(fed["sites"]!, present);
      const column = reshape(present, [batch, sites, 1]);
      const mean = div(sum(mul(encoded, column), { axes: [1] }), sum(present, { axes: [1], keep: true }));
      return {
        logits: reshape(scores(encoded), [batch, sites * operators]),
        values: reshape(value(tanh(pooled(mean))), [batch]),
      };
    },
  };
}
