import { describe, expect, it } from "vitest";

import { NO_FILE, readMetric } from "../../../src/judge/read-metric.ts";
import { detectPrograms } from "../../../src/workspace/detect/detect.ts";
import { scratch } from "../scratch.ts";

/** What strop reads of a program's output with a guess. */
async function scoreOf(
  { metric: name, direction, pattern }: ReturnType<typeof detectPrograms>[number],
  printed: string,
) {
  const reading = await readMetric(
    { name, direction, pattern, file: undefined, deterministic: false },
    {
      value: undefined,
      printed,
      file: async () => NO_FILE,
      match: (form, lines) => lines.map((line) => form.exec(line)),
    },
  );
  return reading.ok ? reading.value : reading.reason;
}

describe("a score within a line", () => {
  it.each([
    [
      'tqdm.write(f"epoch {e} | val_loss {l:.3f} | lr {lr:.1e}")',
      "epoch 1 | val_loss 0.900 | lr 1e-3\nepoch 2 | val_loss 0.412 | lr 1e-3",
      { metric: "val_loss", direction: "minimize", score: 0.412 },
    ],
    [
      'log.info("epoch %d | train_loss %.4f | val_loss %.4f | %.1fs", e, t, l, s)',
      "INFO:root:epoch 2 | train_loss 0.1 | val_loss 0.412 | 3.1s",
      { metric: "val_loss", direction: "minimize", score: 0.412 },
    ],
    [
      'print("Epoch [%d/%d] Loss: %.4f Acc: %.2f%%" % (e, n, l, a))',
      "Epoch [3/3] Loss: 0.4120 Acc: 91.20%",
      { metric: "Acc", direction: "maximize", score: 91.2 },
    ],
    [
      'print(\n    f"[{e}] loss {loss.item():.3f} "\n    f"(Val Loss: {val():.3f}, {took:.0f}s)"\n)',
      "[3] loss 0.100 (Val Loss: 0.412, 3s)",
      { metric: "Val_Loss", direction: "minimize", score: 0.412 },
    ],
    [
      'print("epoch", e, "loss", total / n)',
      "epoch 3 loss 0.412",
      { metric: "loss", direction: "minimize", score: 0.412 },
    ],
    [
      'print("* Acc@1 {top1:.3f} Acc@5 {top5:.3f}".format(top1=a, top5=b))',
      "* Acc@1 61.5 Acc@5 91.2",
      { metric: "Acc_5", direction: "maximize", score: 91.2 },
    ],
    [
      'print(f"step {i}: loss={loss:.2e}.")\nprint(f"Time: {t:.1f}")',
      "step 7: loss=4.12e-01.\nTime: 3.0",
      { metric: "loss", direction: "minimize", score: 0.412 },
    ],
  ])("of %j is found, and read", async (text, printed, { score, ...expected }) => {
    const [guess] = detectPrograms(scratch({ "train.py": text }));
    expect(guess).toMatchObject(expected);
    expect(await scoreOf(guess as NonNullable<typeof guess>, printed)).toBe(score);
  });

  it("is that of a package's module where its script prints none", () => {
    const files = {
      "src/net/train.py": "from .engine import fit\nfit()\n",
      "src/net/engine.py": 'print(f"epoch {e} acc {a}")',
    };
    expect(detectPrograms(scratch(files))).toMatchObject([{ metric: "acc", direction: "maximize" }]);
  });

  it.each([
    'print(f"could not read {path}, error {e}")',
    'with open("loss.txt", "w") as f: f.write(f"epoch {e} loss {l}")',
    'torch.save(m, f"model loss {l}.pt")',
    'wandb.log({"loss": l})',
    'print("the loss of", name)',
  ])("is none in %s", (text) => {
    const [guess] = detectPrograms(scratch({ "train.py": text }));
    expect(guess).toMatchObject({ metric: "val_loss", direction: "minimize" });
    expect(guess?.pattern).toBeUndefined();
  });

  it("goes after a line of its own, a JSON file that is written, and a benchmark's time", () => {
    const within = 'print(f"epoch {e} val_loss {v}")\n';
    const dump = 'with open("m.json", "w") as f:\n    json.dump({"auc": a}, f)\n';
    expect(detectPrograms(scratch({ "train.py": `${within}print(f"bpb: {b}")\n` }))).toMatchObject([{ metric: "bpb" }]);
    expect(detectPrograms(scratch({ "train.py": within + dump }))).toMatchObject([{ metric: "auc", file: "m.json" }]);
    const bench = { "bench.ts": "console.log(`case ${i} score ${x}`);\nconsole.log(`ms: ${ms}`);" };
    expect(detectPrograms(scratch(bench))).toMatchObject([{ metric: "ms" }]);
  });
});
