// How one sees that a line goes on in the next: a label without its value, a number with too few digits, an open parenthesis.

import { isDieStart } from '../grammar/die-lines.ts';
import { glueOfUserFault } from './user-fault-breaks.ts';

/** The end of a line that asks for more. */
const OPEN_ENDS: readonly RegExp[] = [
  /\b(?:e[abcd]x|e[sd]i|e[bs]p|[c-gs]s|cr[0-4]|dr[0-7]|eflags|eip|ip|cpu|pid|uid|comm|ss:esp|task|ti|task\.ti|threadinfo|stackpage)[:=]$/i,
  /^(?:CPU|Hardware name|Workqueue|last sysfs file):$/i,
  /\b(?:EIP is at|SS:ESP|[rR]IP|CPU: \d{1,5} PID)$/,
  /\*p(?:de|te|dpt)(?: =)?$/,
  /^EIP: {0,4}(?:[0-9a-f]{4}:)?$/i,
  /^EIP: \[<[0-9a-f]{8}>\]$/,
  /^last sysfs$/,
  /not syncing:$/,
  /^-{3}\[ end [^\]]*$/,
  /^kernel BUG(?: at)?$/,
  /\[\d+\]:$/,
  /\+0x[0-9a-f]{1,8}\/0x[0-9a-f]{1,8} \[[\w-]{0,60}$/,
  /\be[a-z]{2}(?: =)?$/,
];

/** No number, no byte and no symbol that a break could cut is longer. */
const LONGEST_WORD = 64;

const HEADLINE = /(?:unable to handle (?:kernel|page fault)|\bkernel (?:NULL pointer|paging request))/i;
const HEADLINE_DONE = /(?:\(null\)|[0-9a-f]{8})\s*$/i;
const SEGFAULT = /\[\d+\]: segfault at\b/;
const TASK = /^(?:CPU: \d+ (?:UID: \d+ )?PID: \d+|Pid: {1,8}\d+)/;
const TASK_DONE = / #\d| [2-9]\.\d\S* /;

/** A headline without its address, and the words or the address that it lacks: any other number is not its. */
function openHeadline(body: string, next: string): boolean {
  if (!HEADLINE.test(body) || HEADLINE_DONE.test(body)) return false;
  if (/\b(?:at|address:?)$/.test(body)) return /^\s*(?:virtual\b|address\b|\(null\)|[0-9a-f]{8})/i.test(next);
  return /^\s*(?:kernel|null|pointer|dereference|paging|request|page|fault|for|at|virtual|address)\b/i.test(next);
}

function openTrap(body: string): boolean {
  const at = body.search(/\] (?:general$|general protection\b|trap\b)/);
  if (at < 0) return false;
  const rest = body.slice(at);
  return !/ error:[0-9a-f]/.test(rest) || endsInMapping(rest);
}

/** `… in`, `… in libc.so` or `… in libc.so[4000+`: the words up to the closing bracket are not all there. */
function endsInMapping(text: string): boolean {
  return text.endsWith(' in') || text.indexOf(' in ', text.lastIndexOf(']') + 1) >= 0;
}

/** `segfault at 0 ip b7205973 sp bfdea550 error 4 in` and every earlier place to break it. */
function openUserFault(body: string): boolean {
  const at = body.search(SEGFAULT);
  if (at < 0) return openTrap(body);
  const rest = body.slice(at);
  if (!/\berror [0-9a-f]/.test(rest)) return true;
  if (endsInMapping(rest) || /likely(?: on)?(?: CPU)?$/.test(rest)) return true;
  return rest.lastIndexOf('(core') > rest.lastIndexOf(')');
}

/** `Process cat (pid: 91, threadinfo=c7a2e000` lacks the rest of its parenthesis. */
function openProcess(body: string): boolean {
  return /^process /i.test(body) && !/\)\s*$/.test(body);
}

/** A task line without a kernel version. It may also be whole: SysRq prints it so. */
export function isOpenTask(body: string): boolean {
  return TASK.test(body) && !TASK_DONE.test(`${body} `);
}

