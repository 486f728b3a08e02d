/** ShinkaEvolve: initial.* and an evaluate.py that takes --program_path and --results_dir. */
import type { TaskConfig } from "../config/schema.ts";
import { joinToolchains } from "../detect/toolchain.ts";
import { compilerOf } from "./compiler.ts";
import { type AssumedConfig, type Layout, programIn, programNote } from "./layout.ts";
import { pythonOf } from "./python.ts";

const isProgram = (file: string): boolean => /^initial\.\w+$/.test(file);

const isScored = (entries: readonly string[], read: (file: string) => string): boolean =>
  entries.includes("evaluate.py") && /\bresults_dir\b/.test(read("evaluate.py"));

export const shinkaEvolve: Layout = {
  name: "ShinkaEvolve",
  holds: (entries, read) => entries.some(isProgram) && isScored(entries, read),
  lacks: (entries, read) =>
    isScored(entries, read)
      ? "evaluate.py is one of ShinkaEvolve's: a folder where the file that it scores is called initial.py (or .go, .f90 …) needs no config"
      : undefined,
  assume: shinkaConfig,
};

const SECONDS = 300;

async function shinkaConfig(folder: string, entries: readonly string[]): Promise<AssumedConfig> {
  const program = programIn(entries.filter(isProgram));
  const python = await pythonOf(folder);
  const compiler = compilerOf(folder, program);
  const { env, mounts } = joinToolchains(python, compiler);
  const config: TaskConfig = {
    program,
    environment: ["**", "!results*/**"],
    run: { command: [...python.command, "-c", EVALUATE, program], env, mounts: [...mounts] },
    metric: { name: "combined_score", direction: "maximize" },
    budget: { trainSeconds: SECONDS, startupSeconds: 5, graceSeconds: 5 },
  };
  return {
    config,
    notes: [
      programNote(folder, program),
      `scored by evaluate.py, run with ${python.told}, which has to have the packages that it imports, shinka among them`,
      ...compiler.notes,
      "metric combined_score of its metrics.json, larger is better; a program that correct.json calls incorrect has none",
      "evaluate.py loads the program into its own process, so scores are self-reported",
      `${SECONDS} seconds per trial, unless --budget says otherwise`,
    ],
  };
}

/** Runs the evaluator as ShinkaEvolve does, and prints what it leaves. */
const EVALUATE = `
# evaluate.py, as ShinkaEvolve calls it
import json, numbers, os, subprocess, sys

results = os.path.join(os.environ["STROP_OUTPUT"], "results")
os.makedirs(results, exist_ok=True)
# As where a virtual environment is active: evaluators start "python" by its name.
os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", os.defpath)
program = os.path.abspath(sys.argv[1])
command = [sys.executable, "evaluate.py", "--program_path", program, "--results_dir", results]
status = subprocess.run(command).returncode
if status != 0:
    sys.exit(status if status > 0 else 1)

def left(name):
    try:
        with open(os.path.join(results, name), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}
    except ValueError as error:
        sys.exit(f"error: expected JSON from evaluate.py in {name}, found {error}")

verdict, metrics = left("correct.json"), left("metrics.json")
if metrics.get("text_feedback"):
    # Behind a bar no line of it is taken for a score.
    print("| " + str(metrics["text_feedback"])[:2000].replace("\\n", "\\n| "), file=sys.stderr)
if not verdict.get("correct"):
    sys.exit("incorrect: " + str(verdict.get("error") or "evaluate.py left no reason in correct.json")[:2000])
if not isinstance(metrics.get("combined_score"), numbers.Real):
    sys.exit("error: expected a number combined_score from evaluate.py in metrics.json, found " + repr(metrics)[:300])
scores = {**(metrics.get("public") or {}), "combined_score": metrics["combined_score"]}
scores = {name: float(value) for name, value in scores.items() if isinstance(value, numbers.Real)}
print("\\n---", *(f"{name}: {value!r}" for name, value in scores.items()), sep="\\n", flush=True)
`.trimStart();
