/**
 * What a user may write in strop.config: one zod schema, from which come the types, the messages and schema.json.
 * Each check's message is the words after "expected" (see config-errors.ts). Computed defaults live in resolve-task.ts.
 */
import { z } from "zod";

import { SIZE, parseSize } from "./size.ts";

const hasNoZero = (value: string): boolean => !value.includes("\0");
const text = (expected: string) =>
  z.string(expected).min(1, expected).refine(hasNoZero, `${expected}, without zero bytes`);
const positive = (expected: string) => z.number(expected).positive(expected);
const count = (expected: string) => z.int(expected).positive(expected);
const list = (expected: string) => z.array(text(expected), expected).min(1, expected);

const GLOB = "a path or glob inside the task's folder, with / separators";
const COMMAND = "a command: a string for the shell, or a list of program and arguments";
const ACTION = `${COMMAND}, { command, env, mounts, gpu } or { module, data }`;

const glob = text(GLOB).refine(isInside, GLOB);
const FOLDER = 'a folder or file inside the task\'s folder, such as "checkpoints"';
const plainFolder = text(FOLDER).refine((path) => isInside(path) && !/[*?{}[\]!]|^[./]*$/.test(path), FOLDER);
const folders = z.union([plainFolder, z.array(plainFolder, FOLDER).min(1, FOLDER)], `${FOLDER}, or a list of them`);
const globs = z.union([glob, z.array(glob, GLOB).min(1, GLOB)], `${GLOB}, or a list of them`);
const command = z.union([text(COMMAND), list(COMMAND)], COMMAND);

const commandAction = z.strictObject(
  {
    command: command.describe("The command: a string is run by `sh -c`, a list is program and arguments."),
    env: z
      .record(
        z.string().refine((name) => /^[^=\0]+$/.test(name)),
        z.string("a string").refine(hasNoZero, "a string without zero bytes"),
        "an object of strings, by names without =",
      )
      .default({})
      .describe("Extra environment variables; nothing else of your environment is passed on."),
    mounts: z
      .array(text("a folder's path"), "a list of folders")
      .default([])
      .describe(
        "Folders outside the task that the command may read: a virtual environment, a data set. `~/` is your home.",
      ),
    gpu: z
      .boolean("true or false")
      .default(false)
      .describe("Show the command this machine's GPUs, whose drivers it can then speak to."),
  },
  ACTION,
);

const moduleAction = z.strictObject(
  {
    module: glob.describe(
      "A TypeScript or JavaScript module with a default export, run by Deno without any permission.",
    ),
    data: z
      .array(glob, "a list of files in the task's folder")
      .default([])
      .describe("Files handed to the module as bytes."),
  },
  ACTION,
);

const action = z.union([text(ACTION), list(ACTION), commandAction, moduleAction], ACTION);
const checkAction = z.union(
  [text(COMMAND), list(COMMAND), commandAction],
  `${COMMAND} or { command, env, mounts, gpu }`,
);

const metric = z.strictObject(
  {
    name: text("the metric's name").describe("The number's name as the program prints it or the evaluator returns it."),
    direction: z
      .enum(["minimize", "maximize"], '"minimize" or "maximize"')
      .default("minimize")
      .describe("Whether smaller or larger is better."),
    pattern: text("a regular expression with one group")
      .refine(hasOneGroup, "a regular expression with one group around the number")
      .optional()
      .describe(
        "Regular expression for the printed line, its one group around the number. Default: `name: number` and the like.",
      ),
    file: text("the name of a JSON file")
      .refine(isInside, "the name of a JSON file in the output folder")
      .optional()
      .describe(
        "JSON file in the output folder that holds the number under the metric's name, or at that path (a.0.b), instead of a printed line.",
      ),
    deterministic: z
      .boolean("true or false")
      .default(false)
      .describe("The same program always scores the same, so that one trial decides."),
  },
  "{ name, direction, pattern, file, deterministic }",
);

const SIZE_TEXT = 'a number of bytes or a text such as "500MB" or "2GiB"';
const sizeText = z
  .string(SIZE_TEXT)
  .regex(SIZE, SIZE_TEXT)
  .refine((written) => parseSize(written) !== undefined, SIZE_TEXT);
