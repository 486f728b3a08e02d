/** The commands that look at a run, take something from it, or tidy up. */
import { Option } from "commander";

import { command, finish, folderOption, runOption } from "./command.ts";
import { count, portNumber, trialName, type TrialName } from "./options.ts";

export function declareLookingCommands(): void {
  command("status [folder]", "where the newest run stands", ["strop status", "strop status --json"])
    .addOption(runOption())
    .action(async (folder: string | undefined, options) =>
      finish((await import("./commands/status.ts")).statusCommand(folder ?? ".", options)),
    );

  command("log [folder]", "the trials of a run, newest last", [
    "strop log",
    "strop log --kept",
    "strop log --all --json | jq .outcome.score",
  ])
    .addOption(runOption())
    .option("-n, --limit <n>", "how many", count, 30)
    .option("--all", "every trial")
    .option("--kept", "kept trials only")
    .action(async (folder: string | undefined, options) =>
      finish((await import("./commands/log.ts")).logCommand(folder ?? ".", options)),
    );

  command("prompt [folder]", "the exact prompt that a language model would get for the next proposal", [
    "strop prompt",
    "strop prompt --model ollama/qwen3-coder | less",
  ])
    .addOption(runOption())
    .option("--model <name>", "a model other than the task's; its context limits the prompt")
    .action(async (folder: string | undefined, options) =>
      finish((await import("./commands/prompt.ts")).promptCommand(folder ?? ".", options)),
    );

  command("cost [folder]", "what language models cost: by model, by trial, per improvement", [
    "strop cost",
    "strop cost --json | jq .total",
  ])
    .addOption(runOption())
    .action(async (folder: string | undefined, options) =>
      finish((await import("./commands/cost.ts")).costCommand(folder ?? ".", options)),
    );

  command("show", "everything about one trial: edit, outcome, curve, what it printed", [
    "strop show 12",
    "strop show champion",
  ])
    .argument("<trial>", "its number, champion or baseline", trialName)
    .addOption(folderOption())
    .addOption(runOption())
    .action(async (trial: TrialName, options) =>
      finish((await import("./commands/show.ts")).showCommand(trial, options)),
    );

  command("diff", "baseline to champion, or one trial's edit, as a unified diff", [
    "strop diff",
    "strop diff 12",
    "strop diff | git apply",
  ])
    .argument("[trial]", "its number, champion or baseline", trialName)
    .addOption(folderOption())
    .addOption(runOption())
    .action(async (trial: TrialName | undefined, options) =>
      finish((await import("./commands/diff.ts")).diffCommand(trial, options)),
    );
}

/** What a run leaves for people, and what keeps the place in order. */
export function declareTakingCommands(): void {
  command("report [folder]", "the run as a page with its chart, diff and trials, also while it goes", [
    "strop report",
    "strop report --live                   from a server of this machine, as it is now",
    "strop report --live --port 8080       to look at it from elsewhere: ssh -L 8080:localhost:8080 MACHINE",
  ])
    .addOption(runOption())
    .option("--live", "serve it on this machine only until Ctrl-C; it renews itself while the run goes")
    .option("--port <n>", "--live: of the server; default any that is free", portNumber)
    .option("-o, --output <file>", "a file instead of the run's own report.html")
    .action(async (folder: string | undefined, options) =>
      finish((await import("./commands/report.ts")).reportCommand(folder ?? ".", options)),
    );

  command("apply [folder]", "write the champion into the program's files", ["strop apply", "strop apply --trial 12"])
    .addOption(runOption())
    .option("--trial <n>", "this trial's program instead of the champion; 0 takes all edits back", trialName)
    .option("-y, --yes", "overwrite uncommitted changes without asking")
    .action(async (folder: string | undefined, options) =>
      finish((await import("./commands/apply.ts")).applyCommand(folder ?? ".", options)),
    );

  command("export [folder]", "the trials as results.tsv (autoresearch), CSV, JSON lines or a picture", [
    "strop export > results.tsv",
    "strop export --format jsonl -o .strop/trials.jsonl",
    "strop export --format svg -o .strop/run.svg",
  ])
    .addOption(runOption())
    .addOption(
      new Option("--format <format>", "tsv, csv, jsonl (as with --json) or svg")
        .choices(["tsv", "csv", "jsonl", "svg"])
        .default("tsv")
        .conflicts("json"),
    )
    .option("-o, --output <file>", "a file instead of standard output")
    .action(async (folder: string | undefined, options) =>
      finish((await import("./commands/export.ts")).exportCommand(folder ?? ".", options)),
    );

  command(
    "import <results.tsv> [folder]",
    "read another tool's results.tsv as a run of its own, to look at and compare",
    ["strop import results.tsv"],
  ).action(async (file: string, folder: string | undefined, options) =>
    finish((await import("./commands/import.ts")).importCommand(file, { ...options, folder: folder ?? "." })),
  );

  command("doctor", "which sandbox this machine gives, by trying it, and how to get a better one", [
    "strop doctor",
  ]).action(async (options) => finish((await import("./commands/doctor.ts")).doctorCommand(options)));

  command("clean [folder]", "delete old runs; the newest stays", ["strop clean", "strop clean --all --yes"])
    .option("--all", "the newest run too")
    .option("-y, --yes", "do not ask")
    .action(async (folder: string | undefined, options) =>
      finish((await import("./commands/clean.ts")).cleanCommand(folder ?? ".", options)),
    );
}
