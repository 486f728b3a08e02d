/**
 * The values that a literal may take, judged by its value and its names, and their map to [0, 1], in which every
 * search works. Ranges are relative to the value found: strop knows what a learning rate is, not what yours should be.
 */
import type { LiteralSite, LiteralValue } from "../../syntax/literals.ts";

/** Numbers between `low` and `high` (magnitudes; `sign` is the literal's own), evenly spread on `scale`. */
export interface NumberDomain {
  readonly kind: "number";
  /** `complement` is logarithmic in 1 − x, for values just under 1 such as 0.999. */
  readonly scale: "linear" | "log" | "complement";
  readonly low: number;
  readonly high: number;
  /** Values are multiples of it; 0 for any real number. */
  readonly step: number;
  readonly sign: 1 | -1;
}

/** One of several unordered values. */
export interface ChoiceDomain {
  readonly kind: "choice";
  readonly options: readonly LiteralValue[];
}

export type Domain = NumberDomain | ChoiceDomain;

/** Lower-case words of an identifier: `learningRate`, `learning_rate` and `LEARNING_RATE` are all `learning rate`. */
const wordsOf = (name: string): string =>
  ` ${name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .toLowerCase()
    .trim()} `;

const anyOf = (words: string): RegExp => new RegExp(` (?:${words})s? `);

/** Nothing here can make a program better, only different or luckier, or its score easier to come by. */
const NOT_TUNED = anyOf(
  "seed|random state|version|port|year|id|timeout|verbose|vocab|vocabulary|axis|axes|dtype|index|indent|print|log interval|log every|" +
    "interval|every|to fixed|to precision|pad start|pad end|slice|subarray|substring|char code at|exit|length|offset|shape|reshape|transpose|set timeout|" +
    "(?:float|int|uint|bigint)(?:8|16|32|64)? (?:\\d+ )?(?:clamped )?array|array|total|count|best|sum|error|console|padding|" +
    "budget|second|minute|hour|deadline|eval|evaluate|evaluation|val|valid|validation|test|is causal|causal|mask|" +
    "device|non blocking|persistent|set to none|pin memory|num worker|fused|compile|debug|smooth loss|peak|" +
    "flush|narg|parent|exist ok|" +
    // Which examples are looked at, how often, and how they are divided.
    "fold|kfold|nfold|cv|(?:n|num) split|n repeat|(?:n|num|max|skip) row|nrow|skiprow|" +
    "sample (?:frac|fraction|size)|train (?:size|frac|fraction|ratio|split|share)|(?:split|holdout) (?:ratio|frac|fraction|size)|" +
    // What goes in and what comes out is the data's.
    "num classe|n classe|classe|num label|n label|(?:in|input|out|output) (?:feature|channel|dim|size)|" +
    "(?:n|num|d|dim) (?:in|input|out|output|action)|(?:obs|observation|state|act|action) (?:dim|size)|" +
    // What comes back, and in which form, is for its caller: to change it alone breaks the program.
    "keepdim|keep dim|view|permute|squeeze|unsqueeze|return|inplace|requires grad|retain graph|create graph|batch first|as tuple|weights only|endpoint",
);
/** Functions that measure rather than train. */
const JUDGING = anyOf("eval|evaluate|evaluation|val|valid|validate|validation|test|score|metric");
/** Names of figures, which arithmetic only puts into other units: `accuracy = 100 * right / all`, `ms = seconds * 1000`. */
const FIGURE = anyOf(
  "acc|accuracy|auc|f1|r2|mae|mse|rmse|mape|rmsle|ppl|perplexity|bpb|bleu|pct|percent|ms|msec|us|usec|ns|elapsed|duration|latency|throughput|fps|qps",
);
/** Calls that divide or pick the examples, say how often something is timed, or make a source of randomness, with the parameter that does. */
const EXAMINING =
  /\b(?:srand|srandom|srand48|mt_srand|default_rng|RandomState|PRNGKey|mt19937|seedrandom|seed_from_u64|set_seed)\.\w+\[0\]$|(?:kfold|split)\.|\bsample\.(?:frac|n|sample\[0\])$|\b(head|tail)\.\1\[0\]$|\b(?:timeit|repeat)\.(?:number|repeat)$/i;
/** How wide what a layer is given is: the data say it, or the layer before. */
const LAYER_INPUT = /^(?:[Ll]inear|[Ee]mbedding|Conv(?:Transpose)?[123]d|BatchNorm[123]d)\[0\]$/;
/** What a script calls the data that it makes for itself: easier data is no better program. */
export const DATA =
  /^(?:(?:data|dataset|[XY]|inputs|targets|labels)(?:_?(?:all|train|val|valid|test))?|[xy](?:s|_(?:all|train|val|valid|test)))$/;
