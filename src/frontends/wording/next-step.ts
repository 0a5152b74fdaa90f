// Commands that would tell more, ready to paste.

import type { NextStep } from '../../diagnosis/next-steps.ts';

export function commandText(step: NextStep): string {
  return step.kind === 'source-of-symbols'
    ? `scripts/faddr2line ${step.object} ${step.places.join(' ')}`
    : `addr2line -fipe ${step.file} 0x${step.offset.toString(16)}`;
}

/** Why one would run it. */
export function purposeText(step: NextStep): string {
  if (step.kind === 'source-of-symbols') return 'the source lines, from the kernel or module with debug information';
  const line = 'the source line, from the file with debug information';
  return step.counted === 'mapping'
    ? `${line}; where nothing fits, the offset of its executable segment is to be added (readelf -lW ${step.file})`
    : line;
}
