/** Solutions by hand, good ones per task and bad ones of every kind, as the texts that a model would write. */

export const good: Readonly<Record<string, string>> = {
  "parity-noise": `
    type Bit = 0 | 1;
    /** Tries every mask and keeps the one that explains most labels. */
    export function algorithm(train: Bit[][], labels: Bit[], test: Bit[][]): Bit[] {
      const bits = train[0].length;
      const pack = (sample: Bit[]) => sample.reduce<number>((packed, bit, i) => packed | (bit << i), 0);
      const parity = (x: number) => { let odd = 0; for (; x; x &= x - 1) odd ^= 1; return odd as Bit; };
      const packed = train.map(pack);
      let [best, mask] = [-1, 0];
      for (let candidate = 0; candidate < 1 << bits; candidate++) {
        const agree = packed.filter((sample, i) => parity(sample & candidate) === labels[i]).length;
        if (agree > best) [best, mask] = [agree, candidate];
      }
      return test.map((sample) => parity(pack(sample) & mask));
    }`,
  parity: `
    type Bit = 0 | 1;
    /** Gaussian elimination over the two-element field. */
    export function algorithm(train: Bit[][], labels: Bit[], test: Bit[][]): Bit[] {
      const bits = train[0].length;
      const rows = train.map((sample, i) => [...sample, labels[i]] as number[]);
      const pivots: number[] = [];
      for (let column = 0; column < bits; column++) {
        const top = pivots.length;
        const at = rows.findIndex((row, i) => i >= top && row[column] === 1);
        if (at === -1) continue;
        [rows[top], rows[at]] = [rows[at], rows[top]];
        rows.forEach((row, i) => { if (i !== top && row[column]) row.forEach((_, j) => (row[j] ^= rows[top][j])); });
        pivots.push(column);
      }
      const mask = new Array(bits).fill(0);
      pivots.forEach((column, i) => (mask[column] = rows[i][bits]));
      return test.map((sample) => (sample.reduce<number>((sum, bit, i) => sum + bit * mask[i], 0) % 2) as Bit);
    }`,
  "string-grid": `
    /** Dynamic programming over letters: which distances can be reached, and from where. */
    export function algorithm(t: string, distance: number): string {
      const changes = [...t].filter((letter, i) => i > 0 && letter !== t[i - 1]).length;
      const wanted = distance - changes;
      let reach = new Map<string, string>();
      for (const letter of "AB") reach.set(letter + (letter === t[0] ? 0 : 1), letter);
      for (let i = 1; i < t.length; i++) {
        const next = new Map<string, string>();
        for (const [key, text] of reach) {
          for (const letter of "AB") {
            const cost = Number(key.slice(1)) + (letter === t[i] ? 0 : 1) + (letter === key[0] ? 0 : 1);
            next.set(letter + cost, text + letter);
          }
        }
        reach = next;
      }
      return reach.get("A" + wanted) ?? reach.get("B" + wanted) ?? t;
    }`,
  qap: `
    /** Best-improvement swaps from several random starts. */
    export function algorithm(flow: number[][], distance: number[][], preference: number[][]): number[] {
      const n = flow.length;
      const cost = (a: number[]) => {
        let sum = 0;
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) sum += flow[i][j] * distance[a[i]][a[j]];
          sum -= 0.5 * preference[i][a[i]];
        }
        return sum;
      };
      let [best, bestCost] = [flow.map((_, i) => i), Infinity];
      for (let start = 0; start < 12; start++) {
        const a = best.map((_, i) => i).sort(() => Math.random() - 0.5);
        let now = cost(a);
        for (let improved = true; improved; ) {
          improved = false;
          for (let i = 0; i < n; i++) {
            for (let j = 0; j < i; j++) {
              [a[i], a[j]] = [a[j], a[i]];
              const after = cost(a);
              if (after < now - 1e-9) [now, improved] = [after, true];
              else [a[i], a[j]] = [a[j], a[i]];
            }
          }
        }
        if (now < bestCost) [best, bestCost] = [[...a], now];
      }
      return best;
    }`,
  sat: `
    /** WalkSAT with noise 0.3. */
    export function algorithm(variables: number, clauses: [number, number, number][]): boolean[] {
      const value = Array.from({ length: variables + 1 }, () => Math.random() < 0.5);
      const holds = (literal: number) => value[Math.abs(literal)] === literal > 0;
      const within = value.map((): number[] => []);
      clauses.forEach((clause, k) => clause.forEach((literal) => within[Math.abs(literal)].push(k)));
      const isBroken = (k: number) => !clauses[k].some(holds);
      let broken = clauses.map((_, k) => k).filter(isBroken);
      for (let flips = 0; broken.length > 0 && flips < 20_000; flips++) {
        const clause = clauses[broken[Math.floor(Math.random() * broken.length)]];
        const damage = (literal: number) =>
          within[Math.abs(literal)].filter((k) => clauses[k].filter(holds).length === 1 && clauses[k].some((each) => each === -literal)).length;
        const greedy = clause.reduce((a, b) => (damage(b) < damage(a) ? b : a));
        const chosen = damage(greedy) > 0 && Math.random() < 0.3 ? clause[Math.floor(3 * Math.random())] : greedy;
        const variable = Math.abs(chosen);
        value[variable] = !value[variable];
        const touched = new Set(within[variable]);
        broken = [...broken.filter((k) => !touched.has(k)), ...[...touched].filter(isBroken)];
      }
      return value.slice(1);
    }`,
  "max-cut": `
    type Bit = 0 | 1;
    /** Flips single nodes while that helps, from a few random starts. */
    export function algorithm(weights: number[][]): Bit[] {
      const n = weights.length;
      let [best, bestCut] = [[] as Bit[], -Infinity];
      for (let start = 0; start < 3; start++) {
        const side = weights.map((): Bit => (Math.random() < 0.5 ? 0 : 1));
        const gain = weights.map((row, i) => row.reduce((sum, w, j) => sum + (side[i] === side[j] ? w : -w), 0));
        for (let node = 0; node !== -1; ) {
          node = -1;
          for (let i = 0; i < n; i++) if (gain[i] > (node === -1 ? 0 : gain[node])) node = i;
          if (node === -1) break;
          side[node] = (1 - side[node]) as Bit;
          gain[node] = -gain[node];
          for (let j = 0; j < n; j++) if (j !== node) gain[j] += side[j] === side[node] ? 2 * weights[node][j] : -2 * weights[node][j];
        }
        const cut = weights.reduce((sum, row, i) => sum + row.reduce((inner, w, j) => inner + (j < i && side[i] !== side[j] ? w : 0), 0), 0);
        if (cut > bestCut) [best, bestCut] = [side, cut];
      }
      return best;
    }`,
};

/** Answers that have no right shape in any task. */
export const shapeless: Readonly<Record<string, string>> = {
  "nothing at all": "export function algorithm() {}",
  "an object that pretends to be a list":
    "export const algorithm = () => ({ length: 1e9, every: () => true, 0: 1, toString: () => 'A' });",
  "a promise": "export const algorithm = async (...all) => all[0];",
  "a list inside a list": "export const algorithm = (...all) => [all.at(-1)];",
  "a typed array": "export const algorithm = () => new Uint8Array(20);",
  "text that says what it is worth": `export const algorithm = () => ({ toJSON: () => ({ score: 1, accuracy: "1000 %" }) });`,
};
