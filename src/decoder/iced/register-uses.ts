// The registers an instruction uses, each once. Iced lists one entry per reason; an address register that is also the
// destination is then read and written.

import type { OperandAccess, RegisterUse } from '../instruction.ts';

type Degree = 'none' | 'conditional' | 'always';

const DEGREES: Readonly<Record<OperandAccess, readonly [read: Degree, write: Degree]>> = {
  none: ['none', 'none'],
  read: ['always', 'none'],
  'conditional-read': ['conditional', 'none'],
  write: ['none', 'always'],
  'conditional-write': ['none', 'conditional'],
  'read-write': ['always', 'always'],
  'read-conditional-write': ['always', 'conditional'],
};

export function mergeRegisterUses(uses: Iterable<RegisterUse>): readonly RegisterUse[] {
  const merged = new Map<string, OperandAccess>();
  for (const { name, access } of uses) {
    const before = merged.get(name);
    merged.set(name, before === undefined ? access : mergeAccess(before, access));
  }
  return Array.from(merged, ([name, access]) => ({ name, access }));
}

/** Two uses of one place by one instruction. A conditional read beside a write counts as a read. */
function mergeAccess(a: OperandAccess, b: OperandAccess): OperandAccess {
  const read = stronger(DEGREES[a][0], DEGREES[b][0]);
  const write = stronger(DEGREES[a][1], DEGREES[b][1]);
  if (write === 'none') return read === 'none' ? 'none' : read === 'always' ? 'read' : 'conditional-read';
  if (read === 'none') return write === 'always' ? 'write' : 'conditional-write';
  return write === 'always' ? 'read-write' : 'read-conditional-write';
}

function stronger(a: Degree, b: Degree): Degree {
  if (a === 'always' || b === 'always') return 'always';
  return a === 'conditional' || b === 'conditional' ? 'conditional' : 'none';
}
