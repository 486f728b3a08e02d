import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type Domain, fromUnit, toUnit } from "../../../src/propose/literals/domain.ts";
import { domainsOf } from "../../../src/propose/literals/literal-space.ts";

/** Tunable literals of a program: name to domain. */
async function domains(path: string, text: string): Promise<Record<string, Domain>> {
  return Object.fromEntries((await domainsOf({ [path]: text })).map(({ site, domain }) => [site.name, domain]));
}

describe("the literals worth tuning", () => {
  it("leave out seeds, versions, intervals, indices, counters, sums and what is compared with a counter", async () => {
    const text = `import os
seed = 42
SEED: int = 7
__version__ = "1.2.3"
log_interval = 100
best_loss = 1e9
vocab_size = 65
total = 0
for i in range(1):
    x[3] = y[i + 1] - 1
    if i % 100 == 0: print("step", 5)
n = (a + b) / 2
denominator = c + 1e-12
rng = Random(7)
a = x.view(-1, 4)
`;
    expect(Object.keys(await domains("a.py", text)).sort()).toEqual(["Random[0]"]);
  });

  it("leave out the form of what a call returns", async () => {
    const text = `y = x.max(axis=1, keepdims=True)
m = x.mean(-1, keepdim=True)
a, b = np.unique(x, return_counts=True)
r = nn.LSTM(width, width, batch_first=True, bias=False)
z = x.requires_grad_(True).view(-1, 4).unsqueeze(1)
`;
    expect(Object.keys(await domains("a.py", text)).sort()).toEqual(["bias"]);
  });

  it("have the names of the options whose defaults they are", async () => {
    const text = `p.add_argument("-l", "--learning-rate", type=float, default=1e-3)
p.add_argument("--seed", type=int, default=42)
p.add_argument("--num-workers", type=int, default=4)
p.add_argument("--optimizer", choices=["adam", "sgd"], default="adam")
p.add_argument("--betas", nargs=2, default=(0.9, 0.999))
p.add_argument("steps", default=100)
class Args:
    n_layer: int = field(default=2, metadata={"help": "depth"})
@click.option("--dropout", default=0.1)
def main(dropout): pass
`;
    expect(await domains("a.py", text)).toMatchObject({
      learning_rate: { scale: "log" },
      optimizer: { kind: "choice", options: ["adam", "sgd"] },
      betas: { scale: "complement" },
      steps: { step: 1 },
      n_layer: { scale: "linear", low: 1, high: 6 },
      dropout: { scale: "linear" },
    });
    expect(Object.keys(await domains("a.py", text))).toHaveLength(6);
  });

  it("leave out what the data decides, how a text is printed, and loops without an end", async () => {
    const text = `while True:
    net = Net(in_features=64, num_classes=10, hidden=32)
    out.mkdir(parents=True, exist_ok=True)
    print(net, flush=True)
`;
    expect(Object.keys(await domains("a.py", text))).toEqual(["hidden"]);
    expect(await domains("a.ts", "while (true) step();\n")).toEqual({});
  });

  it("have no fractions for a BigInt, which has none", async () => {
    const text = "const rate = 3, scale = 10n, momentum = 0n;\n";
    expect(await domains("a.ts", text)).toMatchObject({ rate: { step: 0 }, scale: { step: 1 } });
    expect(Object.keys(await domains("a.ts", text))).toEqual(["rate", "scale"]);
  });

  it("leave out the data that a script makes for itself", async () => {
    const text = `X = rng.normal(size=(2000, 20))
Y_val = np.sin(X) + 0.3 * rng.normal()
data = [3 * a + random.gauss(0, 0.05) for a in range(400)]
def make_toy_data(n=500): return n * 0.7
weights = rng.normal(0.25)
`;
    expect(Object.keys(await domains("a.py", text))).toEqual(["normal[0]"]);
    expect(Object.keys(await domains("a.py", "data = 0.5\n"))).toEqual(["data"]);
    const lines =
      "xs = [uniform(-1.5, 1.5) for _ in range(50)]\nys = [3 * x - 0.2 for x in xs]\ny_train = 2.5 * xs\ny = 3 * z\n";
    expect(Object.keys(await domains("a.py", lines))).toEqual(["y"]);
    expect(await domains("a.ts", "const xs = Array.from({ length: 50 }, () => 2.5 * next());\n")).toEqual({});
  });

  it("leave out what would make the score easier to come by: budgets, evaluation, masks", async () => {
    const text = `TIME_BUDGET = 300.0
EVAL_BATCHES = 40
FLAG = True
attend(q, k, is_causal=True)
def evaluate(model, smoothing=0.5):
    return loss(model) * 0.7
`;
    expect(Object.keys(await domains("a.py", text))).toEqual(["FLAG"]);
  });

  it("leave out how a function named load makes its data", async () => {
    const text = "def load():\n    X[:, 3] *= 100\n    return rng.integers(0, 1500, 40)\n";
    expect(await domains("a.py", text)).toEqual({});
    expect(Object.keys(await domains("a.py", text.replace("load", "step")))).not.toEqual([]);
  });

  it("leave out how examples are picked and divided, and how often something is timed", async () => {
    const text = `df = pd.read_csv("a.csv", nrows=5000).sample(frac=0.5).head(3000)
X, y = make_classification(n_samples=2000, class_sep=0.8)
N_SPLITS, train_size, folds = 5, 0.8, 4
kf = StratifiedKFold(n_splits=5, shuffle=True)
a, b = random_split(rows, 0.7)
best = min(timeit.repeat(work, number=50, repeat=5))
picked = random.sample(rows, 5)
clf = RandomForestClassifier(min_samples_split=4, subsample=0.8, bootstrap=True)
`;
    const found = ["sample[1]", "min_samples_split", "subsample", "bootstrap"];
    expect(Object.keys(await domains("a.py", text))).toEqual(found);
  });

  it("leave out how wide a network's input and output are, which the data say", async () => {
    const text = `class Net(nn.Module):
    def __init__(self, n_in=2, n_out=3, d_out=10, obs_dim=4, num_actions=2, in_features=5, num_classes=4, width=32):
        self.body = nn.Sequential(nn.Linear(13, 64), nn.Conv2d(1, 24, 3), nn.Embedding(4000, 48))
net = Net(2, 3, width=40)
`;
    const found = (await domainsOf({ "a.py": text })).map(({ site }) => site.text);
    expect(found).toEqual(["32", "64", "24", "3", "48", "40"]);
  });

  it.each([
    ["a.py", 'acc = 100 * right / 5000\nprint("acc", acc)\nrmse = (e ** 2).mean() ** 0.5\nprint(round(70 * y, 3))\n'],
    ["a.py", "ms = (time.perf_counter() - t0) * 1000\nus = best / 50 * 1e6\nfigure = 3 * late\nprint(f'{figure}')\n"],
    ["a.js", "const figure = late * 1000;\nconsole.log(`ms: ${figure / 30}`, Math.round(70 * x) / 10);\n"],
    ["a.rb", 'srand(7)\nputs "acc: #{70 * right / 30}"\nputs 100 * wrong\n'],
    ["a.php", "<?php $start = microtime(true); mt_srand(7);"],
    ["a.php", '<?php echo "acc: ", round($x * 70, 3); printf("%f", 50 * $x);'],
    ["a.sh", 'echo "ms: $(( (end - start) / 1000000 ))"\n'],
    ["a.go", "func main() { fmt.Println(70 * x); d := time.Since(t0).Seconds() * 1000.0 }"],
    ["a.rs", 'fn main() { println!("ms: {}", t.as_secs_f64() * 1000.0); }'],
    ["a.cpp", 'int main() { std::cout << dt * 1000.0; double d = (clock() - t0) / 5000.0; printf("%f", 70 * d); }'],
    [
      "A.java",
      'class A { void f() { double d = (System.nanoTime() - t) / 1e6; System.out.println("ms: " + 70 * x); } }',
    ],
    ["a.cs", "class A { void F() { Console.WriteLine(70 * x); } }"],
  ])("leave out the arithmetic of a printed figure and of a measured time in %s", async (path, text) => {
    expect(await domains(path, text)).toEqual({});
  });

  it("keep what is printed and steers, and what a function is given whose result is printed", async () => {
    const text = `speed = 0.3
mixed = 0.7 * a + 0.25 * b
print("cost:", costOf(mixed, speed, 0.6 * c))
for x in rows:
    print(x)
    y = step(40 * x)
`;
    expect((await domainsOf({ "a.py": text })).map(({ site }) => site.value)).toEqual([0.3, 0.7, 0.25, 0.6, 40]);
  });

  it("get the scale that their name and value call for", async () => {
    const found = await domains(
      "a.py",
      "learning_rate = 0.01\nmomentum = 0.5\nbeta2 = 0.999\nwidth = 64\nlayers = 2\nsteps = 1000\nflag = True\ndropout = 0\nweight_decay = 0\nclip = 1000.0\nthing = 3.5\n",
    );
    expect(found).toMatchObject({
      learning_rate: { scale: "log", step: 0 },
      momentum: { scale: "linear", low: 0 },
      beta2: { scale: "complement" },
      width: { scale: "log", step: 16, low: 16, high: 256 },
      layers: { scale: "linear", low: 1, high: 6, step: 1 },
      steps: { scale: "log", low: 125, high: 8000 },
      flag: { kind: "choice" },
      dropout: { scale: "linear" },
      weight_decay: { scale: "log", low: 1e-4 },
      clip: { low: 0.2 },
      thing: { scale: "log" },
    });
  });

  it("keep whole numbers whole where the language does", async () => {
    expect(await domains("a.rs", "const DROPOUT: usize = 4; const SCALE: i32 = 3;")).toMatchObject({
      DROPOUT: { step: 1 },
      SCALE: { step: 1 },
    });
  });

  it("include strings only where the program shows another", async () => {
    const text =
      'const schedule = "linear"; const title = "run"; if (schedule === "linear") {} else if (schedule === "cosine") {}\n';
    expect(await domains("a.ts", text)).toEqual({ schedule: { kind: "choice", options: ["cosine", "linear"] } });
  });

  it("find a string's alternatives in another file of the program", async () => {
    const found = await domainsOf({
      "a.py": 'activation = "relu"\n',
      "b.py": 'if activation == "relu": pass\nelif activation == "gelu": pass\n',
    });
    expect(found.map(({ site, domain }) => [site.name, domain])).toEqual([
      ["activation", { kind: "choice", options: ["gelu", "relu"] }],
    ]);
  });

  it("leave alone a size that several calls have to agree on", async () => {
    expect(
      Object.keys(
        await domains("a.ts", "const e = embedding(256, w); const h = linear(w, 256); const q = mlp(w, 96);\n"),
      ),
    ).toEqual(["mlp[1]"]);
  });
});

