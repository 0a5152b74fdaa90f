// The ways in which processors of different makers differ: names of rows in `differences.ts`.

export type ProcessorDifference =
  | 'pushed-selector'
  | 'popped-selector'
  | 'end-of-segment'
  | 'alignment-check-of-16-bytes'
  | 'alignment-of-sha'
  | 'sysret-in-user-mode'
  | 'undefined-opcode-fetch'
  | 'state-area'
  | 'alignment-check-of-state-area'
  | 'limits-of-bound'
  | 'flags-between-comparisons'
  | 'masked-store-halves'
  | 'repeated-byte-comparison';
