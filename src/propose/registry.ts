/**
 * The proposers by the names that `strop run --proposer` takes, and what each of them needs.
 */
import { StropError } from "../core/errors.ts";
import type { ModelChoice, PromptSettings } from "../core/task.ts";
import type { ModelGateway } from "../models/types.ts";
import type { Weights } from "../policy/network.ts";
import { bayes } from "./literals/bayes.ts";
import { cmaEs } from "./literals/cma-es.ts";
import { descent } from "./literals/descent.ts";
import { agentArmCost } from "./ensemble/arm-cost.ts";
import { crossover } from "./ensemble/crossover.ts";
import { islands } from "./ensemble/islands.ts";
import { greedy, learningModel, modelArm } from "./ensemble/model-arm.ts";
import { withSecondLooks } from "./ensemble/second-look.ts";
import { together } from "./ensemble/together.ts";
import { isAboutCost } from "./examination.ts";
import { type Arm, portfolio } from "./portfolio.ts";
import { randomLiterals } from "./literals/random.ts";
import { rewrites } from "./rewrites.ts";
import { tpe } from "./literals/tpe.ts";
import type { Proposer } from "./types.ts";

/** What a run can give its proposers; none of it is needed by those that work offline. */
export interface ProposerTools {
  readonly gateway?: ModelGateway | undefined;
  /** How the gateway's models are to be used; default: all of them, by what pays. */
  readonly models?: readonly ModelChoice[] | undefined;
  readonly settings?: PromptSettings | undefined;
  /** The user's coding agent. */
  readonly agent?: Proposer | undefined;
  /** What the edit policy begins with; default: the weights that strop comes with. */
  readonly policyWeights?: (() => Promise<Weights>) | undefined;
  /** The open language model that learns from the run. */
  readonly languagePolicy?: Proposer | undefined;
  /** Islands of the population; default 1. */
  readonly islands?: number | undefined;
}

type Need = "nothing" | "model" | "agent" | "policy-model";

/** What there is of what proposers need. */
type Has = Readonly<Partial<Record<Exclude<Need, "nothing">, boolean>>>;

interface Entry {
  /** Default: nothing. */
  readonly needs?: Need;
  /** `gateway`, `agent` and `languagePolicy` are there when the entry needs them. */
  create(tools: ProposerTools): Proposer;
}

const PROPOSERS: Readonly<Record<string, Entry>> = {
  portfolio: { create: (tools) => withSecondLooks(portfolio(arms(tools))) },
  bayes: { create: bayes },
  descent: { create: descent },
  tpe: { create: tpe },
  "cma-es": { create: cmaEs },
  rewrites: { create: rewrites },
  crossover: {
    create: () =>
      crossover({ mutate: portfolio([{ proposer: rewrites() }, { proposer: randomLiterals() }, { proposer: tpe() }]) }),
  },
  policy: { create: learnedPolicy },
  random: { create: randomLiterals },
  model: { needs: "model", create: (tools) => learningModel(tools) },
  "greedy-llm": { needs: "model", create: (tools) => greedy(tools) },
  agent: { needs: "agent", create: ({ agent }) => agent as Proposer },
  "language-policy": { needs: "policy-model", create: ({ languagePolicy }) => languagePolicy as Proposer },
};

/** The network's runtime takes longer to load than all else that strop is made of, so only a run that needs it loads it. */
function learnedPolicy(tools: ProposerTools): Proposer {
  let loaded: Promise<Proposer> | undefined;
  const load = async (): Promise<Proposer> => {
    const [{ policyProposer }, { modelDelegates }] = await Promise.all([
      import("./policy/policy-proposer.ts"),
      import("./policy/ask.ts"),
    ]);
    const weights = await tools.policyWeights?.();
    const delegates = tools.gateway === undefined ? [] : modelDelegates(tools);
    return policyProposer({ ...(weights && { weights }), delegates });
  };
  return {
    name: "policy",
    propose: async (context, signal) => (await (loaded ??= load())).propose(context, signal),
  };
}