const size = z.union([count(SIZE_TEXT), sizeText], SIZE_TEXT);
const SECONDS = "a number of seconds above 0";

const budget = z.strictObject(
  {
    trainSeconds: positive(SECONDS)
      .default(300)
      .describe("Seconds of work per trial, counted from the first reported step."),
    clock: z
      .enum(["wall", "cpu"], '"wall" or "cpu"')
      .default("wall")
      .describe(
        "What `trainSeconds` counts: wall time, or CPU time of all processes (comparable on a shared machine).",
      ),
    startupSeconds: positive(SECONDS)
      .default(120)
      .describe("Wall seconds from launch to the first reported step; not charged to `trainSeconds`."),
    graceSeconds: positive(SECONDS)
      .optional()
      .describe(
        "Seconds after `trainSeconds`, on the same clock, for saving and printing. Default: with `evaluate` a fifth of `trainSeconds`, at least 2; without it `trainSeconds`.",
      ),
    evaluateSeconds: positive(SECONDS)
      .default(120)
      .describe("Wall seconds for each of `evaluate`, `holdout` and `check`."),
    memory: size.optional().describe("Memory of all processes together. Default: half of the machine."),
    processes: count("a whole number above 0").default(512).describe("Processes and threads together."),
    output: size.default("4MB").describe("How much may be printed."),
    disk: size.default("1GB").describe("How much may be written to disk, /tmp and shared memory."),
  },
  "an object such as { trainSeconds: 60 }",
);

const stop = z.strictObject(
  {
    target: z.number("a number").optional().describe("Stop when the champion's score reaches this."),
    trials: count("a whole number above 0").optional().describe("Stop after this many trials."),
    hours: positive("a number of hours above 0").optional().describe("Stop after this many hours of running."),
    cost: positive("US dollars above 0")
      .optional()
      .describe("Stop when language models have cost this many US dollars."),
    stagnation: count("a whole number above 0")
      .optional()
      .describe("Stop after this many trials without an improvement."),
  },
  "an object such as { trials: 100 }",
);

const PRUNERS = [
  "self-evaluation",
  "median",
  "percentile",
  "successive-halving",
  "hyperband",
  "patient",
  "threshold",
  "none",
] as const;

const judge = z.strictObject(
  {
    rule: z
      .enum(["auto", "strict", "tested", "margin"], '"auto", "strict", "tested" or "margin"')
      .default("auto")
      .describe("What makes an edit kept. Default: `strict` for a deterministic metric, else `tested`."),
    alpha: z
      .number("a probability above 0 and below 1")
      .gt(0, "a probability above 0 and below 1")
      .lt(1, "a probability above 0 and below 1")
      .default(0.05)
      .describe("`tested`: probability that a run ever keeps what is no improvement."),
    maxRepeats: count("a whole number above 0")
      .default(12)
      .describe(
        "`tested`: pairs of runs, candidate and champion, that one edit may cost after its first run; four times as many at a second look, where nothing else is left to try.",
      ),
    margin: z
      .number("a number, 0 or above")
      .min(0, "a number, 0 or above")
      .optional()
      .describe(
        "In the metric's unit. `margin`: what a gain must exceed. `tested`: what a program with less code may lose; default twice the noise.",
      ),
    pruner: z
      .enum(PRUNERS, `one of ${PRUNERS.join(", ")}`)
      .default("self-evaluation")
      .describe("What stops hopeless trials before their budget is used up."),
    checks: count("a whole number above 0")
      .default(20)
      .describe("How often per budget a running trial is judged by its pruner."),
    beta: z
      .number("a probability above 0 and below 0.5")
      .gt(0, "a probability above 0 and below 0.5")
      .lt(0.5, "a probability above 0 and below 0.5")
      .default(0.05)
      .describe("`self-evaluation`: a good trial is stopped with probability at most beta / (1 - beta)."),
    tolerance: z
      .number("a number, 0 or above")
      .min(0, "a number, 0 or above")
      .default(0.1)
      .describe("`self-evaluation`: how many standard deviations of past scores worse than the best a trial may end."),
    warmup: count("a whole number above 0")
      .optional()
      .describe("`self-evaluation`: finished trials before any is stopped. Default: 10."),
    before: z
      .enum(["complete", "plain"], '"complete" or "plain"')
      .default("complete")
      .describe("`self-evaluation`: until then run every trial to its end, or use the bare power law."),
    audit: z
      .number("a share from 0 to 1")
      .min(0, "a share from 0 to 1")
      .max(1, "a share from 0 to 1")
      .default(0.05)
      .describe("Share of would-be stops that run to their end, to measure how often a stop is wrong."),
    percentile: z
      .number("a number above 0 and below 100")
      .gt(0, "a number above 0 and below 100")
      .lt(100, "a number above 0 and below 100")
      .optional()
      .describe("`percentile`: stop what is worse than this percentile of earlier trials. Default: 25."),
    threshold: z.number("a number").optional().describe("`threshold`: stop above this loss."),
    patience: count("a whole number above 0")
      .optional()
      .describe("`patient`: stop after this many checks without improvement. Default: 4."),
    stallSeconds: positive(SECONDS)
      .optional()
      .describe(
        "Stop a trial that has begun and then prints nothing for this long. Default: half of `trainSeconds` (all of it for a `cpu` clock), at least 30.",
      ),
  },
  "an object such as { rule, alpha, maxRepeats, margin }",
);

