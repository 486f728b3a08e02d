/** Max-cut: annealing by flips of one node, far too hot and far too short. */
export const MAX_CUT_SEARCH = `\
type Bit = 0 | 1;

/** Simulated annealing: flips one node at a time, and takes losses as long as it is hot. */
export function algorithm(weights: number[][]): Bit[] {
  const sweeps = 2;
  const cooling = 0.8;
  let temperature = 200;
  const side = weights.map((): Bit => (Math.random() < 0.5 ? 0 : 1));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const [node, row] of weights.entries()) {
      let gain = 0;
      for (let other = 0; other < row.length; other++) gain += side[other] === side[node] ? row[other] : -row[other];
      if (gain > 0 || Math.random() < Math.exp(gain / temperature)) side[node] = side[node] === 0 ? 1 : 0;
    }
    temperature *= cooling;
  }
  return side;
}
`;
