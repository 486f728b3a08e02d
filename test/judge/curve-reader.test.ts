import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createCurveReader, type StepReport } from "../../src/judge/curve-reader.ts";
import { divergence } from "../../src/judge/divergence.ts";

const read = (text: string): StepReport[] => {
  const reader = createCurveReader();
  return [...reader.push(text), ...reader.end()];
};

describe("step reports", () => {
  test.each([
    ["step 00010 (3.2%) | loss: 4.512 | lrm: 1.00 | dt: 29ms | remaining: 290s\r", 10, 4.512],
    ["step=10 loss=4.5\n", 10, 4.5],
    ["Step 10/100, train loss 4.5, val loss 9\n", 10, 4.5],
    ["iter 10: loss 4.5, time 20ms\n", 10, 4.5],
    ["epoch 3 - loss: 1e-3 - acc: 0.9", 3, 0.001],
    ['{"step": 10, "loss": 4.5}\n', 10, 4.5],
    ['{"step": 10, "loss": NaN}\n', 10, Number.NaN],
    ["step 7 | loss: nan\n", 7, Number.NaN],
    ["step 7 | loss: inf\n", 7, Number.POSITIVE_INFINITY],
    ["\u001b[2K\u001b[1mstep 7\u001b[0m loss: 2\r", 7, 2],
    ["Epoch [3/10], Step [100/600], Loss: 0.35\n", 3, 0.35],
    ["epoch 2:  45%|████▌     | 45/100 [00:01<00:01, 40.1it/s, loss=2.31]\r", 2, 2.31],
    [" 45%|████▌     | 45/100 [00:01<00:01, 40.1it/s, loss=2.31]\r", 45, 2.31],
    ["45it [00:01, 40.1it/s, loss=2.31]\r", 45, 2.31],
    ["Epoch 0: 100%|██| 100/100 [00:01<00:00, 55it/s, v_num=0, train_loss_step=2.3, train_loss_epoch=2.5]\r", 0, 2.3],
    ["45/100 ━━━━━━ 1s 4ms/step - accuracy: 0.5 - loss: 1.23\n", 45, 1.23],
    ["loss: 2.303494  [   64/60000]\n", 64, 2.303494],
    ["[1,  2000] loss: 2.162\n", 1, 2.162],
    ["Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.300024\n", 1, 2.300024],
    ["2026-01-02 12:00:00,123 INFO train: epoch=3 val_loss=9 avg_loss=0.5.\n", 3, 0.5],
    ["Epoch 3/9 - Train Loss: 0.5 - Val Loss: 0.6\n", 3, 0.5],
    ["epoch 4 kl_loss 0.1 loss 3\n", 4, 3],
    ["step 5 | loss 1,234.5, lr 0.1\n", 5, 1234.5],
    ["step 5 | loss 4.5, 0.123\n", 5, 4.5],
    ["step 5 loss: tensor(2.5, grad_fn=<NllLossBackward0>)\n", 5, 2.5],
    ["{'loss': 2.31, 'grad_norm': 1.5, 'learning_rate': 5e-05, 'epoch': 0.5}\n", 0, 2.31],
    ['{"type": "train", "step": 10, "train/loss": 4.5}\n', 10, 4.5],
  ])("%j", (line, step, loss) => expect(read(line)).toEqual([{ step, loss }]));

  test.each([
    "loading data\n",
    "step 10\n",
    "loss: 4\n",
    "{ not json\n",
    "{}\n",
    "null\n",
    "footstep 3 gloss 4\n",
    "step 1 loss: pending\n",
    "epochs: 10, loss: mse, batch size 64\n",
    "2026/01/02 10:00 loss 0.5\n",
    '{"step":"a","loss":1}\n',
  ])("%j is none", (line) => expect(read(line)).toEqual([]));

  test.each(["step", "loss", "step 1 loss", "step:", "[1,"])("are looked for in no time in %j and blanks", (word) => {
    expect(read(`${word}${"\t ".repeat(2000)}x\n`.repeat(20))).toEqual([]);
  });

  test("are of the training's loss from when there is one, else of the validation's", () => {
    const [validation, training] = ["epoch 1 val_loss 9\n", "epoch 1 loss 4\n"];
    expect(read(validation + validation)).toHaveLength(2);
    expect(read(training + validation + training).map(({ loss }) => loss)).toEqual([4, 4]);
  });

  test("come out the same however the output is cut into pieces", () => {
    const text = 'start\nstep 1 | loss: 5\rstep 2 | loss: 4\r\n{"step":3,"loss":3}\nstep 4 loss=2';
    const whole = read(text);
    expect(whole.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const reader = createCurveReader();
        const pieces = at.slice(1).flatMap((end, i) => reader.push(text.slice(at[i], end)));
        expect([...pieces, ...reader.end()]).toEqual(whole);
      }),
    );
  });

  test("are still read after a flood without a line break, and the flood is not remembered", () => {
    const reader = createCurveReader();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 2_000; i++) reader.push("x".repeat(65_536));
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 2 ** 20);
    expect(reader.push("step 9 loss 1\n")).toEqual([]);
    expect(reader.push("step 10 loss 1\n")).toEqual([{ step: 10, loss: 1 }]);
  });
});

describe("divergence", () => {
  const curve = (...losses: number[]): { seconds: number; loss: number }[] =>
    losses.map((loss, i) => ({ seconds: i, loss }));

  test.each([
    [curve()],
    [curve(5)],
    [curve(5, 4, 3, 2)],
    [curve(5, 90, 4, 3)],
    [curve(5, 4, Number.NaN)],
    [curve(5, 4, Number.NaN, 4)],
    [curve(Number.NaN, 4, Number.POSITIVE_INFINITY, 3)],
    [curve(5, 4, 9e9)],
    [curve(5, 4, 90, 900)],
    [curve(-1, -2, -3)],
    [curve(0, 200, 300)],
  ])("a healthy or spiky curve is left alone", (points) => expect(divergence(points)).toBeUndefined());

  test("a loss that is no number twice in a row, or far above its start, has diverged", () => {
    expect(divergence(curve(5, 4, Number.NaN, Number.NaN))).toBe("the loss became NaN");
    expect(divergence(curve(5, Number.NaN, Number.POSITIVE_INFINITY))).toBe("the loss became Infinity");
    expect(divergence(curve(Number.NaN, Number.NaN))).toBe("the loss became NaN");
    expect(divergence(curve(5, 4, 6000, 9000))).toBe("the loss exploded from 5.000 to 9000");
    expect(divergence(curve(5, 4, Number.NaN, 9000))).toBe("the loss exploded from 5.000 to 9000");
  });
});
