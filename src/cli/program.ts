/** The command line: names, options and help. What a command does is in commands/, loaded when it is called. */
import { Option } from "commander";

import { command, finish, folderOption, program, tierOption, unsafeOption, wantsJson } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { declareLookingCommands, declareTakingCommands } from "./looking-commands.ts";
import { anyNumber, collect, count, duration, positiveNumber, wholeNumber } from "./options.ts";
import { printError } from "./print-error.ts";
import { useProxy } from "./use-proxy.ts";

export { program };

command("init [folder]", "set up a program to be improved: writes strop.config and adds .strop/ to .gitignore", [
  "strop init",
  'strop init bench --program "src/*.ts" --run-command "node bench.ts" --metric ms_per_op --yes',
  "strop init --agent",
])
  .option("--program <globs...>", "the files that may be edited")
  .option("--run-command <command>", "how to run the program")
  .option("--metric <name>", "the number it prints as `name: value`")
  .option("--maximize", "higher is better")
  .option(
    "--check <command>",
    "what has to pass before a score counts; default for a program that is to be fast: its tests",
  )
  .option("--agent", "also write a skill and .mcp.json, so that your coding agent can use strop here")
  .option("-y, --yes", "take the suggestions without asking")
  .action(async (folder: string | undefined, options) =>
    finish((await import("./commands/init.ts")).initCommand(folder ?? ".", options)),
  );

command("run [folder]", "improve the program; continues the newest run of the folder", [
  "strop run examples/nano-lm --for 3m",
  "strop run --trials 100 --proposer tpe",
  "strop run --model ollama/qwen3-coder --max-cost 2",
  "strop run --fresh --seed 1",
])
  .option("--fresh", "start a new run instead of continuing")
  .option(
    "--for <duration>",
    "end this session after 90s, 3m, 1.5h …; what looks better then may take a fifth longer, what hangs is cut off",
    duration,
  )
  .option("--trials <n>", "end the run after n trials in all", count)
  .option("--hours <n>", "end the run after n hours in all", positiveNumber)
  .option("--target <score>", "end the run when the metric reaches this", anyNumber)
  .option("--budget <seconds>", "training seconds per trial", positiveNumber)
  .option("--parallel <n>", "trials at a time", count)
  .option("--seed <n>", "seed of every random choice", wholeNumber)
  .option(
    "--proposer <name>",
    "who suggests edits (docs/proposers.md): portfolio, bayes, descent, tpe, cma-es, rewrites, crossover, policy, random, model, greedy-llm, agent, reprogrammer, language-policy",
  )
  .option(
    "--code-model <file>",
    "for reprogrammer: what strop reprogram trained; default .strop/code-model.safetensors",
  )
  .option(
    "--policy-model <model>",
    "for language-policy: an open model, a folder or a name, that writes edits and learns",
  )
  .option(
    "--policy-option <key=value>",
    "for language-policy: python, device, rank, alpha, rate, batch, temperature, prompt or answer; repeatable",
    collect,
  )
  .option("--learn", "for reprogrammer: goes on learning from what its edits earn (PPO); docs/policy.md")
  .option(
    "--model <name>",
    "a language model that proposes: anthropic/…, ollama/…, openai-compatible:URL#NAME; repeatable",
    collect,
  )
  .option("--no-model", "no language model, whatever the environment has keys for")
  .option(
    "--agent <command>",
    "a coding agent that proposes: a command that edits files, given {prompt_file} or the prompt on its input",
  )
  .option("--max-cost <dollars>", "US dollars that models and agents may cost in all", positiveNumber)
  .option("--population <n>", "islands that evolve side by side", count)
  .option("--record <file>", "append every exchange with a model to this file")
  .addOption(new Option("--replay <file>", "answer from such a file instead of asking models").conflicts("record"))
  .addOption(tierOption())
  .addOption(unsafeOption())
  .action(async (folder: string | undefined, options) =>
    finish((await import("./commands/run.ts")).runCommand(folder ?? ".", options)),
  );

program
  .command("mcp [folder]")
  .description("serve the task to a coding agent (Model Context Protocol on standard input and output)")
  .addOption(tierOption())
  .addOption(unsafeOption())
  .addHelpText("after", "\nExamples:\n  $ claude mcp add strop -- strop mcp\n  $ codex mcp add strop -- strop mcp\n")
  .action(async (folder: string | undefined, options) =>
    finish((await import("./commands/mcp.ts")).mcpCommand(folder ?? ".", options)),
  );