const MAKING_DATA = anyOf(
  "(?:make|load|get|generate|create|build|prepare|synthetic) (?:\\w+ )?(?:data|dataset|sample|example)|" +
    "make (?:multilabel )?(?:classification|regression|blob|moon|circle|friedman[123]|gaussian quantile|swiss roll)|read (?:csv|parquet|excel|table|json|sql)",
);
/** Functions that say no more than that they bring the data. */
const BRINGING_DATA = /^ (?:load|fetch) $/;
const FRACTION = anyOf(
  "beta|beta ?[12]|b[12]|momentum|dropout|drop|prob|probability|p|fraction|frac|ema|rho|smoothing|gamma|keep|portion|ratio|percent",
);
const RATE = anyOf(
  "lr|learning rate|rate|eps|epsilon|decay|wd|std|stddev|sigma|scale|gain|temperature|temp|tau|lambda|lam|alpha|clip|max norm|coef|coefficient|penalty|noise|factor|multiplier|bound",
);
const SIZE = anyOf(
  "width|dim|d model|hidden|batch|channel|size|embed|embedding|ff|ffn|mlp|feature|unit|context|window|block size|d ff|d head|n embd|seq|sequence|rank|inner",
);
const DEPTH = anyOf("layer|depth|head|block|n layer|n head|stage|expert|kernel|group");
const CLIP = anyOf("clip|clip norm|max norm|grad clip|clip grad|clip value");
const WARMUP = anyOf("warmup|warm up|cooldown|cool down|warmdown");
/** Languages in which a number without a point may become one with a point. */
const DYNAMIC = /\.(?:[mc]?[jt]sx?|py|rb|php|ini|cfg|ya?ml|jsonc?|toml)$/i;

/** The domain of a literal, or null when it is not for tuning. `options` are the strings that its name may have (syntax/choices.ts). */
export function domainOf(site: LiteralSite, options: ReadonlySet<string> | undefined): Domain | null {
  const name = wordsOf(site.name);
  if (/^(?:import|key|type|index|modulo|case|printed)$/.test(site.role) || NOT_TUNED.test(name)) return null;
  if (site.scope.some((scope) => JUDGING.test(wordsOf(scope)))) return null;
  if ([...site.scope, site.name].map(wordsOf).some((words) => MAKING_DATA.test(words) || BRINGING_DATA.test(words)))
    return null;
  if (LAYER_INPUT.test(site.name) || EXAMINING.test(`${site.scope.at(-1)}.${site.name}`)) return null;
  if (site.role === "operand" && [...site.scope, site.name].some((scope) => FIGURE.test(wordsOf(scope)))) return null;
  const isAlone = site.scope.length === 0 && site.role === "value";
  if (DATA.test(site.scope[0] ?? site.name) && !isAlone) return null;
  if (site.role === "argument" && NOT_TUNED.test(wordsOf(site.scope.at(-1) ?? ""))) return null;
  if (typeof site.value === "boolean")
    return /^(?:comparison|loop)$/.test(site.role) ? null : { kind: "choice", options: [false, true] };
  if (typeof site.value === "number") return numberDomain(site, site.value, name);
  const isOption = site.role !== "comparison" && options?.has(site.value) === true && options.size > 1;
  return isOption ? { kind: "choice", options: [...options].sort() } : null;
}

function numberDomain(site: LiteralSite, value: number, name: string): NumberDomain | null {
  const size = Math.abs(value);
  const sign = value < 0 ? -1 : 1;
  const isInteger = site.kind === "integer";
  const mayBeReal = !isInteger || (DYNAMIC.test(site.path) && !site.text.endsWith("n"));
  if (isStructural(site, size, name)) return null;
  if (mayBeReal && FRACTION.test(name) && size < 1) return fraction(size, sign);
  if (mayBeReal && CLIP.test(name) && size > 0) return clipping(size, sign);
  if (mayBeReal && RATE.test(name)) return size === 0 ? rateFromZero(name, sign) : rate(size, sign);
  if (size === 0) return WARMUP.test(name) ? { kind: "number", scale: "log", low: 1, high: 500, step: 1, sign } : null;
  if (!isInteger)
    return size < 1 && size >= 0.5 ? fraction(size, sign) : { ...rate(size, sign), low: size / 10, high: size * 10 };
  if (SIZE.test(name) && size >= 8) return sizes(size, sign);
  if (size < 16 || DEPTH.test(name))
    return { kind: "number", scale: "linear", low: 1, high: 2 * size + 2, step: 1, sign };
  return { kind: "number", scale: "log", low: Math.max(1, Math.round(size / 8)), high: size * 8, step: 1, sign };
}

