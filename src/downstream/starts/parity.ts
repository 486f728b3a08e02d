/** Parity, with noise and without: random masks, too many bits in each and too few of them. */
export const PARITY_SEARCH = `\
type Bit = 0 | 1;

/** Draws masks at random and keeps the one that explains most of the training labels. */
export function algorithm(trainSamples: Bit[][], trainParity: Bit[], testSamples: Bit[][]): Bit[] {
  const tries = 40;
  const density = 0.5;
  const label = (sample: Bit[], mask: boolean[]) => {
    let odd = 0;
    for (let bit = 0; bit < sample.length; bit++) if (mask[bit]) odd ^= sample[bit];
    return odd as Bit;
  };
  const draw = () => testSamples[0].map(() => Math.random() < density);
  let chosen = draw();
  let most = 0;
  for (let attempt = 0; attempt < tries; attempt++) {
    const mask = draw();
    const agreeing = trainSamples.filter((sample, i) => label(sample, mask) === trainParity[i]).length;
    if (agreeing > most) {
      most = agreeing;
      chosen = mask;
    }
  }
  return testSamples.map((sample) => label(sample, chosen));
}
`;
