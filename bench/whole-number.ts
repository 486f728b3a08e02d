/** A number of things that a bench is told on its command line; throws where it is none, or less than 1. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new Error(`expected a whole number from 1 on for --${option}, found ${JSON.stringify(text)}`);
}
