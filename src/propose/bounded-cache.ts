/**
 * A cache by content: the only state that outlives a proposal, and one that cannot change what is proposed.
 */

/**
 * Remembers the results of the last `limit` keys used, and of more than these while all keys together are no longer than
 * `characters`: a program of many files is asked about whole, file after file. A failed computation is not remembered.
 */
export function boundedCache<T>(limit: number, characters = 0): (key: string, compute: () => Promise<T>) => Promise<T> {
  const entries = new Map<string, Promise<T>>();
  let length = 0;
  const drop = (key: string) => {
    if (entries.delete(key)) length -= key.length;
  };
  return (key, compute) => {
    const known = entries.get(key);
    const entry = known ?? compute();
    drop(key);
    entries.set(key, entry);
    length += key.length;
    if (known === undefined) entry.catch(() => drop(key));
    while (entries.size > limit && length > characters) drop(entries.keys().next().value as string);
    return entry;
  };
}
