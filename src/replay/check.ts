// One point of comparison between what the log says and what the emulated CPU did.

import type { AccessKind } from '../machine/access.ts';
import type { U32 } from '../machine/u32.ts';
import type { Inference } from '../snapshot/inference.ts';

interface Compared<Name extends string, Value> {
  readonly name: Name;
  readonly expected: Value;
  readonly actual: Value;
  readonly passed: boolean;
  /** Where the expectation is not independent evidence, why. */
  readonly note?: CheckNote;
}

/** `operand-computed-from-it`: a segment base or register of the operand was computed from this very address. */
export type CheckNote = Inference | 'operand-computed-from-it';

/**
 * One comparison of the log with the replayed fault. `expected` is what the log says, `actual` what the emulated CPU did; only what the log
 * says is compared.
 */
export type Check =
  /** Vector numbers. */
  | Compared<'exception', number>
  | Compared<'instruction-address', U32>
  | Compared<'fault-address', U32>
  | Compared<'access-kind', AccessKind>
  | Compared<'privilege', 'kernel' | 'user'>
  | Compared<'error-code', U32>
  /** What the headline calls the fault address. */
  | Compared<'headline', 'first-page' | 'beyond-first-page'>;

export type CheckName = Check['name'];
