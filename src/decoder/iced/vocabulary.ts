// Translates iced's numbers into our words; the tables are built once for each loaded namespace.

import type { SegmentRegister } from '../../machine/registers.ts';
import type { FlowKind, OperandAccess } from '../instruction.ts';
import type { IcedNamespace } from './iced-namespace.ts';

export interface Vocabulary {
  /** The names by iced's Register: `eax`; undefined for its None. */
  readonly registers: readonly (string | undefined)[];
  /** Our words by iced's OpAccess. */
  readonly accesses: readonly OperandAccess[];
  /** Our words by iced's FlowControl. */
  readonly flows: readonly FlowKind[];
  /** Our words by iced's ConditionCode; undefined for its None. */
  readonly conditions: readonly (string | undefined)[];
}

export function createVocabulary(iced: IcedNamespace): Vocabulary {
  const { OpAccess, FlowControl } = iced;
  const accesses: OperandAccess[] = [];
  accesses[OpAccess.None] = 'none';
  accesses[OpAccess.Read] = 'read';
  accesses[OpAccess.CondRead] = 'conditional-read';
  accesses[OpAccess.Write] = 'write';
  accesses[OpAccess.CondWrite] = 'conditional-write';
  accesses[OpAccess.ReadWrite] = 'read-write';
  accesses[OpAccess.ReadCondWrite] = 'read-conditional-write';
  accesses[OpAccess.NoMemAccess] = 'none';

  const flows: FlowKind[] = [];
  flows[FlowControl.Next] = 'next';
  flows[FlowControl.UnconditionalBranch] = 'jump';
  flows[FlowControl.IndirectBranch] = 'indirect-jump';
  flows[FlowControl.ConditionalBranch] = 'conditional-branch';
  flows[FlowControl.Return] = 'return';
  flows[FlowControl.Call] = 'call';
  flows[FlowControl.IndirectCall] = 'indirect-call';
  flows[FlowControl.Interrupt] = 'interrupt';
  flows[FlowControl.XbeginXabortXend] = 'next';
  flows[FlowControl.Exception] = 'exception';

  return {
    registers: names(iced.Register).map((name) => (name === undefined ? name : (WORD_NAMES[name] ?? name))),
    accesses,
    flows,
    conditions: names(iced.ConditionCode),
  };
}

/** For the low byte of a word that arpl and pinsrb use, iced has names that 32-bit code does not have. */
const WORD_NAMES: Readonly<Record<string, string>> = { spl: 'sp', bpl: 'bp', sil: 'si', dil: 'di' };

/** Gives the names of an enum by number, in lower case, without its None. */
function names(numbered: object): readonly (string | undefined)[] {
  const list: (string | undefined)[] = [];
  for (const [name, value] of Object.entries(numbered)) {
    if (typeof value === 'number' && name !== 'None') list[value] ??= name.toLowerCase();
  }
  return list;
}

const SEGMENTS: ReadonlySet<string> = new Set<SegmentRegister>(['es', 'cs', 'ss', 'ds', 'fs', 'gs']);

export function asSegment(name: string | undefined): SegmentRegister | undefined {
  return name !== undefined && SEGMENTS.has(name) ? (name as SegmentRegister) : undefined;
}