/** A word of the stack or a register value of fewer than eight digits, and the rest of it. */
function cutNumber(body: string, next: string): boolean {
  if (!/^\s?[0-9a-f]/i.test(next)) return false;
  const end = body.slice(-LONGEST_WORD);
  const entry = end.includes('*p') ? /\*p(?:de|te|dpt) = ([0-9a-f]{1,15})$/.exec(end)?.[1] : undefined;
  if (entry !== undefined) {
    const digits = entry.length + (/^[0-9a-f]*/.exec(next)?.[0].length ?? 0);
    return digits > entry.length && (digits === 16 || digits === 8);
  }
  // The line near the end has sixteen digits; alone, no kernel prints eight.
  if (end === 'CR2: 00000000' && /^[0-9a-f]{8}$/.test(next)) return true;
  const head = /(?:[0-9a-f]{8}|stack:|<[0-7]>|e[a-z]{2}:|cr\d:|^) ?([0-9a-f]{1,7})$/i.exec(end)?.[1];
  if (head === undefined) return false;
  const tail = /^\s?([0-9a-f]{1,7})(?![0-9a-z])/i.exec(next)?.[1];
  return tail !== undefined && head.length + tail.length === 8;
}

/** `[<d1a23` and `42f>]`: together eight digits. */
function cutAddress(body: string, next: string): boolean {
  const digits = /\[<([0-9a-f]{0,7})$/.exec(body.slice(-LONGEST_WORD))?.[1];
  const rest = /^\s?([0-9a-f]{1,8})>/.exec(next)?.[1];
  return digits !== undefined && rest !== undefined && digits.length + rest.length === 8;
}

/** Lines that are known by how they begin are no longer: the kernel prints 1,024 characters at once. */
const LONGEST_MESSAGE = 2048;

function isOpenMessage(text: string, next: string): boolean {
  return openHeadline(text, next) || openUserFault(text) || openProcess(text) || (text.length < 48 && isDieStart(text));
}

/** True where `body` cannot be the whole line. `next` is the line that would complete it. */
export function isUnfinished(body: string, next: string): boolean {
  const text = body.trim();
  if (text === '') return false;
  return (
    OPEN_ENDS.some((end) => end.test(text.slice(-300))) ||
    (text.length <= LONGEST_MESSAGE && isOpenMessage(text, next)) ||
    glueOfUserFault(text, next) !== undefined ||
    cutNumber(body, next) ||
    cutAddress(text, next)
  );
}

interface Halves {
  /** What the two halves hold, to tell most lines at a glance; empty where a half has no such words. */
  readonly holds: readonly [string, string];
  readonly first: RegExp;
  readonly second: RegExp;
}

/** Starts of lines that only go on with another one, and the lines that they go on with. */
const HALVES: readonly Halves[] = [
  { holds: ['EFLAGS: ', 'CPU: '], first: /EFLAGS: [0-9a-f]{8}$/, second: /^ ?CPU: \d/ },
  { holds: ['EIP: [<', 'SS:ESP'], first: /^EIP: \[<[0-9a-f]{8}>\]/, second: /^ ?SS:ESP\b/ },
  {
    holds: ['EIP: ', 'ainted'],
    first: /^EIP: {0,4}[0-9a-f]{4}:\[<[0-9a-f]{8}>\](?: CPU: \d{1,5})?$/,
    second: /^ {0,4}(?:Not tainted|Tainted:)/,
  },
  { holds: ['Tainted:', ''], first: /^EIP: .{0,40} Tainted:$/, second: /^ ?[A-Z][A-Z ]{0,40}$/ },
  { holds: ['EIP: [<', '+0x'], first: /^EIP: \[<[0-9a-f]{8}>\]$/, second: /^ ?[A-Za-z_][\w.]*\+0x/ },
  { holds: ['EIP: [<', 'SS:ESP'], first: /^EIP: \[<[0-9a-f]{8}>\] \S+$/, second: /^ ?\[[\w-]+\] SS:ESP\b/ },
  { holds: ['', '+0x'], first: /\[<[0-9a-f]{8}>\](?: \?)?$|^\?$/, second: /^ ?(?:\? )?[A-Za-z_][\w.]*\+0x/ },
  { holds: ['', 'virtual address'], first: HEADLINE, second: /^ ?(?:dereference )?(?:at )?virtual address\b/ },
  { holds: ['', 'task'], first: /^Process |^CPU: \d|^Pid: /, second: /^ ?task(?:\.ti)?=/ },
  { holds: ['', '(pid:'], first: /^Process |^CPU: \d|^Pid: /, second: /^ ?\(pid:/ },
  // The kernel's own string for this exception ends its line.
  { holds: ['Split lock', ' [#'], first: /^(?:Oops: )?Split lock detected$/, second: /^ ?: [0-9a-f]{4} \[#/ },
  { holds: ['skbuff:', '_panic: '], first: /^skbuff:$/, second: /^ ?skb_(?:over|under)_panic: / },
  {
    holds: ['er_panic: text:', ':'],
    first: /^(?:skbuff: )?skb_(?:over|under)_panic: text:(?!.{1,200} dev:)/,
    second: /^ ?(?:len|put|head|data|tail|end|dev):/,
  },
  { holds: ['last sysfs', 'file: /'], first: /^last sysfs$/, second: /^ ?file: \// },
  {
    holds: ['WARNING: ', ''],
    first: /^WARNING: (?:CPU: \d+ PID: \d+ )?at$|^WARNING: (?:CPU: \d+ PID: \d+ )?at \S+:\d+$/,
    second: /^ ?[\w./-]+(?::\d+|\+0x[0-9a-f]+\/0x[0-9a-f]+)/,
  },
];

export function goesOn(body: string, next: string): boolean {
  for (const { holds, first, second } of HALVES)
    if (body.includes(holds[0]) && next.includes(holds[1]) && second.test(next) && first.test(body.trim())) return true;
  return false;
}

export const CODE_LINE = /^\s*code: /i;
/** What a cut leaves of a code byte, and a whole one. */
const CODE_TOKEN = /^\+?[<(]?[0-9a-f]{1,2}[>)]?$|^[<>]$/i;
const CODE_BYTE = /^\+?[<(]?[0-9a-f]{2}[>)]?$/i;
const CUT_BYTE = /(?:^|\s)(?:[<(]?[0-9a-f]|[<(][0-9a-f]{2}|[<(])$/i;

/** Nothing but code bytes: whole ones, and what a cut leaves of the first and of the last. */
export function isCodePiece(body: string, next: string): boolean {
  if (next.length > 4096) return false;
  const words = next.trim().split(/\s+/);
  const [first = ''] = words;
  if (!CODE_TOKEN.test(first) || !CODE_TOKEN.test(words.at(-1) ?? '')) return false;
  if (words.length === 1) return true;
  return words.slice(1, -1).every((word) => CODE_BYTE.test(word)) && (CODE_BYTE.test(first) || CUT_BYTE.test(body));
}

function firstWord(text: string): string {
  return /^\S*/.exec(text.slice(0, LONGEST_WORD))?.[0] ?? '';
}

function lastWord(text: string): string {
  return text.slice(Math.max(text.lastIndexOf(' ') + 1, text.length - LONGEST_WORD));
}

/** What belongs between two halves: nothing inside a token, otherwise a blank. */
export function glueOf(body: string, next: string): '' | ' ' {
  if (body !== body.trimEnd() || next !== next.trimStart()) return '';
  const tail = lastWord(body);
  const head = firstWord(next);
  // Most broken lines: the bytes of the code, which loggers break at a blank.
  if (CODE_LINE.test(body) && CODE_BYTE.test(tail) && CODE_BYTE.test(head)) return ' ';
  const known = glueOfUserFault(body, next);
  if (known !== undefined) return known;
  const whole = tail + head;
  if (/^[<(]?[0-9a-f]{2}[>)]?$/i.test(whole) && !/^(?:[0-9a-f]{2}|[<(][0-9a-f]{2}[>)])$/i.test(tail)) return '';
  if (cutNumber(body, next)) return '';
  if (/\[<[0-9a-f]{0,8}$/.test(tail) && /^\[<[0-9a-f]{8}>\]/.test(tail.slice(tail.lastIndexOf('[<')) + head)) return '';
  if (/\[[0-9a-f]{1,8}(?:\+[0-9a-f]{0,8})?$/.test(tail) && /^[0-9a-f]{0,8}\+?[0-9a-f]{1,8}\]/.test(head)) return '';
  return ' ';
}

/** Lines that end in free text, whose end cannot be seen. */
export function isFreeText(body: string): boolean {
  return /^\s*(?:Pid: |CPU: \d+ (?:UID: \d+ )?PID: |Hardware name: |Workqueue: )/.test(body);
}

/** The identifier of a trace is one number of sixteen digits. */
const IDENTIFIER = /^\s*-{3}\[ end trace [0-9a-f]{0,16}$/;

/** Two numbers that are complete by themselves, one on each side of the break: words of the stack, bytes of the code. */
export function bothWhole(body: string, next: string): boolean {
  if (IDENTIFIER.test(body)) return false;
  const tail = lastWord(body);
  const head = firstWord(next);
  const whole = CODE_LINE.test(body) ? /^(?:[0-9a-f]{2}|[<(][0-9a-f]{2}[>)])$/i : /^[0-9a-f]{8}$/i;
  return whole.test(tail) && whole.test(head);
}
