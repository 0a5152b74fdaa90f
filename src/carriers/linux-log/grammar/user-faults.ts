// One line about a user program: `segfault at …`, `general protection …`, `trap …`, from 2.6.23 on.

import { VECTORS } from '../../../machine/faults.ts';
import type { U32 } from '../../../machine/u32.ts';
import type { UserMapping } from '../../../snapshot/snapshot.ts';
import type { Fact } from '../assembly/fact.ts';
import { vectorOfWords } from './die-lines.ts';
import type { Family } from './family.ts';
import { parsePointer } from './numbers.ts';

const SEGFAULT =
  /segfault at +([0-9a-f]{1,16}|\(null\)) +r?e?ip +([0-9a-f]{1,16}|\(null\)) +r?e?sp +([0-9a-f]{1,16}|\(null\)) +error +([0-9a-f]{1,8})\b/;
const TRAP =
  /^(general protection(?: fault)?|trap ([a-z][a-z0-9_ -]{2,40}?)) r?e?ip:([0-9a-f]{1,16}) r?e?sp:([0-9a-f]{1,16}) error:([0-9a-f]{1,8})\b/;
/** `in kni[8048000+11b000]`; the newest kernels put the file offset first: `in libc.so[4abc,b7d00000+21000]`. */
const MAPPING = /^ in ([^[\]]{1,200})\[(?:([0-9a-f]{1,16}),)?([0-9a-f]{1,16})\+([0-9a-f]{1,16})\]/;
const CPU = /likely on CPU (\d{1,5})/;
const TRAP_WORDS: readonly string[] = ['] general protection ', '] trap ', ']: general protection ', ']: trap '];
const OWNER = /^(.*)\[(\d{1,10})\]:? ?$/;

/** What stands before the words: `comm[pid]`, with a colon in some copies. A comm has at most 15 characters. */
function readOwner(text: string): { comm?: string; pid?: number } {
  const match = OWNER.exec(text.slice(-120));
  if (!match) return {};
  const comm = (match[1] ?? '').replace(/^traps: /, '').replace(/^"/, '');
  return {
    comm: comm.length > 15 ? comm.slice(comm.lastIndexOf(' ', comm.length - 15) + 1) : comm,
    pid: Number(match[2]),
  };
}

function readMapping(text: string): UserMapping | undefined {
  const match = MAPPING.exec(text);
  const start = match && parsePointer(match[3] ?? '');
  const size = match && parsePointer(match[4] ?? '');
  const fileOffset = match?.[2] === undefined ? undefined : parsePointer(match[2]);
  if (!match || start == null || size == null) return undefined;
  return { file: match[1] ?? '', start, size, ...(fileOffset !== undefined && { fileOffset }) };
}

interface Fields {
  readonly before: string;
  readonly after: string;
  readonly vector: number | undefined;
  readonly address?: string;
  readonly eip: string;
  readonly esp: string;
  readonly error: string;
}

function userFault(text: string, fields: Fields): Fact {
  const values = [fields.eip, fields.esp, fields.error, fields.address ?? '0'].map(parsePointer);
  if (values.some((value) => value === undefined)) return { kind: 'foreign-user-fault' };
  const [eip, esp, errorCode, faultAddress] = values as [U32, U32, U32, U32];
  const mapping = readMapping(fields.after);
  const cpu = CPU.exec(fields.after)?.[1];
  return {
    kind: 'user-fault',
    text,
    ...readOwner(fields.before),
    ...(fields.vector !== undefined && { vector: fields.vector }),
    ...(fields.address !== undefined && { faultAddress }),
    eip,
    esp,
    errorCode,
    ...(mapping && { mapping }),
    ...(cpu !== undefined && { cpu: Number(cpu) }),
  };
}

function readUserFault(text: string): readonly Fact[] {
  const segfault = SEGFAULT.exec(text);
  if (segfault) {
    const [all, address, eip, esp, error] = segfault as unknown as [string, string, string, string, string];
    const before = text.slice(0, segfault.index);
    const after = text.slice(segfault.index + all.length);
    return [userFault(text, { before, after, vector: VECTORS['page-fault'], address, eip, esp, error })];
  }
  for (const words of TRAP_WORDS) {
    const at = text.indexOf(words);
    const start = at + words.indexOf(' ') + 1;
    const match = at < 0 ? null : TRAP.exec(text.slice(start, start + 400));
    if (!match) continue;
    const [all, , trap, eip, esp, error] = match as unknown as [
      string,
      string,
      string | undefined,
      string,
      string,
      string,
    ];
    const vector = trap === undefined ? VECTORS['general-protection'] : vectorOfWords(trap);
    return [
      userFault(text, {
        before: text.slice(0, at + 1),
        after: text.slice(start + all.length),
        vector,
        eip,
        esp,
        error,
      }),
    ];
  }
  return [];
}

export const USER_FAULTS: Family = {
  read: readUserFault,
  holds: ['segfault at ', '] trap ', ']: trap ', '] general protection ', ']: general protection '],
  signs: [
    { text: 'fault', after: 'g ', confirm: /segfault at / },
    { text: 'sp:', after: ' \t\n', confirm: /sp:[0-9a-f]{1,16} error:/ },
  ],
  words: [/segfault/, /general protection/, /trap/],
  begins: [/traps: /, /\S{1,15}\[\d{1,10}\]: /],
};