/**
 * Literals for the searches, structure for rewrites and models. Descent goes by single scores: under noise it was measured to do harm, and the
 * policy to bring nothing, for which it need not be loaded. Crossover joins a model's line with the others'; among searches
 * over literals alone it was measured to do harm (docs/proposers.md).
 */
const arms = (tools: ProposerTools): readonly Arm[] => {
  const { gateway, agent } = tools;
  return [
    { proposer: bayes(), prior: ({ task }) => (isAboutCost(task) ? [1, 2] : [2, 2]) },
    { proposer: descent(), prior: [1, 2], when: ({ task }) => task.metric.deterministic },
    // It asks no model: that is the model's own arm.
    {
      proposer: learnedPolicy({ ...tools, gateway: undefined }),
      prior: [4, 2],
      when: ({ task }) => task.metric.deterministic,
    },
    // What makes a program faster is rather in its code than in its numbers.
    { proposer: rewrites(), prior: ({ task }) => (isAboutCost(task) ? [3, 1] : [1, 2]) },
    { proposer: tpe(), prior: [1, 2] },
    { proposer: randomLiterals(), prior: [0.5, 2] },
    { proposer: cmaEs(), from: 60 },
    { proposer: together(), when: ({ task }) => !task.metric.deterministic },
    // Below the others: an arm draws after those above it, which therefore do what they do without it.
    ...(gateway === undefined && agent === undefined ? [] : [{ proposer: crossover() }]),
    ...(gateway === undefined ? [] : [modelArm(tools)]),
    ...(agent === undefined ? [] : [{ proposer: agent, prior: [2, 2] as const, cost: agentArmCost }]),
  ];
};

/** Every name with what it needs, the default first. What each does: docs/proposers.md. */
export const proposerNames: readonly { readonly name: string; readonly needs: Need }[] = Object.entries(PROPOSERS).map(
  ([name, { needs = "nothing" }]) => ({ name, needs }),
);

/**
 * Checks, before anything is opened or written, that there is a proposer of that name and that it can work. Throws
 * StropError `propose.unknown-proposer`, `config.no-model`, `config.no-agent` or `config.no-policy-model`.
 */
export function requireProposer(name: string, has: Has): void {
  entryOf(name, has);
}

/** The proposer of that name, on islands if asked for. Throws as `requireProposer` does. */
export function createProposer(name: string, tools: ProposerTools = {}): Proposer {
  const entry = entryOf(name, {
    model: tools.gateway !== undefined,
    agent: tools.agent !== undefined,
    "policy-model": tools.languagePolicy !== undefined,
  });
  return islands(tools.islands ?? 1, entry.create(tools));
}

function entryOf(name: string, has: Has): Entry {
  const entry = Object.hasOwn(PROPOSERS, name) ? PROPOSERS[name] : undefined;
  if (entry === undefined) {
    throw new StropError("propose.unknown-proposer", `expected a proposer's name, found ${JSON.stringify(name)}`, {
      hint: `Choose one of: ${Object.keys(PROPOSERS).join(", ")}; or reprogrammer, with what strop reprogram has trained.`,
    });
  }
  const { needs = "nothing" } = entry;
  if (needs === "nothing" || has[needs] === true) return entry;
  throw new StropError(`config.no-${needs}`, `the proposer ${name} expected ${MISSING[needs].what}, found none`, {
    hint: MISSING[needs].hint,
  });
}

const MISSING = {
  model: {
    what: "a language model",
    hint:
      "Name one, such as --model ollama/qwen3 or --model openai-compatible:http://127.0.0.1:8080/v1#name for a local server, or " +
      "--model anthropic/…, openai/… or google/… with its key in ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY. " +
      "Offline: --proposer portfolio.",
  },
  agent: {
    what: "a coding agent",
    hint: `Name its command, such as --agent "claude -p --permission-mode acceptEdits" or --agent "codex exec --sandbox workspace-write -". Offline: --proposer portfolio.`,
  },
  "policy-model": {
    what: "an open language model",
    hint:
      "Name a folder with a Hugging Face model, or a model's name, such as --policy-model Qwen/Qwen2.5-Coder-1.5B-Instruct; " +
      "it needs a Python with PyTorch (trainer/README.md). Offline: --proposer portfolio.",
  },
} as const;