const DOLLARS = "US dollars, 0 or above";
const dollars = z.number(DOLLARS).min(0, DOLLARS);

const MODEL = "a model such as anthropic/NAME, ollama/NAME or openai-compatible:URL#NAME";
const modelObject = z.strictObject(
  {
    model: text(MODEL).describe(
      "anthropic/…, openai/…, google/…, openrouter/…, ollama/…, lmstudio/…, vllm/…, llamacpp/…, openai-compatible:URL#NAME for any other server, or openai-responses:URL#NAME for one that speaks the Responses API.",
    ),
    weight: positive("a number above 0")
      .optional()
      .describe("Share of the calls relative to the other models. Default: by what pays per dollar."),
    temperature: z
      .number("a number from 0 to 2")
      .min(0, "a number from 0 to 2")
      .max(2, "a number from 0 to 2")
      .optional()
      .describe("Sampling temperature. Default: rises while nothing improves, and falls when something does."),
    maxOutputTokens: count("a whole number above 0").optional().describe("Tokens of one answer, reasoning included."),
    contextTokens: count("a whole number above 0").optional().describe("Tokens that prompt and answer may have."),
    timeoutSeconds: positive(SECONDS).optional().describe("Wall seconds for one call, all its retries included."),
    requestsPerMinute: positive("a number above 0").optional().describe("Calls are spaced to stay below this."),
    price: z
      .strictObject(
        {
          input: dollars.describe("For the prompt."),
          cachedInput: dollars.optional().describe("For what the provider had cached. Default: as `input`."),
          output: dollars.describe("For what is generated."),
        },
        "{ input, cachedInput, output }",
      )
      .optional()
      .describe("US dollars per million tokens; for a model that strop has no price of."),
  },
  `${MODEL}, or { model, weight, temperature, price … }`,
);
const model = z.union([text(MODEL), modelObject], `${MODEL}, or { model, weight, temperature, price … }`);

const AGENT = "a coding agent's command";
const agent = z.strictObject(
  {
    command: text(AGENT).describe(
      "For the shell; {prompt_file} is replaced by the path of the prompt, {prompt} by its text, and without either it is the input.",
    ),
    seconds: positive(SECONDS).default(600).describe("Wall seconds for one edit."),
    cost: dollars.optional().describe("US dollars that one edit counts as when the agent does not say."),
  },
  `${AGENT}, or { command, seconds, cost }`,
);

const prompt = z.strictObject(
  {
    tokens: count("a whole number above 0").default(64_000).describe("Tokens of one prompt at most."),
    samples: count("a whole number above 0").optional().describe("Answers per call. Default: as many as `parallel`."),
    resamples: z
      .int("a whole number, 0 or above")
      .min(0, "a whole number, 0 or above")
      .default(2)
      .describe("Times in a row that a model is shown why its edit was invalid."),
    edit: z
      .enum(["search-replace", "whole-files", "unified-diff"], '"search-replace", "whole-files" or "unified-diff"')
      .default("search-replace")
      .describe("The notation that models are asked for; all three are accepted."),
  },
  "an object such as { tokens: 32000 }",
);

