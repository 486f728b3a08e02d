/** Whether a source reads the clock: what times others decides how much there is to do, so it is no part of what is to be made faster. */

const CLOCK =
  /\b(?:clock_gettime|gettimeofday|omp_get_wtime|chrono::\w+_clock|Instant::now|time\.Now|performance\.now|hrtime|nanoTime|timeit|(?:perf_counter|process_time|time\.time)(?:_ns)?)\b|\b(?:clock\(\s*\)|monotonic(?:_ns)?\()/;

export const readsClock = (source: string): boolean => CLOCK.test(source);
