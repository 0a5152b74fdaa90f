// How processors of different makers differ, in words.

import type { ProcessorDifference } from '../../cpu/processor-difference.ts';

export const PROCESSOR_DIFFERENCES: Readonly<Record<ProcessorDifference, string>> = {
  'pushed-selector':
    'of the word of a pushed segment register, AMD and the Pentium write all, the upper half as zero; other Intel processors touch the lower half only',
  'popped-selector':
    'of the word of a popped selector, the Pentium, and AMD in retf, read all, other Intel processors the lower half only',
  'end-of-segment':
    'an access across the end of a segment of 4 GiB raises #GP or #SS on AMD and goes on at address 0 on Intel',
  'alignment-check-of-16-bytes':
    'with EFLAGS.AC, operands of 16 bytes that any address will do for are checked by AMD and not by Intel',
  'alignment-of-sha': 'a misaligned operand raises #GP on Intel, and not on AMD',
  'sysret-in-user-mode': 'in 32-bit code, AMD raises #GP and Intel, which has it in 64-bit mode only, #UD',
  'undefined-opcode-fetch': 'AMD raises #UD without fetching what follows the opcode, Intel fetches it first',
  'state-area': 'of the area, AMD tries the first byte first, Intel one that depends on the features in use',
  'alignment-check-of-state-area': 'with EFLAGS.AC, a misaligned area raises #GP on AMD and #AC on Intel',
  'limits-of-bound':
    'where the upper limit cannot be read, an index below the lower one raises #PF on AMD and #BR on Intel',
  'flags-between-comparisons':
    'a fault after some rounds shows the flags of the last comparison on AMD, and those before the instruction on Intel',
  'masked-store-halves': 'AMD tries the lower 8 bytes first, Intel the upper',
  'repeated-byte-comparison': 'of two bad addresses AMD reports (%esi), Intel (%edi)',
};
