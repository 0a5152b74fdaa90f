// All families of lines, in the order in which they are tried: the first that knows a line has it.
// Each says by what its lines are recognised at a glance, so that a line meets the two or three families that can know it, not all.

import type { LineReader } from '../assembly/fact.ts';
import { readBugLine } from './bug-lines.ts';
import { readClosingLine } from './closing-lines.ts';
import { readCodeLine } from './code-line.ts';
import { DIE_STARTS, readDieLine, readOptionLine } from './die-lines.ts';
import { readDoubleFault } from './double-fault.ts';
import { readEipLine, readPrintingEip } from './eip-lines.ts';
import { FOREIGN_DUMPS } from './foreign-dumps.ts';
import { FOREIGN_STARTS, readForeignLine } from './foreign-lines.ts';
import { readHeadline, readPageFaultDetail, readPageTable } from './headlines.ts';
import { readKernelSentence, SENTENCE_STARTS } from './kernel-sentences.ts';
import { readModulesLine } from './module-lines.ts';
import { readRegisterLine } from './register-block.ts';
import { readStackLine } from './stack-lines.ts';
import { readTaskLine } from './task-lines.ts';
import { readToolOutput } from './tool-output.ts';
import { readTraceCaption, readTraceLine } from './trace-lines.ts';
import { readUserFault } from './user-faults.ts';
import { readWatchdogLine } from './watchdog-lines.ts';

/** Every line of a family starts as it says here, or holds one of its words. Lower case stands for both. */
export interface Family {
  readonly read: LineReader;
  /** First two letters of its lines, between blanks; `*` for any second one. */
  readonly starts?: string;
  /** Words one of which its lines hold that start otherwise. */
  readonly holds?: readonly string[];
}

export const FAMILIES: readonly Family[] = [
  ...FOREIGN_DUMPS,
  { read: readKernelSentence, starts: SENTENCE_STARTS },
  { read: readCodeLine, starts: 'co' },
  { read: readStackLine, starts: 'st' },
  { read: readTraceCaption, starts: 'tr ca' },
  {
    read: readUserFault,
    holds: ['segfault at ', '] trap ', ']: trap ', '] general protection ', ']: general protection '],
  },
  { read: readForeignLine, starts: FOREIGN_STARTS },
  {
    read: readHeadline,
    holds: ['null pointer', 'paging request', 'page fault for', ', epc ==', 'fatal signal', 'corrupted page table'],
  },
  { read: readDoubleFault, starts: 'tr pa do', holds: ['='] },
  { read: readDieLine, starts: DIE_STARTS, holds: ['[#', '(#'] },
  { read: readBugLine, starts: '-- ke wa bu ba', holds: ['[root@'] },
  { read: readWatchdogLine, starts: 'wa bu nm sy in rc' },
  { read: readPageFaultDetail, starts: '#p' },
  {
    read: (text) => [...readPrintingEip(text), ...readPageTable(text)],
    starts: 'pr pg cu %c',
    holds: ['*pde', '*pte', '*pdpt', '*pgd=', '*pme', 'tss.cr3'],
  },
  { read: readEipLine, starts: 'ei ip ef >>' },
  { read: readRegisterLine, starts: 'ea eb ec ed es ef el cs ds fs gs ss cr dr' },
  { read: readTaskLine, starts: 'cp pi pr ta ha ke' },
  { read: readModulesLine, starts: 'mo un la [l' },
  {
    read: readClosingLine,
    starts:
      'ke wo st la no th re co un id gd ld tr pn li us in at ai fa pr |* i- du (f dw le fu fi sh == -- <* (n me [. ..',
  },
  { read: readToolOutput, starts: 'us ks op wa er re tr co al == >> <*', holds: [':'] },
  { read: readOptionLine, starts: 'pr sm de ka pt no 4k up gc' },
  { read: readTraceLine, holds: ['+', '<', '0x'] },
];
