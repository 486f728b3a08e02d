/** Timers of Node that are set to more milliseconds than this (25 days) fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
