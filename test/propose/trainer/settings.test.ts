import { expect, it } from "vitest";

import { chooseSettings, trainerSettings } from "../../../src/propose/trainer/settings.ts";

it("settings come from the command line", () => {
  expect(trainerSettings("a/model", ["rank=16", "rate=3e-5", "python=/a=b/python", "device=cuda:1"])).toEqual({
    model: "a/model",
    rank: 16,
    learningRate: 3e-5,
    python: "/a=b/python",
    device: "cuda:1",
  });
  expect(trainerSettings(undefined)).toBeUndefined();
});

it.each(["rank", "rank=", "rank=1.5", "rank=0", "rate=fast", "toString=1", "=1", "rank=-2", "rate=1e999"])(
  "--policy-option %s is refused with what is possible",
  (option) => {
    expect(() => trainerSettings("m", [option])).toThrow(expect.objectContaining({ code: "config.policy-option" }));
  },
);

it("options without a model are refused", () => {
  expect(() => trainerSettings(undefined, ["rank=2"])).toThrow(/--policy-model/);
});

it("the Python is the one asked for, else the variable's, else python3; alpha is twice the rank", () => {
  expect(chooseSettings({ model: "m", python: "a" }, { STROP_TRAINER_PYTHON: "b" }).python).toBe("a");
  expect(chooseSettings({ model: "m" }, { STROP_TRAINER_PYTHON: "b" }).python).toBe("b");
  expect(chooseSettings({ model: "m", rank: 8 }, { STROP_TRAINER_PYTHON: "" })).toMatchObject({
    python: "python3",
    alpha: 16,
  });
});
