/** OpenEvolve: initial_program.* and an evaluator.py with `evaluate(program_path)`. */
import { join } from "node:path";

import { textOf } from "../detect/found.ts";
import { openEvolveSettings } from "../config/openevolve-config.ts";
import type { TaskConfig } from "../config/schema.ts";
import { joinToolchains } from "../detect/toolchain.ts";
import { compilerOf } from "./compiler.ts";
import { type AssumedConfig, type Layout, programIn, programNote } from "./layout.ts";
import { pythonOf } from "./python.ts";

const isProgram = (file: string): boolean => /^initial_program\.\w+$/.test(file);

const isScored = (entries: readonly string[], read: (file: string) => string): boolean =>
  entries.includes("evaluator.py") && /\bdef evaluate\(/.test(read("evaluator.py"));

export const openEvolve: Layout = {
  name: "OpenEvolve",
  holds: (entries, read) => entries.some(isProgram) && isScored(entries, read),
  lacks: (entries, read) =>
    isScored(entries, read)
      ? "evaluator.py is one of OpenEvolve's: a folder where the file that it scores is called initial_program.py (or .rs, .r …) needs no config"
      : undefined,
  assume: openEvolveConfig,
};

/** OpenEvolve's own default. */
const SECONDS = 300;

const SETTINGS = "config.yaml";

async function openEvolveConfig(folder: string, entries: readonly string[]): Promise<AssumedConfig> {
  const program = programIn(entries.filter(isProgram));
  const python = await pythonOf(folder);
  const compiler = compilerOf(folder, program);
  const { env, mounts } = joinToolchains(python, compiler);
  const { systemMessage, timeout, problem } = await openEvolveSettings(textOf(join(folder, SETTINGS)));
  const seconds = timeout ?? SECONDS;
  const secret = entries.filter((file) => /\.ya?ml$/.test(file) && A_KEY.test(textOf(join(folder, file))));
  const evaluator = textOf(join(folder, "evaluator.py"));
  const hasMessage = systemMessage !== "";
  // What the evaluator reads stays frozen, and an agenda is not.
  const agenda = hasMessage && !entries.includes("program.md") && !evaluator.includes(SETTINGS) ? SETTINGS : undefined;
  const config: TaskConfig = {
    program,
    environment: ["**", "!openevolve_output/**"],
    ...(agenda !== undefined && { agenda }),
    ...(secret.length > 0 && { hidden: secret }),
    run: { command: [...python.command, "-c", EVALUATE, program], env, mounts: [...mounts] },
    metric: { name: "combined_score", direction: "maximize" },
    budget: { trainSeconds: seconds, startupSeconds: 5, graceSeconds: 5 },
  };
  const isNamed = evaluator.includes("combined_score");
  const from = timeout === undefined ? "OpenEvolve's default" : "the `timeout` of config.yaml's section `evaluator`";
  return {
    config,
    notes: [
      programNote(folder, program),
      `scored by \`evaluate\` of evaluator.py, run with ${python.told}; openevolve need not be installed`,
      ...compiler.notes,
      isNamed
        ? "metric combined_score, larger is better"
        : "metric combined_score, larger is better: evaluator.py names none, so it is the mean of all numbers that it returns; to choose one, write a config with `strop init` and name it as its metric",
      "evaluator.py loads the program into its own process, so scores are self-reported",
      `${seconds} seconds per trial, ${from}, unless --budget says otherwise`,
      ...(entries.includes(SETTINGS)
        ? [problem === undefined ? settingsNote(agenda, hasMessage) : `${SETTINGS} is not read: ${problem}`]
        : []),
      ...secret.map((file) => `${file} holds an API key, so no program is shown it`),
    ],
  };
}

function settingsNote(agenda: string | undefined, hasMessage: boolean): string {
  if (agenda !== undefined)
    return `the system message of ${SETTINGS} is the agenda; name models with --model, nothing else of it is read`;
  return `nothing else of ${SETTINGS} is read${hasMessage ? ", its system message neither: program.md is the agenda" : ""}`;
}

/** Written out, and not the name of a variable. */
const A_KEY = /^[ \t]*(?:-[ \t]+)?api_key:[ \t]*["']?[^\s"'$#]/m;

/** Calls the evaluator as OpenEvolve does, and prints what it returns. */
const EVALUATE = `
# evaluate() of evaluator.py, as OpenEvolve calls it
import asyncio, dataclasses, inspect, math, numbers, os, sys, traceback, types

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

# As where a virtual environment is active: evaluators start "python" by its name.
os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", os.defpath)

import evaluator

# Without an end at once, a thread that the evaluator has given up would be waited for.
def fail(reason):
    print(reason, file=sys.stderr, flush=True)
    os._exit(1)

# Behind a bar no line of it is taken for a score.
def tell(name, value):
    print("| " + f"{name}: {value}"[:2000].replace("\\n", "\\n| "), file=sys.stderr)

try:
    result = evaluator.evaluate(os.path.abspath(sys.argv[1]))
    if inspect.isawaitable(result):
        result = asyncio.run(result)
except SystemExit as end:
    # No evaluator's \`except Exception\` sees it, and what the program printed before would be its score.
    fail(f"error: expected evaluate() to return, found that it, or the program, called exit({end.code!r})")
except BaseException:
    fail(traceback.format_exc())
metrics, artifacts = getattr(result, "metrics", result), getattr(result, "artifacts", None) or {}
if not isinstance(metrics, dict):
    fail("error: expected a dictionary or an EvaluationResult from evaluate(), found " + repr(result)[:300])
for name, artifact in artifacts.items():
    tell(name, artifact)
scores = {}
for name, value in metrics.items():
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        scores[name] = float(value)
    else:
        tell(name, value)
try:
    scores["combined_score"] = float(metrics["combined_score"])
except (KeyError, TypeError, ValueError):
    known = [value for value in scores.values() if not math.isnan(value)]
    if not known:
        fail("error: expected numbers from evaluate(), found " + repr(metrics)[:300])
    scores["combined_score"] = sum(known) / len(known)
# What an evaluator returns for a program that it could not score.
for error in (metrics.get("error"), artifacts.get("error")):
    if isinstance(error, str) and error.strip() and scores["combined_score"] == 0:
        fail("evaluate() found an error: " + " ".join(error.split())[:2000])
print("\\n---", *(f"{name}: {value!r}" for name, value in scores.items()), sep="\\n", flush=True)
sys.stderr.flush()
os._exit(0)
`.trimStart();
