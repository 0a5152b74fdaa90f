// The library under Node.

import type { ReplayParts } from '../index.ts';
import { loadParts as loadWithModules } from './runtime/load-parts.ts';

export * from '../index.ts';

/**
 * Loads the emulated CPU and the decoder that `examine` and `openSession` run on. Load them once: they serve any number of reports, one
 * after the other. A session that stays open while other reports are examined needs parts of its own.
 *
 * @throws ReplayError `engine/missing` if a file of the package is not there.
 */
export function loadParts(): Promise<ReplayParts> {
  return loadWithModules();
}
