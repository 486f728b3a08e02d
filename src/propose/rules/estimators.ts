/** Scikit-learn: another estimator or scaler of the same module, and options that are worth setting; the searches then tune these. */
import { lastIdentifier } from "../../syntax/names.ts";
import { callParts, isPython, replaceNode, type Rewrite, type Rule, type Source, sourceOf } from "./rule.ts";

export const estimators: Rule = {
  name: "estimators",
  weight: 1.2,
  find: (source) =>
    isPython(source) && /\bsklearn\b/.test(source.text) ? [...others(source), ...options(source)] : [],
};

/** Of one module each, with the same face. */
const FAMILIES: readonly (readonly string[])[] = [
  ["RandomForestRegressor", "ExtraTreesRegressor", "GradientBoostingRegressor", "HistGradientBoostingRegressor"],
  ["RandomForestClassifier", "ExtraTreesClassifier", "GradientBoostingClassifier", "HistGradientBoostingClassifier"],
  ["StandardScaler", "RobustScaler", "MinMaxScaler", "PowerTransformer", "QuantileTransformer"],
  ["LinearRegression", "Ridge", "Lasso", "ElasticNet", "HuberRegressor"],
  ["LogisticRegression", "RidgeClassifier", "SGDClassifier"],
  ["KNeighborsRegressor", "RadiusNeighborsRegressor"],
  ["SVC", "LinearSVC", "NuSVC"],
  ["SVR", "LinearSVR", "NuSVR"],
  ["CountVectorizer", "TfidfVectorizer"],
];

/** All over the file, where it is imported too; options that the other does not have are left out. */
function others(source: Source): Rewrite[] {
  const names = source.nodes.filter(({ type }) => type === "identifier");
  const used = Map.groupBy(names, (node) => sourceOf(source, node));
  return FAMILIES.flatMap((family) => {
    const [taken, free] = [family.filter((name) => used.has(name)), family.filter((name) => !used.has(name))];
    return taken.flatMap((name) => free.map((other) => swapped(source, used.get(name) ?? [], [name, other])));
  });
}

const swapped = (source: Source, uses: Source["nodes"], [name, other]: readonly [string, string]): Rewrite => ({
  description: `swap ${name} → ${other}`,
  at: uses[0]?.start ?? 0,
  replacements: [
    ...uses.map(({ start, end }) => ({ start, end, text: other })),
    ...uses.flatMap((use) => renamed(source, use, other)),
  ],
});

/** What boosting over histograms calls otherwise, or has not. */
const HISTOGRAM: Readonly<Record<string, string>> = { n_estimators: "max_iter" };
const NOT_BOOSTED = /^(?:n_jobs|bootstrap|oob_score|class_weight|criterion)$/;

function renamed(source: Source, use: Source["nodes"][number], other: string): Rewrite["replacements"] {
  const values = use.parent === null ? [] : (callParts(use.parent)?.values ?? []);
  return values.flatMap((value, i) => {
    const [key = "", ...rest] = sourceOf(source, value).split("=");
    const word = key.trim();
    const isUnknown = /Boosting/.test(other) && NOT_BOOSTED.test(word);
    if (isUnknown) return [{ start: value.start, end: values[i + 1]?.start ?? value.end, text: "" }];
    const name = other.startsWith("Hist") ? HISTOGRAM[word] : undefined;
    return name === undefined ? [] : [{ start: value.start, end: value.end, text: `${name}=${rest.join("=")}` }];
  });
}

/** What is most often worth another value than the default. */
const OPTIONS: readonly (readonly [RegExp, readonly (readonly [key: string, value: string])[]])[] = [
  [
    /^(?:RandomForest|ExtraTrees)/,
    [
      ["n_estimators", "300"],
      ["min_samples_leaf", "3"],
      ["max_features", "0.5"],
      ["max_depth", "12"],
    ],
  ],
  [
    /^GradientBoosting/,
    [
      ["n_estimators", "300"],
      ["learning_rate", "0.05"],
      ["max_depth", "4"],
      ["subsample", "0.7"],
      ["min_samples_leaf", "5"],
    ],
  ],
  [
    /^HistGradientBoosting/,
    [
      ["max_iter", "300"],
      ["learning_rate", "0.05"],
      ["max_leaf_nodes", "15"],
      ["l2_regularization", "1.0"],
    ],
  ],
  [/^(?:Ridge|Lasso|ElasticNet)$/, [["alpha", "0.1"]]],
  [/^(?:LogisticRegression|SVC|LinearSVC|SVR)$/, [["C", "10.0"]]],
  [/^SV[CR]$/, [["gamma", "0.05"]]],
  [
    /^KNeighbors/,
    [
      ["n_neighbors", "9"],
      ["weights", '"distance"'],
    ],
  ],
  [
    /^MLP/,
    [
      ["alpha", "0.01"],
      ["hidden_layer_sizes", "(128, 64)"],
      ["early_stopping", "True"],
    ],
  ],
  [
    /^(?:Tfidf|Count)Vectorizer$/,
    [
      ["ngram_range", "(1, 2)"],
      ["sublinear_tf", "True"],
      ["min_df", "2"],
    ],
  ],
];

function options(source: Source): Rewrite[] {
  return source.nodes.flatMap((node) => {
    const parts = callParts(node);
    const name = parts === null ? "" : lastIdentifier(sourceOf(source, parts.callee));
    const list = node.children.find(({ field }) => field === "arguments");
    const wanted = OPTIONS.filter(([which]) => which.test(name)).flatMap(([, some]) => some);
    if (parts === null || list === undefined || !/^\p{Lu}/u.test(name)) return [];
    const given = sourceOf(source, list);
    return wanted
      .filter(
        ([key]) =>
          !new RegExp(`\\b${key}\\s*=|\\*\\*`).test(given) && !(key === "sublinear_tf" && name.startsWith("Count")),
      )
      .map(([key, value]) => {
        const inside = given.slice(1, -1).trimEnd().replace(/,$/, "");
        return replaceNode(
          list,
          `(${inside}${inside.trim() === "" ? "" : ", "}${key}=${value})`,
          `${key} ${value} for ${name}`,
        );
      });
  });
}
