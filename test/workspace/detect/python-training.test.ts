import { execFileSync } from "node:child_process";

import { describe, expect, it } from "vitest";

import { detectPrograms } from "../../../src/workspace/detect/detect.ts";
import { isProgramThere } from "../../../src/workspace/init.ts";
import { scratch } from "../scratch.ts";

const TRAIN = `from .model import loss\nif __name__ == "__main__":\n    print(f"val_acc: {1 - loss():.3f}")\n`;
const MODEL = "def loss():\n    return 0.25\n";
const ABSOLUTE = TRAIN.replace(".model", "speech.model");

describe("a Python package that is trained", () => {
  it.each([
    [
      "in src, with relative imports",
      { "src/speech/__init__.py": "", "src/speech/train.py": TRAIN, "src/speech/model.py": MODEL },
      { folder: "src/speech", run: "PYTHONPATH=src python3 -m speech.train" },
    ],
    [
      "in src, with its own name",
      { "src/speech/train.py": ABSOLUTE, "src/speech/model.py": MODEL },
      { folder: "src/speech", run: "PYTHONPATH=src python3 -m speech.train" },
    ],
    [
      "in the folder that pyproject.toml names",
      {
        "pyproject.toml": '[tool.setuptools.packages.find]\nwhere = ["python"]\n',
        "python/speech/train.py": ABSOLUTE,
        "python/speech/model.py": MODEL,
      },
      { folder: "python/speech", run: "PYTHONPATH=python python3 -m speech.train" },
    ],
    [
      "where src itself is the package",
      {
        "src/__init__.py": "",
        "src/speech/__init__.py": "",
        "src/speech/train.py": TRAIN.replace(".model", "..model"),
        "src/model.py": MODEL,
      },
      { folder: "src/speech", run: "python3 -m src.speech.train" },
    ],
    [
      "beside the project's other files",
      { "setup.py": "", "speech/__init__.py": "", "speech/train.py": TRAIN, "speech/model.py": MODEL },
      { folder: "speech", run: "python3 -m speech.train" },
    ],
    [
      "as a script that imports what lies beside it, also of its folder's name",
      { "speech/train.py": TRAIN.replace(".model", "speech"), "speech/speech.py": MODEL },
      { folder: "speech", run: "python3 speech/train.py" },
    ],
    [
      "as a script that imports what lies beside it, in src",
      { "src/speech/train.py": TRAIN.replace(".model", "model"), "src/speech/model.py": MODEL },
      { folder: "src/speech", run: "python3 src/speech/train.py" },
    ],
  ])("%s, is found, and the command runs", async (_layout, files, { folder, run }) => {
    const project = scratch(files);
    const [guess, ...others] = detectPrograms(project);
    expect(others).toEqual([]);
    // The score is read in the script, so also of a module.
    expect(guess).toMatchObject({ run, metric: "val_acc", direction: "maximize" });
    expect(guess?.program[0]).toBe(`${folder}/**/*.py`);
    expect(await isProgramThere(project, guess?.program ?? [])).toBe(true);
    expect(execFileSync("sh", ["-c", run], { cwd: project, encoding: "utf8" })).toBe("val_acc: 0.750\n");
  });

  it("is not looked for in tests, data and installed packages", () => {
    const files = { "src/tests/train.py": TRAIN, "tests/a/train.py": TRAIN, "venv/x/train.py": TRAIN };
    expect(detectPrograms(scratch(files))).toEqual([]);
  });
});

it("says whether there is a program where one is looked for", async () => {
  const folder = scratch({ "app/core.py": "" });
  const isThere = (...globs: string[]) => isProgramThere(folder, globs);
  expect(
    await Promise.all([isThere("src/*"), isThere("app/*.py"), isThere("main.py"), isThere("app/core.py")]),
  ).toEqual([false, true, false, true]);
});
