import { expect, it } from "vitest";

import { detectScratch } from "../../../src/workspace/detect/detect.ts";
import { scratch } from "../scratch.ts";

const scratchOf = (text: string, there: readonly string[], program = ["train.py"]) =>
  detectScratch(scratch({ "train.py": text, ...Object.fromEntries(there.map((path) => [path, "x"])) }), {
    run: "python3 train.py",
    program,
  });

it.each([
  [
    'torch.save(m.state_dict(), f"model_epoch{epoch:02d}.pt")\nm.load_state_dict(torch.load(f"model_epoch{best:02d}.pt"))',
    ["model_epoch01.pt", "model_epoch02.pt", "model_base.pt", "data.pt"],
    ["model_epoch01.pt", "model_epoch02.pt"],
  ],
  ['plt.savefig("plots/epoch_%d.png" % e)', ["plots/epoch_1.png", "plots/old.png"], ["plots/epoch_1.png"]],
  ['os.makedirs("plots")\nplt.savefig(f"plots/epoch_{e}.png")', ["plots/old.png"], ["plots/epoch_0.png"]],
  [
    'if save:\n    torch.save(\n        {"model": m, "corpus": "corpus.txt", "lr": max(1, 2)},\n        "model.pt",\n    )\nx = open("b.txt")',
    ["corpus.txt", "model.pt", "b.txt"],
    ["model.pt"],
  ],
])("what %j has written is gone in a trial", (text, there, expected) => {
  expect(scratchOf(text, there)).toEqual(expected);
});

it.each([
  ['torch.save(m, f"model_{e}.pt")\nbase = torch.load("model_base.pt")', ["model_base.pt"]],
  ['np.save(f"shards/s{i}.npy", x)\nnp.load(f"shards/s{i}.npy")', ["shards/s1.npy"]],
  ['np.save(f"shards/s{i}.npy", x)\nglob.glob("shards/*.npy")', ["shards/s1.npy"]],
  ['plt.savefig(f"{out}/{e}.png")', ["a/1.png"]],
  ['with open("rows.csv") as f, open("new.csv", "w") as g: pass', ["rows.csv"]],
  ['pd.read_csv("rows.csv").to_csv("new.csv")', ["rows.csv"]],
  ['np.save("new.npy", np.load("rows.npy"))', ["rows.npy"]],
  ['print("(")\nx = open("rows.csv")\ny.save("new.npy")', ["rows.csv"]],
  ['open("lib/made.py", "w")\nopen(f"lib/part{i}.py", "w")', ["lib/made.py", "lib/part1.py"]],
])("what %j reads, or may be edited, stays", (text, there) => {
  expect(scratchOf(text, there, ["train.py", "lib/**"])).toEqual([]);
});
