// Who was running: `CPU: 0 PID: 7 Comm: …`, `Pid: 88, comm: …`, `Process … (pid: …)`, `task: … ti: …`, and the hardware line.

import { PAGE_SIZE, parseHex32, type U32, wrapU32 } from '../../../machine/u32.ts';
import type { Fact, IdentityFact } from '../assembly/fact.ts';
import type { Family } from './family.ts';

/** `Not tainted`, or `Tainted: ` and letters at fixed columns with blanks between them. */
const TAINT = /^(?:Not tainted|Tainted:)/;

/** What follows the taint: `4.4.0 #3`, `(2.6.32 #2) Box9`, `6.16.0 #1 PREEMPT(voluntary)`. */
function readKernel(text: string): IdentityFact[] {
  const match = text.startsWith('(')
    ? /^\(([2-9]\.\d[^\s()]{0,120})(?: +(#[^()]{1,200}))?\)/.exec(text)
    : /^([2-9]\.\d[^\s()]{0,120})(?: +(#.{1,200}))?/.exec(text);
  if (!match) return [];
  const facts: IdentityFact[] = [{ kind: 'identity', field: 'release', value: match[1] ?? '' }];
  if (match[2] !== undefined) facts.push({ kind: 'identity', field: 'build', value: match[2].trim() });
  return facts;
}

function readTaintAndKernel(text: string): IdentityFact[] {
  const words = text.split(' ');
  let taint: string;
  let index = 0;
  if (text.startsWith('Not tainted')) {
    taint = 'Not tainted';
    index = 2;
  } else {
    index = 1;
    const letters: string[] = [];
    while (index < words.length && /^[A-Z]{0,12}$/.test(words[index] ?? '')) letters.push(words[index++] ?? '');
    taint = letters.join(' ').trim();
  }
  while (words[index] === '') index++;
  return [{ kind: 'identity', field: 'taint', value: taint }, ...readKernel(words.slice(index).join(' '))];
}

/** Said between the name and the taint where a crash kernel is loaded. */
const KDUMP = / Kdump: loaded$/;

/** `comm Not tainted …`: names may hold blanks, so the taint words end them. */
function readComm(text: string): IdentityFact[] {
  const at = text.search(/Not tainted|Tainted:/);
  const end = at < 0 ? text.length : at;
  const comm = text.slice(0, end).trim().replace(KDUMP, '');
  const rest = text.slice(end);
  return [
    ...(comm === '' ? [] : [{ kind: 'identity', field: 'comm', value: comm.slice(0, 64) } as const]),
    ...(TAINT.test(rest) ? readTaintAndKernel(rest) : []),
  ];
}

function readProcess(text: string): readonly Fact[] {
  const at = text.lastIndexOf('(pid:');
  if (at < 0) return [];
  const facts: Fact[] = [{ kind: 'identity', field: 'comm', value: text.slice(8, at).trim() }];
  const details = text.slice(at);
  const pid = /^\(pid: ?(\d{1,10})/.exec(details)?.[1];
  if (pid !== undefined) facts.push({ kind: 'identity', field: 'pid', value: Number(pid) });
  return [...facts, ...readTaskPointers(details)];
}

/** 2.4 keeps the task_struct at the bottom of the kernel stack and prints the page above it. */
function belowStackPage(stackPage: U32): Fact[] {
  const value = wrapU32(stackPage - PAGE_SIZE);
  return [
    { kind: 'identity', field: 'task', value, inferred: 'printed-stack-page' },
    { kind: 'identity', field: 'threadInfo', value, inferred: 'printed-stack-page' },
  ];
}

/** `task=…`, `ti=…`, `threadinfo=…`, `stackpage=…` and their forms with colons. */
function readTaskPointers(text: string): Fact[] {
  const facts: Fact[] = [];
  for (const match of text.matchAll(/\b(task|ti|threadinfo|stackpage|task\.stack)[=:] ?([0-9a-f]{8})\b(?!\.)/g)) {
    const value = parseHex32(match[2] ?? '') as U32;
    if (text[(match.index ?? 0) - 1] === '.') continue;
    if (match[1] === 'stackpage') facts.push(...belowStackPage(value));
    else if (match[1] === 'task') facts.push({ kind: 'identity', field: 'task', value });
    else if (match[1] !== 'task.stack') facts.push({ kind: 'identity', field: 'threadInfo', value });
    else facts.push({ kind: 'noise' });
  }
  return facts;
}

function readTaskLine(text: string): readonly Fact[] {
  if (/^CPU:/i.test(text)) {
    const cpu = /^CPU: {0,12}(\d{1,5})\s*$/i.exec(text);
    if (cpu) return [{ kind: 'block-start' }, { kind: 'identity', field: 'cpu', value: Number(cpu[1]) }];
    const full = /^CPU: (\d{1,5}) (?:UID: (\d{1,10}) )?PID: (\d{1,10})(?: Comm: ?(.*))?$/.exec(text);
    if (full)
      return [
        { kind: 'block-start' },
        { kind: 'identity', field: 'cpu', value: Number(full[1]) },
        ...(full[2] === undefined ? [] : [{ kind: 'identity', field: 'uid', value: Number(full[2]) } as const]),
        { kind: 'identity', field: 'pid', value: Number(full[3]) },
        ...readComm(full[4] ?? ''),
      ];
    return [];
  }
  const pid = /^Pid: {0,8}(\d{1,10}), ?comm: ?(.*)$/.exec(text);
  if (pid)
    return [
      { kind: 'block-start' },
      { kind: 'identity', field: 'pid', value: Number(pid[1]) },
      ...readComm(pid[2] ?? ''),
    ];
  if (/^process /i.test(text)) return readProcess(text);
  if (/^task: [0-9a-f]{8,16} (?:ti|task\.stack|task\.ti):/.test(text)) {
    if (/^task: [0-9a-f]{16}/.test(text)) return [{ kind: 'foreign', origin: 'other' }];
    return readTaskPointers(text);
  }
  if (text.startsWith('Hardware name: '))
    return [{ kind: 'identity', field: 'hardware', value: text.slice(15).trim() }];
  if (/^Tainted: \[[A-Z]\]=/.test(text)) return [{ kind: 'remark', text }];
  if (/^Kernel Offset: /.test(text)) return [{ kind: 'identity', field: 'offset', value: text.slice(15).trim() }];
  return [];
}

export const TASK_LINES: Family = {
  read: readTaskLine,
  starts: 'cp pi pr ta ha ke',
  words: [/CPU/, /Process /, /Pid: /, /Hardware name/],
};
