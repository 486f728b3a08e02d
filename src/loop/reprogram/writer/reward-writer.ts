/**
 * The code model as an actor (`--learn ppo`): before it writes a round of sources it learns by PPO from what the round before earned. An update is a
 * part of the open trial and its state a checkpoint that is on the disk before that part; what was drawn is noted with the sources. A text that
 * repeats another is drawn again, and teaches without a measurement: it is known to bring nothing.
 */
import { sha256 } from "../../../core/candidate.ts";
import type { Json, JsonObject } from "../../../core/json.ts";
import { createRandom } from "../../../core/numerics/random.ts";
import { mean } from "../../../core/numerics/stats.ts";
import type { LearnerState } from "../../../policy/learner.ts";
import type { CodeModel } from "../../../reprogram/code-model/code-model.ts";
import { loadState, mergedModel, saveAdapters, saveState } from "../../../reprogram/sequence-policy/adapter-files.ts";
import { readRollout } from "../../../reprogram/sequence-policy/rollout.ts";
import {
  openSequenceActor,
  type RewardedRollout,
  type SequenceActor,
  type WrittenText,
} from "../../../reprogram/sequence-policy/sequence-actor.ts";
import type { Checkpoints } from "../checkpoints.ts";
import { textSetting } from "./code-corpus.ts";
import { distinctTexts } from "./distinct-texts.ts";
import type { Earned, Stage, WritingPlace } from "../experiment.ts";
import type { RewardSettings } from "./reward-settings.ts";
import { USELESS } from "./source-reward.ts";
import { type CodeModelStage, cpuSecondsSince } from "./train-code-model.ts";
import { costOf } from "../work.ts";

export interface RewardWriterOptions extends CodeModelStage {
  readonly learning: RewardSettings;
}

export interface RewardWriter {
  /** Texts for a round, with notes for its rewards. */
  write(model: CodeModel, round: WritingRound): Promise<(WrittenText & { readonly notes: Json })[]>;
  close(): Promise<void>;
}

export interface WritingRound {
  readonly source: string;
  readonly place: WritingPlace;
  readonly stage: Stage;
}

/** One update as the journal keeps it. */
export interface RewardUpdate extends JsonObject {
  readonly iteration: number;
  /** Number within the iteration of the first source that was written after it. */
  readonly index: number;
  /** Checkpoint of the state after it; null: nothing was learned so far on this base. */
  readonly state: string | null;
  /** Over the sources of the round, and the share of them that ran. */
  readonly meanReward: number;
  readonly valid: number;
  /** Symbols that had an alternative. */
  readonly decisions: number;
  /** 0 when all texts earned the same. */
  readonly epochs: number;
  readonly kl: number;
  readonly clipped: number;
  readonly entropy: number;
  readonly explained: number;
  readonly multiplications: number;
  readonly cpuSeconds: number;
}

export const UPDATES = "ppo/";

/** What stands beside a source in the journal. */
interface Notes extends JsonObject {
  readonly base: string;
  /** Of the policy that wrote it. */
  readonly state: string | null;
  readonly rollout: JsonObject;
  /** Drawn beside it, and not handed on. */
  readonly repeated?: readonly JsonObject[];
}

