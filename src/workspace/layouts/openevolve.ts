/** OpenEvolve: initial_program.* and an evaluator.py with `evaluate(program_path)`. */
import { join } from "node:path";

import { textOf } from "../found.ts";
import type { TaskConfig } from "../schema.ts";
import type { AssumedConfig, Layout } from "./layout.ts";
import { pythonOf } from "./python.ts";

const isProgram = (file: string): boolean => /^initial_program\.\w+$/.test(file);

export const openEvolve: Layout = {
  name: "OpenEvolve",
  holds: (entries, read) =>
    entries.some(isProgram) && entries.includes("evaluator.py") && /\bdef evaluate\(/.test(read("evaluator.py")),
  assume: openEvolveConfig,
};

/** OpenEvolve's own default. */
const SECONDS = 300;

async function openEvolveConfig(folder: string, entries: readonly string[]): Promise<AssumedConfig> {
  const program = entries.find(isProgram) as string;
  const { command, env, mounts, told } = await pythonOf(folder);
  const seconds = timeoutIn(textOf(join(folder, "config.yaml"))) ?? SECONDS;
  const config: TaskConfig = {
    program,
    environment: ["**", "!openevolve_output/**"],
    run: { command: [...command, "-c", EVALUATE, program], env: { ...env }, mounts: [...mounts] },
    metric: { name: "combined_score", direction: "maximize" },
    budget: { trainSeconds: seconds, startupSeconds: 5, graceSeconds: 5 },
  };
  return {
    config,
    notes: [
      `program ${program}; where it has EVOLVE-BLOCK lines, only what stands between them; everything else is frozen`,
      `scored by \`evaluate\` of evaluator.py, run with ${told}; openevolve need not be installed`,
      "metric combined_score, larger is better, or the mean of all numbers where there is none; evaluator.py loads the program into its own process, so scores are self-reported",
      `${seconds} seconds per trial, as config.yaml has it under \`evaluator\` or by default, unless --budget says otherwise; nothing else of config.yaml is read: what its system message asks for belongs into program.md`,
    ],
  };
}

/** `timeout` of the section `evaluator`. */
function timeoutIn(yaml: string): number | undefined {
  const section = /^evaluator:[^\S\n]*(?:#.*)?\n((?:[ \t]+.*\n|[ \t]*(?:#.*)?\n)*)/m.exec(`${yaml}\n`)?.[1] ?? "";
  const seconds = /^[ \t]+timeout:[ \t]*["']?([1-9]\d*)/m.exec(section)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

/** Calls the evaluator as OpenEvolve does, and prints what it returns. */
const EVALUATE = `
import asyncio, dataclasses, inspect, numbers, os, sys, types

sys.path.insert(0, os.getcwd())
try:
    import openevolve.evaluation_result
except ImportError:
    # All that evaluators import of it.
    @dataclasses.dataclass
    class EvaluationResult:
        metrics: dict
        artifacts: dict = dataclasses.field(default_factory=dict)

    package, module = types.ModuleType("openevolve"), types.ModuleType("openevolve.evaluation_result")
    module.EvaluationResult, package.evaluation_result = EvaluationResult, module
    sys.modules.update({module.__name__: module, package.__name__: package})

import evaluator

result = evaluator.evaluate(os.path.abspath(sys.argv[1]))
if inspect.isawaitable(result):
    result = asyncio.run(result)
metrics = getattr(result, "metrics", result)
for name, artifact in getattr(result, "artifacts", {}).items():
    print(f"{name}: {artifact}"[:2000], file=sys.stderr)
scores = {}
for name, value in metrics.items():
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        scores[name] = float(value)
    else:
        print(f"{name}: {value}"[:2000], file=sys.stderr)
if not scores:
    sys.exit("expected numbers from evaluate(), found " + repr(metrics)[:300])
scores.setdefault("combined_score", sum(scores.values()) / len(scores))
print("\\n---", *(f"{name}: {value!r}" for name, value in scores.items()), sep="\\n", flush=True)
`.trimStart();