command("recurse", "an improver program improves itself, round by round (STOP)", [
  "strop recurse",
  "strop recurse --task max-cut --model ollama/qwen3-coder",
  "strop recurse --improver greedy --population 5 --seed 1",
  "strop recurse fig4 --runs 5          test meta-utility by round, with baselines and a control",
  "strop recurse table1 --from recurse  the improver of a run, tried on other tasks",
  "strop recurse audit --samples 1000   how often an improvement tries to leave the sandbox",
  "strop recurse hacks --from recurse   what was tried in runs, with the lines",
  "strop recurse --self --trials 30     strop's own proposers are the program; ends in a patch to review",
])
  .argument("[table]", "fig4, table1, audit or hacks, of many runs; without it one run")
  .option(
    "-C, --folder <folder>",
    "where the run lies; made if missing; default recurse, in the folder of a task .strop/recurse",
  )
  .option(
    "--task <name>",
    "parity-noise, string-grid, qap, sat, max-cut, parity or all; repeatable; default parity-noise, offline qap",
    collect,
  )
  .option("--hard", "the hard variant of the tasks")
  .option("--bits <n>", "parity: length of a sample", count)
  .option("--noise <share>", "parity with noise: share of wrong labels", positiveNumber)
  .addOption(
    new Option("--start <solution>", "naive: as in the paper; search: badly tuned, the default offline").choices([
      "naive",
      "search",
    ]),
  )
  .option(
    "--improver <name>",
    "the shipped improver to begin with; improver.ts in the folder comes first; default seed",
  )
  .option("--rounds <n>", "T, rounds of self-improvement; default 4", count)
  .option("--copies <n>", "copies of every task; default 5", count)
  .option("--seed <n>", "seed of every random choice", wholeNumber)
  .option("--model <name>", "who answers improvers; builtin needs no key and is no language model; repeatable", collect)
  .option("--max-cost <dollars>", "US dollars that models may cost; default 5", positiveNumber)
  .option("--utility-budget <n>", "utility calls of an improver; default 25", count)
  .option("--model-budget <n>", "model calls of an improver; default 4", count)
  .option("--responses <n>", "answers per model call; default 6", count)
  .option("--meta-budget <n>", "meta-utility calls of a round; default as --utility-budget", count)
  .addOption(
    new Option("--keep <rule>", "who works next: always the newest, the default, or the better one").choices([
      "always",
      "better",
    ]),
  )
  .option("--lambda <p>", "the recursive objective of appendix A.3", positiveNumber)
  .option("--population <n>", "draw the next improver from an archive of n", count)
  .option("--frozen", "control: the first improver does all the work")
  .option("--no-test", "leave the test instances out")
  .option("--parallel <n>", "downstream runs at a time; default 2", count)
  .option("--fresh", "start a new run, or table, instead of continuing")
  .option("--self", "improve strop's own proposers, in the folder self below --folder; the result is a patch")
  .option("--trials <n>", "--self: candidates to try; default 30", count)
  .option("--runs <n>", "fig4, hacks: runs of each kind; table1: draws of each task; default 5, hacks 1", count)
  .option("--samples <n>", "audit: improvements of each model and variant; default 100", count)
  .option("--from <folder>", "table1, hacks: read the runs of this folder instead of making some")
  .option("--to <task>", "table1: a task to try the improver on; repeatable; default all others", collect)
  .addOption(new Option("--pick <which>", "table1: which improver of a run").choices(["champion", "last"]))
  .action(async (table: string | undefined, given) => {
    const folder = await (await import("./run-folder.ts")).runFolder(given.folder, "recurse");
    const options = { ...given, folder };
    return finish(
      table === undefined && options.self === true
        ? (await import("./commands/recurse-self.ts")).recurseSelfCommand(options)
        : table === undefined
          ? (await import("./commands/recurse.ts")).recurseCommand(options)
          : (await import("./commands/recurse-tables.ts")).recurseTableCommand(table, options),
    );
  });

