// How many cases the standing fuzz tests try: a few in every run, many with REPLAY_FUZZ (`npm run test:fuzz`), others with
// REPLAY_PROPERTY_SEED. What such a run finds becomes a line in test/vectors or a scenario.

const FACTOR = Number(process.env.REPLAY_FUZZ ?? 1);

/** `standing`: cases of a usual run. */
export function fuzzRuns(standing: number): { readonly numRuns: number } {
  return { numRuns: Math.ceil(standing * FACTOR) };
}

/** A test may take this long, in milliseconds. */
export const FUZZ_TIMEOUT = 120_000 * Math.max(1, FACTOR);

/** What JavaScript makes of a value that is missing where one was to be printed. */
export const MADE_UP_TEXT = /undefined(?! on purpose)|\bNaN\b|\[object /;