/** Numbers that hold a program together rather than steer it: counters, halves, squares, guards against division by zero. */
function isStructural(site: LiteralSite, size: number, name: string): boolean {
  const isNamed =
    FRACTION.test(name) ||
    RATE.test(name) ||
    CLIP.test(name) ||
    WARMUP.test(name) ||
    DEPTH.test(name) ||
    (SIZE.test(name) && size > 1);
  if (/^ (?:dim|axis) $/.test(name)) return size <= 4;
  if (site.role === "comparison" && / (?:step|epoch|i|iteration) /.test(name)) return true;
  if (site.role === "loop" || site.role === "comparison") return size <= 1 || site.kind === "float";
  if (site.role === "operand") return site.kind === "integer" ? size <= 2 : size < 1e-7 || size === 1;
  return site.kind === "integer" ? size <= 1 && !isNamed : size < 1e-7 && !(size === 0 && isNamed);
}

const rate = (size: number, sign: 1 | -1): NumberDomain => ({
  kind: "number",
  scale: "log",
  low: size / 20,
  high: size * 20,
  step: 0,
  sign,
});

/** A norm that nothing reaches switches clipping off, so the range goes down to where it bites. */
const clipping = (size: number, sign: 1 | -1): NumberDomain => ({ ...rate(size, sign), low: Math.min(size / 20, 0.2) });

/** A decay that is off may be switched on; any other rate that is 0 has no scale to search on. */
const rateFromZero = (name: string, sign: 1 | -1): NumberDomain | null =>
  / (?:decay|wd|penalty|noise) /.test(name)
    ? { kind: "number", scale: "log", low: 1e-4, high: 0.3, step: 0, sign }
    : null;

function fraction(size: number, sign: 1 | -1): NumberDomain {
  if (size < 0.8) return { kind: "number", scale: "linear", low: 0, high: 0.95, step: 0, sign };
  const gap = 1 - size;
  return { kind: "number", scale: "complement", low: 1 - Math.min(0.6, gap * 10), high: 1 - gap / 10, step: 0, sign };
}

/** Widths stay multiples of a quarter of their power of two, so that they still divide by the number of heads, vector lanes … */
function sizes(size: number, sign: 1 | -1): NumberDomain {
  const power = size & -size;
  const step = Math.max(1, Math.min(64, power / 4));
  return {
    kind: "number",
    scale: "log",
    low: Math.max(step, Math.floor(size / 4 / step) * step),
    high: size * 4,
    step,
    sign,
  };
}

/** Where a value stands in its domain, from 0 to 1 (clamped); the index of a choice, −1 when it is none of the options. */
export function toUnit(domain: Domain, value: LiteralValue): number {
  if (domain.kind === "choice") return domain.options.indexOf(value);
  const [low, high] = [bend(domain.scale, domain.low), bend(domain.scale, domain.high)];
  const place = (bend(domain.scale, Math.abs(Number(value))) - low) / (high - low);
  return Math.min(1, Math.max(0, place));
}

/** The value at `unit` (of a choice: at an index): whole steps, otherwise three significant digits. */
export function fromUnit(domain: Domain, unit: number): LiteralValue {
  if (domain.kind === "choice") return domain.options[unit] as LiteralValue;
  const { scale, low, high, step, sign } = domain;
  const [from, to] = [bend(scale, low), bend(scale, high)];
  const real = unbend(scale, from + Math.min(1, Math.max(0, unit)) * (to - from));
  if (step > 0)
    return (
      sign *
      Math.min(Math.floor(high / step) * step, Math.max(Math.ceil(low / step) * step, Math.round(real / step) * step))
    );
  if (scale === "complement") return sign * Number((1 - Number((1 - real).toPrecision(2))).toPrecision(12));
  return sign * (scale === "linear" ? Math.round(real * 1000) / 1000 : Number(real.toPrecision(3)));
}

/** How much of [0, 1] the values within half a step of this one take up; 0 for real numbers. */
export function cellAt(domain: NumberDomain, unit: number): number {
  if (domain.step === 0) return 0;
  const value = Math.abs(fromUnit(domain, unit) as number);
  return toUnit(domain, value + domain.step / 2) - toUnit(domain, value - domain.step / 2);
}

const bend = (scale: NumberDomain["scale"], x: number): number =>
  scale === "linear"
    ? x
    : scale === "log"
      ? Math.log(Math.max(x, Number.MIN_VALUE))
      : -Math.log(Math.max(1 - x, 1e-12));

const unbend = (scale: NumberDomain["scale"], y: number): number =>
  scale === "linear" ? y : scale === "log" ? Math.exp(y) : 1 - Math.exp(-y);