command("reprogram", "a code model rewrites its own source, or writes networks (Self-Programming AI)", [
  "strop reprogram self",
  "strop reprogram mnist --sample        the shipped digits, no network needed",
  "strop reprogram cifar10 --data DIR    the official files, from a folder of yours",
  "strop reprogram self --arm random     control: the generator writes instead of the model",
])
  .argument("<experiment>", "self, the source of the code model; mnist, cifar10 or emnist, networks that read images")
  .option(
    "-C, --folder <folder>",
    "where the run lies; made if missing; default reprogram-<experiment>, in the folder of a task below .strop",
  )
  .option("--scale <name>", "self: tiny, small or base (the paper's figures); default small")
  .option(
    "--family <name>",
    "of sources; self: transformer, the default, or recipe, which says how it learns; networks: blocks, the default, or conv (the paper's)",
  )
  .addOption(new Option("--arm <who>", "who writes; default model").choices(["model", "random", "none"]))
  .addOption(
    new Option(
      "--learn <how>",
      "how the code model learns: supervised, the default, or ppo, which goes on learning from what its sources earn",
    ).choices(["supervised", "ppo"]),
  )
  .option("--candidates <n>", "n, sources per iteration", count)
  .option("--iterations <n>", "iterations of training and reprogramming", count)
  .option("--samples <n>", "pairs that the code model learns from", count)
  .option("--few-shot <n>", "self: samples of extended few-shot evaluation", count)
  .option("--data <folder>", "the official files, or a subset with such names")
  .addOption(new Option("--sample", "mnist: the shipped sample of 2,000 digits").conflicts("data"))
  .option("--subset <n>", "images that candidates learn from", count)
  .option("--selection <n>", "images that select among them", count)
  .option("--report <n>", "test images that the accuracy is of", count)
  .option("--epochs <n>", "passes of a candidate over the subset; default 2", count)
  .option("--final-images <n>", "training images of the final training at most; default 80000", count)
  .option("--final-epochs <n>", "passes of the final training; default 1, cifar10 and emnist 4", count)
  .option("--final-seeds <n>", "final trainings of each network; default 3", count)
  .option(
    "--pruner <name>",
    "what stops hopeless candidates; none for the paper's loop; default percentile, the worst quarter",
  )
  .addOption(
    new Option("--backend <name>", "what trains; default: the fastest there is").choices(["auto", "native", "wasm"]),
  )
  .option("--threads <n>", "of the native backend; with 1, the default, runs repeat bit by bit", count)
  .option("--seed <n>", "seed of every random choice", wholeNumber)
  .addOption(tierOption())
  .option("--fresh", "start a new run instead of continuing")
  .action(async (experiment: string, options) =>
    finish((await import("./commands/reprogram.ts")).reprogramCommand(experiment, options)),
  );

command("gym", "give the edit policy experience on many small tasks before its first run", [
  "strop gym --for 20m",
  "strop gym --from none --imitate 200 --iterations 400 --out my-policy.safetensors",
  "strop gym --families code structural --live examples/nano-lm",
])
  .option("-C, --folder <folder>", "where the training lies; made if missing; default .strop/gym")
  .option("--iterations <n>", "updates in all", count, 200)
  .option("--imitate <n>", "the first of them that imitate a search; default 100 with --from none, else 0", wholeNumber)
  .option("--tasks <n>", "tasks of an update", count, 20)
  .option("--trials <n>", "trials of a task", count, 72)
  .option("--seed <n>", "seed of every random choice; default 1", wholeNumber)
  .option("--families <names...>", "kinds of tasks; default all")
  .option("--from <weights>", "begin with: a file, shipped, or none for an untrained network", "shipped")
  .option("--out <file>", "also write the weights to this file")
  .option("--for <duration>", "end this session after 90s, 3m, 1.5h …", duration)
  .addOption(
    new Option("--without <what...>", "leave out, to see what it is worth").choices(["names", "history", "novelty"]),
  )
  .option("--live <folder>", "learn from real runs of this task too, once it no longer imitates; repeatable", collect)
  .option("--fresh", "begin again instead of continuing")
  .action(async (options) => finish((await import("./commands/gym.ts")).gymCommand(options)));

command("policy <action> [file]", "what the edit policy learned here: show [file], export <file> or import <file>", [
  "strop policy show",
  "strop policy export ../learned.safetensors",
  "strop policy import .strop/gym/edit-policy.safetensors",
])
  .addOption(folderOption())
  .action(async (action: string, file: string | undefined, options) =>
    finish((await import("./commands/policy.ts")).policyCommand(action, file, options)),
  );

declareLookingCommands();
declareTakingCommands();

/** Runs the command line of this process to its end; the exit code is in `process.exitCode`. */
export async function main(): Promise<void> {
  // A reader such as `head` may leave early; that is no error of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.harness),
  );
  // Who follows what goes on may leave too, as `tee` does at Ctrl-C; what goes on is not over for that.
  process.stderr.on("error", () => undefined);

  try {
    await useProxy(process.env);
    await program.parseAsync();
  } catch (thrown) {
    process.exitCode = printError(thrown, wantsJson());
  }
}
