/** String grid distance: a random walk over letters that changes many at a time, and takes few steps. */
export const STRING_GRID_SEARCH = `\
/** Changes letters at random, and goes back when that leads away from the distance. */
export function algorithm(t: string, distance: number): string {
  const steps = 2;
  const rate = 0.9;
  const changes = (text: string) => [...text].filter((letter, i) => i > 0 && letter !== text[i - 1]).length;
  const hamming = (text: string) => [...text].filter((letter, i) => letter !== t[i]).length;
  const away = (text: string) => Math.abs(hamming(text) + changes(text) + changes(t) - distance);
  let text = t;
  for (let step = 0; step < steps; step++) {
    const next = [...text].map((letter) => (Math.random() < rate ? (letter === "A" ? "B" : "A") : letter)).join("");
    if (away(next) < away(text)) text = next;
  }
  return text;
}
`;
