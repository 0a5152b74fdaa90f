// Why a lead-up begins where it begins, in words.

import type { StartReason } from '../../reconstruction/lead-up.ts';

/** A clause; `place`: whether the reader stands at the beginning or looks at it from elsewhere. */
export function startText(reason: StartReason, place: 'here' | 'there'): string {
  switch (reason) {
    case 'window-start':
      return `the captured code begins ${place}`;
    case 'entered-from-outside':
      return `control came ${place} from outside the captured code`;
    case 'no-way-fits':
      return 'every way in that the bytes show contradicts the log';
    case 'callee-lost-registers':
      return `what was done before the call ${place} contradicts the log: its callee gave its saved registers back changed, as when the stack that held them is overwritten`;
    case 'step-limit':
      return 'the search goes no further back';
    case 'doubtful-limit':
      return 'further back the way is too doubtful';
    case 'search-budget':
      return 'the search was stopped by its budget';
    case 'not-provable':
      return 'what lies further back could not be proved';
    case 'no-code':
      return 'no instruction before the fault could be rebuilt';
  }
}
