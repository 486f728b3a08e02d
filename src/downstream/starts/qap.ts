/** QAP: annealing by swaps, far too hot and far too short. */
export const QAP_SEARCH = `\
/** Simulated annealing: swaps two facilities at a time, and takes losses as long as it is hot. */
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
  const steps = 40;
  const cooling = 0.98;
  let temperature = 20;
  const assignment = Array.from({ length: n }, (_, i) => i);
  let now = cost(assignment);
  for (let step = 0; step < steps; step++) {
    const [i, j] = [Math.floor(n * Math.random()), Math.floor(n * Math.random())];
    [assignment[i], assignment[j]] = [assignment[j], assignment[i]];
    const next = cost(assignment);
    if (next <= now || Math.random() < Math.exp((now - next) / temperature)) now = next;
    else [assignment[i], assignment[j]] = [assignment[j], assignment[i]];
    temperature *= cooling;
  }
  return assignment;
}
`;