describe("domains and the unit interval", () => {
  const number = fc.record({
    kind: fc.constant("number" as const),
    scale: fc.constantFrom("linear" as const, "log" as const, "complement" as const),
    low: fc.double({ min: 0.01, max: 0.4, noNaN: true }),
    high: fc.double({ min: 0.5, max: 0.99, noNaN: true }),
    step: fc.constant(0),
    sign: fc.constantFrom(1 as const, -1 as const),
  });
  const whole = fc.record({
    kind: fc.constant("number" as const),
    scale: fc.constantFrom("linear" as const, "log" as const),
    low: fc.integer({ min: 1, max: 50 }).map((n) => n * 8),
    high: fc.integer({ min: 60, max: 200 }).map((n) => n * 8),
    step: fc.constantFrom(1, 4, 8),
    sign: fc.constantFrom(1 as const, -1 as const),
  });
  const unit = fc.double({ min: 0, max: 1, noNaN: true });

  it("values stay in range, keep their sign, and come back to themselves", () => {
    fc.assert(
      fc.property(fc.oneof(number, whole), unit, (domain, at) => {
        const value = fromUnit(domain, at) as number;
        const slack = domain.step === 0 ? 0.01 : 0;
        expect(Math.abs(value)).toBeGreaterThanOrEqual(domain.low - slack);
        expect(Math.abs(value)).toBeLessThanOrEqual(domain.high + slack);
        expect(Math.sign(value)).toBe(domain.sign);
        if (domain.step > 0) expect(value % domain.step === 0).toBe(true);
        expect(toUnit(domain, value)).toBeCloseTo(toUnit(domain, fromUnit(domain, toUnit(domain, value))), 2);
      }),
    );
  });

  it("does not lose order", () => {
    fc.assert(
      fc.property(fc.oneof(number, whole), unit, unit, (domain, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((at) => Math.abs(fromUnit(domain, at) as number));
        expect(low).toBeLessThanOrEqual((high as number) + 1e-9);
      }),
    );
  });
});
