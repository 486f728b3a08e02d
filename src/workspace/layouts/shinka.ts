/** ShinkaEvolve: initial.* and an evaluate.py that takes --program_path and --results_dir. */
import type { TaskConfig } from "../schema.ts";
import type { AssumedConfig, Layout } from "./layout.ts";
import { pythonOf } from "./python.ts";

const isProgram = (file: string): boolean => /^initial\.\w+$/.test(file);

export const shinkaEvolve: Layout = {
  name: "ShinkaEvolve",
  holds: (entries, read) =>
    entries.some(isProgram) && entries.includes("evaluate.py") && /\bresults_dir\b/.test(read("evaluate.py")),
  assume: shinkaConfig,
};

const SECONDS = 300;

async function shinkaConfig(folder: string, entries: readonly string[]): Promise<AssumedConfig> {
  const program = entries.find(isProgram) as string;
  const { command, env, mounts, told } = await pythonOf(folder);
  const config: TaskConfig = {
    program,
    environment: ["**", "!results*/**"],
    run: { command: [...command, "-c", EVALUATE, program], env: { ...env }, mounts: [...mounts] },
    metric: { name: "combined_score", direction: "maximize" },
    budget: { trainSeconds: SECONDS, startupSeconds: 5, graceSeconds: 5 },
  };
  return {
    config,
    notes: [
      `program ${program}; where it has EVOLVE-BLOCK lines, only what stands between them; everything else is frozen`,
      `scored by evaluate.py, run with ${told}, which has to have the packages that it imports, shinka among them`,
      "metric combined_score of its metrics.json, larger is better; a program that correct.json calls incorrect has none; evaluate.py loads the program into its own process, so scores are self-reported",
      `${SECONDS} seconds per trial, unless --budget says otherwise`,
    ],
  };
}

/** Runs the evaluator as ShinkaEvolve does, and prints what it leaves. */
const EVALUATE = `
import json, numbers, os, subprocess, sys

results = os.path.join(os.environ["STROP_OUTPUT"], "results")
command = [sys.executable, "evaluate.py", "--program_path", sys.argv[1], "--results_dir", results]
status = subprocess.run(command).returncode
if status != 0:
    sys.exit(status if status > 0 else 1)

def left(name):
    with open(os.path.join(results, name), encoding="utf-8") as file:
        return json.load(file)

verdict, metrics = left("correct.json"), left("metrics.json")
if not verdict.get("correct"):
    sys.exit("incorrect: " + str(verdict.get("error"))[:2000])
if metrics.get("text_feedback"):
    print(str(metrics["text_feedback"])[:2000], file=sys.stderr)
scores = {**metrics.get("public", {}), "combined_score": metrics["combined_score"]}
scores = {name: float(value) for name, value in scores.items() if isinstance(value, numbers.Real)}
print("\\n---", *(f"{name}: {value!r}" for name, value in scores.items()), sep="\\n", flush=True)
`.trimStart();
