/** What every command of the command line has, and options that several share. */
import { Command, Option } from "commander";

import { VERSION } from "../core/version.ts";

/** Known before the command line is read, whose errors are to be JSON too. */
export const wantsJson = (): boolean => process.argv.includes("--json");

export const program = new Command("strop")
  .description(
    "Point strop at a program and a number: it proposes edits, runs each in a sandbox under a fixed budget, keeps only what helps, and learns which edits pay.",
  )
  .version(VERSION)
  .showHelpAfterError("(add --help for the options)")
  .showSuggestionAfterError()
  .exitOverride()
  // As JSON where that is asked for (print-error.ts).
  .configureOutput({ writeErr: (text) => void (wantsJson() || process.stderr.write(text)) })
  // Every command has options; without that word the descriptions fit on a terminal of 80 columns.
  .configureHelp({ subcommandTerm: (one) => `${one.name()} ${one.usage().replace("[options]", "").trim()}`.trim() })
  .addHelpText(
    "after",
    "\nStart here:\n  $ strop init              set up the program in this folder\n  $ strop run --for 10m     improve it\n  $ strop apply             write the best version into your files\n",
  );

/** Every command takes a task's folder, prints JSON on request, and ends its help with an example. */
export function command(usage: string, description: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  $ ${example}\n`).join("");
  const made = program
    .command(usage)
    .description(description)
    .option("--json", "print JSON instead of text")
    .addHelpText("after", `\nExample${examples.length > 1 ? "s" : ""}:\n${lines}`);
  return usage.endsWith("[folder]") ? made.addOption(sameFolder()).hook("preAction", takeFolder) : made;
}

/** Some commands have the folder as an argument and some as `-C`, which the former take as well. */
const sameFolder = (): Option => new Option("-C, --folder <folder>", "the same as the argument").hideHelp();

function takeFolder(one: Command): void {
  const { folder } = one.opts<{ folder?: string }>();
  if (folder === undefined) return;
  const given: unknown = one.processedArgs.at(-1);
  if (given !== undefined) one.error(`error: expected one folder, found ${String(given)} and -C ${folder}`);
  one.processedArgs = one.processedArgs.with(one.processedArgs.length - 1, folder);
}

export const runOption = (): Option => new Option("--run <name>", "a run other than the newest, such as run-001");
export const tierOption = (): Option =>
  new Option("--tier <tier>", "sandbox tier; default: the strongest there is").choices([
    "auto",
    "deno",
    "bubblewrap",
    "bubblewrap+deno",
  ]);
export const unsafeOption = (): Option =>
  new Option(
    "--unsafe-no-sandbox",
    "run programs with your own rights; recorded in the journal and shown in every report",
  ).conflicts("tier");
export const folderOption = (): Option => new Option("-C, --folder <folder>", "the task's folder").default(".");

/** A command ends with its exit code. */
export async function finish(code: number | Promise<number>): Promise<void> {
  process.exitCode = await code;
}
