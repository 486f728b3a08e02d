/**
 * Everything that the trainer's tests need, and then the tests: a virtual environment in a folder of its own with the trainer's
 * packages (some gigabytes where PyTorch comes with CUDA), its Python tests, and those of strop that drive a real worker.
 *
 *     npm run test:trainer                               installs, tests, and removes what it installed
 *     STROP_TRAINER_PYTHON=<python> npm run test:trainer  tests with a Python that has torch, transformers, peft and pytest
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const trainer = join(root, "trainer");
const given = process.env["STROP_TRAINER_PYTHON"];

function run(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): void {
  const [program = "", ...args] = command;
  console.log(`$ ${command.join(" ")}`);
  const { status, signal, error } = spawnSync(program, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status ?? signal ?? error?.message}`);
}

function install(folder: string): string {
  run([process.env["PYTHON"] ?? "python3", "-m", "venv", folder], root);
  const python = join(folder, "bin", "python");
  // What the project file lists, without building the package: its source is run as it is.
  const list = "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project'];";
  const print = `${list} print(*p['dependencies'], *p['optional-dependencies']['test'], sep='\\n')`;
  const listed = spawnSync(python, ["-c", print], { cwd: trainer, encoding: "utf8" });
  if (listed.status !== 0)
    throw new Error(`expected Python 3.11 or newer for the installation, found: ${listed.stderr}`);
  run([python, "-m", "pip", "install", "--quiet", ...listed.stdout.trim().split("\n")], trainer);
  return python;
}

const folder = given === undefined ? mkdtempSync(join(tmpdir(), "strop-trainer-venv-")) : undefined;
try {
  const python = folder === undefined ? (given as string) : install(folder);
  const env = { ...process.env, STROP_TRAINER_PYTHON: python, PYTHONDONTWRITEBYTECODE: "1" };
  run([python, "-m", "pytest"], trainer, env);
  run([process.execPath, join(root, "node_modules/vitest/vitest.mjs"), "run", "test/propose/trainer"], root, env);
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
} finally {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