export function rewardWriter(options: RewardWriterOptions): RewardWriter {
  const { settings, checkpoints } = options;
  let actor: { readonly model: string; readonly opened: SequenceActor } | undefined;
  let present: { readonly name: string; readonly state: LearnerState } | undefined;
  /** The actor on this model; a model that stayed keeps its actor. */
  const actorOn = async (bytes: Uint8Array): Promise<SequenceActor> => {
    const model = sha256(bytes);
    if (actor?.model !== model) {
      await actor?.opened.close();
      [actor, present] = [{ model, opened: await openActor(bytes, options) }, undefined];
    }
    return actor.opened;
  };
  const stateNamed = async (on: SequenceActor, name: string | null): Promise<LearnerState> => {
    if (name === null) return on.start();
    if (present?.name !== name) present = { name, state: loadState(on, await checkpoints.load(name)) };
    return present.state;
  };
  return {
    async write(model, { source, place, stage }) {
      const bytes = await model.save();
      const on = await actorOn(bytes);
      const { earned, before, stale } = readNotes(place.before, on);
      const updated = earned.length === 0 ? undefined : await stage.parts.once(partOf(place), () => update());
      const name = updated === undefined ? null : updated.state;
      for (const old of [...stale, before]) if (old !== null && old !== name) await checkpoints.remove(old);
      const policy = await stateNamed(on, name);
      const draw = (round: number) => {
        const seed = [settings.seed, place.iteration, place.index, ...(round === 0 ? [] : [round])].join("/");
        return on.write(policy, source, { n: place.count, seed });
      };
      const { texts, repeated } = await distinctTexts(draw, place);
      return texts.map((text, i) => {
        const beside = i === 0 && repeated.length > 0 ? { repeated: repeated.map(({ rollout }) => rollout) } : {};
        const notes: Notes = { base: on.base, state: name, rollout: text.rollout, ...beside };
        return { ...text, notes };
      });

      async function update(): Promise<RewardUpdate> {
        stage.report("learning from rewards", 0);
        const begun = process.cpuUsage();
        const random = createRandom(settings.seed).fork(partOf(place));
        const learned = await on.learn(await stateNamed(on, before), earned, random);
        const state = learned === undefined ? before : `policy-${place.iteration}-${place.index}`;
        if (learned !== undefined && state !== null) {
          present = { name: state, state: learned.state };
          await save(checkpoints, present, { actor: on, model: bytes });
        }
        const { epochs, kl, clipped, entropy, explained, decisions } = learned?.report ?? NOTHING_LEARNED;
        const cost = costOf(model.design, textSetting(options.corpus, settings), earned.length);
        return {
          iteration: place.iteration,
          index: place.index,
          state,
          meanReward: mean(place.before.map(({ reward }) => reward)),
          valid: place.before.filter(({ isValid }) => isValid).length / place.before.length,
          decisions,
          epochs,
          kl,
          clipped,
          entropy,
          explained,
          multiplications: (cost.multiplications * passesOf(epochs)) / 3,
          cpuSeconds: cpuSecondsSince(begun),
        };
      }
    },
    close: async () => actor?.opened.close(),
  };
}

/** The state, and for whoever looks at it the adapters alone and an ordinary model. */
async function save(
  checkpoints: Checkpoints,
  { name, state }: { readonly name: string; readonly state: LearnerState },
  { actor, model }: { readonly actor: SequenceActor; readonly model: Uint8Array },
): Promise<void> {
  await checkpoints.save(name, saveState(actor, state));
  await checkpoints.save("policy-adapters", saveAdapters(actor, state));
  await checkpoints.save("policy-model", mergedModel(actor, state, model));
}

const NOTHING_LEARNED = { epochs: 0, kl: 0, clipped: 0, entropy: 0, explained: 0, decisions: 0 };

/** Forward passes of an update, a step counted as three: values and the first measure, then a step and a measure for each epoch. */
const passesOf = (epochs: number): number => 2 + 4 * epochs;

const partOf = ({ iteration, index }: WritingPlace): string => `${UPDATES}${iteration}/${index}`;

function openActor(model: Uint8Array, { settings, learning, backend }: RewardWriterOptions): Promise<SequenceActor> {
  const { rank, alpha, round, ...ppo } = learning;
  const { temperature, topP } = settings.codeModel;
  return openSequenceActor(model, {
    ...ppo,
    backend,
    lora: { rank, alpha },
    temperature,
    topP,
    minibatch: round,
    seed: settings.seed,
  });
}

interface Recalled {
  readonly earned: readonly RewardedRollout[];
  /** The state that wrote them. */
  readonly before: string | null;
  /** States of other models, which nobody needs any more. */
  readonly stale: readonly string[];
}

/** What the round before drew and earned, as far as this actor wrote it. */
function readNotes(round: readonly Earned[], actor: SequenceActor): Recalled {
  const all = round.map(({ notes, reward }) => ({ notes: notes as Notes | null, reward }));
  const own = all.filter(({ notes }) => notes?.base === actor.base);
  const earned = own.flatMap(({ notes, reward }) => [
    ...rewarded(notes?.rollout, reward, actor),
    ...(notes?.repeated ?? []).flatMap((one) => rewarded(one, USELESS, actor)),
  ]);
  const stale = all.flatMap(({ notes }) => (notes?.base === actor.base ? [] : (notes?.state ?? [])));
  return { earned, before: own[0]?.notes?.state ?? null, stale };
}

function rewarded(notes: Json | undefined, reward: number, actor: SequenceActor): RewardedRollout[] {
  const rollout = readRollout(notes, actor);
  return rollout === undefined ? [] : [{ rollout, reward }];
}
