import { expect, it } from "vitest";

import { estimators } from "../../../src/propose/rules/estimators.ts";
import { training } from "../../../src/propose/rules/training.ts";
import { applied } from "./faster/applied.ts";

const SKLEARN = `from sklearn.ensemble import RandomForestRegressor
from sklearn.preprocessing import StandardScaler

model = make_pipeline(StandardScaler(), RandomForestRegressor(n_estimators=30, n_jobs=2, max_depth=5))
`;

it("an estimator is swapped where it is imported too, with the options that the other has", async () => {
  const found = await applied(estimators, "train.py", SKLEARN);
  expect(found.get("swap RandomForestRegressor → ExtraTreesRegressor")).toBe(
    SKLEARN.replaceAll("RandomForestRegressor", "ExtraTreesRegressor"),
  );
  expect(found.get("swap RandomForestRegressor → HistGradientBoostingRegressor")).toBe(
    SKLEARN.replaceAll("RandomForestRegressor", "HistGradientBoostingRegressor")
      .replace("n_estimators", "max_iter")
      .replace("n_jobs=2, ", ""),
  );
  expect([...found.keys()]).toContain("swap StandardScaler → RobustScaler");
});

it("an option that is not set is set, so that the searches can tune it", async () => {
  const found = await applied(estimators, "train.py", SKLEARN);
  expect(found.get("max_features 0.5 for RandomForestRegressor")).toContain("max_depth=5, max_features=0.5))");
  expect([...found.keys()].filter((name) => /n_estimators|max_depth/.test(name))).toEqual([]);
  const bare = "from sklearn.linear_model import Ridge\nmodel = Ridge()\n";
  expect((await applied(estimators, "a.py", bare)).get("alpha 0.1 for Ridge")).toContain("Ridge(alpha=0.1)");
  expect([...(await applied(estimators, "a.py", bare.replace("sklearn", "other"))).keys()]).toEqual([]);
});

it("AdamW takes the place of plain descent, without its momentum", async () => {
  const text = "import torch\nopt = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9, nesterov=True)\n";
  const found = await applied(training, "train.py", text);
  expect(found.get("torch.optim.AdamW instead of SGD")).toContain("torch.optim.AdamW(model.parameters(), lr=lr)");
  expect(found.get("torch.optim.AdamW instead of SGD with lr 0.001")).toContain("(model.parameters(), lr=0.001)");
});