/** The whole config file. */
export const configSchema = z
  .strictObject(
    {
      $schema: z.string("a string").optional().describe("Where editors find this schema; strop ignores it."),
      name: text("a name").optional().describe("The task's name in reports. Default: the folder's name."),
      program: globs.describe("The files that may be edited, as paths or globs. A leading ! excludes."),
      environment: globs
        .optional()
        .describe(
          "The files that must stay as they are during a run. Default: all others, without caches and installed packages.",
        ),
      hidden: globs
        .optional()
        .describe("Files that `run` may not see, such as test data; `evaluate`, `holdout` and `check` do."),
      scratch: folders
        .optional()
        .describe(
          "Folders and files that the program writes: every trial finds the folders empty and the files gone, and nothing of them is pinned.",
        ),
      run: action.describe("How the program is run."),
      evaluate: action
        .optional()
        .describe("Frozen scorer, run after the program on what it left. Without it the program scores itself."),
      holdout: action.optional().describe("As `evaluate`, on champions only and never shown to a proposer."),
      check: checkAction.optional().describe("Must exit with 0 before a trial is paid for."),
      metric: z
        .union(
          [text("the metric's name"), metric],
          "the metric's name, or { name, direction, pattern, file, deterministic }",
        )
        .describe("The number to improve."),
      budget: budget.prefault({}).describe("What one trial may use."),
      parallel: count("a whole number above 0").max(1_000, "at most 1,000").default(1).describe("Trials at a time."),
      seed: z.int("a whole number").default(0).describe("Every random choice of the run follows from it."),
      proposer: text("a proposer's name").default("portfolio").describe("Who suggests edits."),
      agenda: glob
        .optional()
        .describe(
          "Text file that tells proposers what to try; of a YAML file its prompt.system_message. Default: program.md if there is one.",
        ),
      models: z
        .union([model, z.array(model, MODEL)], `${MODEL}, or a list of them`)
        .optional()
        .describe("Language models that propose. Default: what the environment has a key for; [] for none."),
      agent: z
        .union([text(AGENT), agent], `${AGENT}, or { command, seconds, cost }`)
        .optional()
        .describe("A coding agent that proposes: it edits files in a throw-away copy, with your rights."),
      prompt: prompt.prefault({}).describe("How language models are asked."),
      islands: count("a whole number above 0")
        .optional()
        .describe("Populations that evolve side by side, each from its own best."),
      judge: judge.prefault({}).describe("How an edit is judged."),
      stop: stop.prefault({}).describe("When to stop; without any, only when interrupted."),
    },
    "an object such as { program, run, metric }",
  )
  .describe("A task of strop: what to improve, how to run it, and what one trial may use.");

/** As a user writes it. */
export type TaskConfig = z.input<typeof configSchema>;
/** Valid, with every default that needs no knowledge of the machine or of other keys. */
export type ParsedConfig = z.output<typeof configSchema>;
export type ActionConfig = z.output<typeof action>;

/** The identity; gives editors the type of a config in JavaScript: `export default defineTask({ … })`. */
export const defineTask = (config: TaskConfig): TaskConfig => config;

/** The JSON Schema for editors, as shipped in schema.json. */
export function schemaText(): string {
  const schema = z.toJSONSchema(configSchema, { io: "input" });
  return `${JSON.stringify({ title: "strop.config.json", ...schema }, null, 2)}\n`;
}

/** Relative, `/` separators, no `..`: whether a path or glob cannot leave the folder. A leading `!` is part of a glob. */
export function isInside(path: string): boolean {
  const bare = path.replace(/^!/, "");
  if (bare === "" || /^(\/|~|[A-Za-z]:)/.test(bare) || bare.includes("\\") || bare.includes("\0")) return false;
  return !bare.split("/").includes("..");
}

function hasOneGroup(pattern: string): boolean {
  try {
    return new RegExp(`${pattern}|`).exec("")?.length === 2;
  } catch (cause) {
    if (cause instanceof SyntaxError) return false;
    throw cause;
  }
}
