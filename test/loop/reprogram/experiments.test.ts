import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { loadCodeModel } from "../../../src/reprogram/code-model/load.ts";
import { openBackend } from "../../../src/loop/reprogram/open-backend.ts";
import { runSmall } from "./small-runs.ts";
import { freshFolder } from "../../fresh-folder.ts";

const LONG = { timeout: 600_000 };

describe("experiment 1", () => {
  it("trains the winning source from its own definition, generation after generation", LONG, async () => {
    const folder = freshFolder();
    const { state, result, figures } = await runSmall("self", folder, { choices: { arm: "random", candidates: 3 } });
    expect(result.candidates.every(({ status }) => status === "scored" || status === "invalid")).toBe(true);
    expect(result.generations.map(({ generation }) => generation)).toEqual([0, 1]);
    const best = Math.min(...result.candidates.flatMap(({ score }) => score ?? []));
    expect(state.champion?.score).toBe(best);
    // The first steps of a generation are the few-shot run of its source: the same samples, in the same order.
    const winner = result.candidates.find(({ score }) => score === best);
    expect(result.generations[1]?.losses.slice(0, 2)).toEqual(winner?.curve.map((loss) => expect.closeTo(loss, 4)));
    expect(result.generations[1]?.losses.at(-1)).toBeLessThan(result.generations[1]?.losses[0] as number);
    expect(readdirSync(figures)).toContain("figure-2-loss.svg");
    const bytes = readFileSync(join(figures, "../checkpoints/model.safetensors"));
    const model = await loadCodeModel(bytes, { backend: await openBackend({ name: "native", threads: 1 }) });
    expect(model.parameters).toBe(result.generations[1]?.parameters);
    await model.close();
  });

  it("keeps the model of a source that no candidate has beaten, instead of training it again", LONG, async () => {
    const done: string[] = [];
    // The generator of networks cannot refine a transformer: it hands on what it was given.
    const { result, figures } = await runSmall("self", freshFolder(), {
      choices: { arm: "random", family: "conv", samples: 64 },
      observer: { partFinished: (part) => done.push(part) },
    });
    const [first, second] = result.generations;
    expect(result.candidates.map(({ status }) => status)).toEqual(["scored", "invalid", "invalid"]);
    expect(second).toEqual({ ...first, generation: 1, sameAs: 0, multiplications: 0, cpuSeconds: 0 });
    expect(done.filter((part) => part.startsWith("train/generation-1"))).toEqual([]);
    expect(existsSync(join(figures, "../checkpoints/model.safetensors"))).toBe(true);
  });

  it("spends the same data on the first source in the control without reprogramming", LONG, async () => {
    const { result, state } = await runSmall("self", freshFolder(), { choices: { arm: "none" } });
    expect(state.nextTrial).toBe(1);
    // 128 pairs for each of two generations, 32 for each of two candidates, 16 in a step.
    expect(result.generations.map(({ losses }) => losses.length)).toEqual([(2 * 128 + 2 * 32) / 16]);
  });
});

describe("experiment 2", () => {
  it("writes networks, selects among them, and reports beside the initial one on a third split", LONG, async () => {
    const folder = freshFolder();
    const { state, result, files } = await runSmall("mnist", folder, { choices: { arm: "random", candidates: 3 } });
    expect(state.counts.scored).toBeGreaterThan(1);
    expect(result.finals.best).toHaveLength(2);
    expect(result.finals.initial).toHaveLength(2);
    for (const { accuracy } of [...result.finals.best, ...result.finals.initial]) expect(accuracy).toBeGreaterThan(0.3);
    expect(existsSync(files.report)).toBe(true);
    expect(state.task.metric.direction).toBe("maximize");
  });

  it("is run by the code model as well, whatever it writes", LONG, async () => {
    const { result } = await runSmall("mnist", freshFolder());
    expect(result.writer?.losses).toHaveLength(8);
    expect(result.candidates).toHaveLength(3);
    for (const { status, reason } of result.candidates.slice(1)) if (status === "invalid") expect(reason).not.toBe("");
  });
});

describe("a run", () => {
  it("says at once that the code model cannot read the folder's own source", LONG, async () => {
    const folder = freshFolder();
    const words = "// A network of my own.\n".repeat(40);
    writeFileSync(
      join(folder, "model.ts"),
      `${words}import { dense, network } from "strop/design";\nexport const model = network([dense(16)]);\n`,
    );
    const { state, result } = await runSmall("mnist", folder, { choices: { samples: 32 } });
    expect(state.ended).toMatch(/^the initial source does not work: longer than the \d+ symbols that a model can read/);
    expect(result.writer).toBeNull();
  });

  it("goes on only with the settings and the source that it began with", LONG, async () => {
    const folder = freshFolder();
    await runSmall("self", folder, { choices: { arm: "none" }, signal: AbortSignal.abort(new Error("at once")) });
    await expect(runSmall("self", folder, { choices: { arm: "none", seed: 2 } })).rejects.toThrow("settings");
  });

  it("begins with the folder's own source, and says what is wrong with it", LONG, async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, "model.ts"), "export const model = 7;\n");
    const notes: string[] = [];
    const observer = { opened: (_: unknown, said: readonly string[]) => void notes.push(...said) };
    const { state } = await runSmall("mnist", folder, { observer });
    expect(state.ended).toMatch(/^the initial source does not work: model/);
    expect(notes).toEqual([`begins with ${join(folder, "model.ts")}, as it is there`]);
    const own = { choices: { arm: "none" as const }, signal: AbortSignal.abort(new Error("at once")) };
    await runSmall("mnist", freshFolder(), { ...own, observer });
    expect(notes).toHaveLength(1);
  });

  it("repeats itself as WebAssembly where the native runtime is not wanted", LONG, async () => {
    const backend = { name: "wasm", threads: 1 } as const;
    const runs = [];
    for (let i = 0; i < 2; i++)
      runs.push(await runSmall("self", freshFolder(), { choices: { arm: "none", backend, samples: 32 } }));
    expect(runs[0]?.result.generations[0]?.losses).toEqual(runs[1]?.result.generations[0]?.losses);
  });
});
