/**
 * A saved code model as a policy network (policy/network.ts): a text is one pass, its symbols are the decisions. The base is frozen; low-rank
 * adapters on the attention's maps are the actor, and a linear map of the decoder's state is the critic.
 */
import { StropError } from "../../core/errors.ts";
import {
  cast,
  createRandom,
  linear,
  loadParameters,
  mul,
  normal,
  parametersOf,
  reshape,
  stopGradient,
  type LoraOptions,
  type Parameter,
} from "../../nn/index.ts";
import type { PolicyNetwork } from "../../policy/network.ts";
import { SCALES } from "../code-model/code-model.ts";
import type { CodeModelForm } from "../code-model/load.ts";
import { codeNetwork, decodeAll, logitsOf, type CodeNetwork } from "../code-model/structure.ts";

export interface ActorNetworkOptions {
  readonly lora: Required<LoraOptions>;
  /** Divides the logits, as when texts are written: it is part of what π is. */
  readonly temperature: number;
  /** Of the adapters' first values. */
  readonly seed: number | string;
}

export interface ActorNetwork {
  /** Inputs: `source` and `previous`, [length] symbols each; a place is a symbol of the text. */
  readonly policy: PolicyNetwork;
  /** The same parameters, for writing. */
  readonly network: CodeNetwork;
}

/**
 * @param bytes what `CodeModel.save` wrote
 * @throws StropError `reprogram.not-text` for a design that is no transformer, `nn.bad-checkpoint` for values of another shape.
 */
export function actorNetwork(
  { design, tokenizer, scale, length }: CodeModelForm,
  bytes: Uint8Array,
  { lora, temperature, seed }: ActorNetworkOptions,
): ActorNetwork {
  if (design.model.kind !== "transformer")
    throw new StropError("reprogram.not-text", `expected a code model, found a ${design.model.kind}`);
  const [width, vocabulary] = [SCALES[scale], tokenizer.size];
  const random = createRandom(`sequence-policy/${seed}`);
  // Without dropout: the policy that learns has to be the one that writes.
  const network = codeNetwork({ ...design.model, dropout: 0 }, { vocabulary, width, random, lora });
  freezeBase(network, bytes);
  // Near 0, so that an untrained critic expects nothing.
  const critic = linear(width, 1, { random, initializer: normal(random, 0.01) });
  const policy: PolicyNetwork = {
    inputs: { source: [length], previous: [length] },
    actions: vocabulary,
    places: length,
    model: { ...network, critic },
    apply(fed) {
      const symbols = (name: string) => cast(fed[name]!, "int32");
      const state = decodeAll(network, { source: symbols("source"), previous: symbols("previous") });
      const decisions = state.shape[0]! * length;
      return {
        logits: reshape(mul(logitsOf(network, state), 1 / temperature), [decisions, vocabulary]),
        // A critic that knows nothing yet must not move the actor.
        values: reshape(critic(stopGradient(state)), [decisions]),
      };
    },
  };
  return { policy, network };
}

/** Whether a parameter's path is an adapter's. */
export const isAdapter = (path: string): boolean => /\.adapter\.(down|up)$/.test(path);

/** Everything but the adapters gets the saved values, and keeps them. */
function freezeBase(network: CodeNetwork, bytes: Uint8Array): void {
  const base = [...parametersOf(network)].filter(([path]) => !isAdapter(path));
  loadParameters(Object.fromEntries(base), bytes);
  for (const [, parameter] of base) freeze(parameter);
}

const freeze = (parameter: Parameter): Parameter => Object.assign(parameter, { isFrozen: true });
