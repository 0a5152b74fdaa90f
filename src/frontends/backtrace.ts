// Callers: along the frame pointers as far as memory is known, then the call trace that the log prints. The frame of one function.

import { hex32, type U32, wrapU32 } from '../machine/u32.ts';
import type { DebugTarget } from '../session/debug-target.ts';
import type { KnownValue } from '../session/known-value.ts';
import { readWord } from '../session/machine-view.ts';
import type { Annotations } from './annotations.ts';
import { inline, marked } from './wording/value.ts';

/** A session, and what its log calls things. */
interface Crash {
  readonly target: DebugTarget;
  readonly annotations: Annotations;
}

const MOST_FRAMES = 64;
const WORD = 4;

export function backtraceLines(crash: Crash): readonly string[] {
  const { target, annotations } = crash;
  const frames = [`#0   ${hereText(crash)}`];
  const seen = new Set<U32>();
  let frame = target.view.registers().ebp;
  let ended = 'the stack words of the log end there';
  while (frame.value !== undefined && frames.length < MOST_FRAMES && !seen.has(frame.value)) {
    seen.add(frame.value);
    const returnTo = readWord(target.view, wrapU32(frame.value + WORD));
    if (returnTo.value === undefined) break;
    const symbol = annotations.symbol(returnTo.value);
    if (!isCode(returnTo, crash)) {
      ended = `${inline(returnTo)}, which would be next, is no return address of the call trace`;
      break;
    }
    frames.push(`#${frames.length}  ${inline(returnTo)}  ${symbol ?? ''}`.trimEnd());
    const next = readWord(target.view, frame.value);
    if (next.value !== undefined && next.value <= frame.value) break;
    frame = next;
  }
  if (frame.value === undefined && frames.length === 1) ended = '%ebp is unknown';
  const trace = annotations.trace.map(
    ({ address, symbol, reliable }) =>
      `    ${address === undefined ? '' : `${hex32(address)}  `}${reliable ? '' : '? '}${symbol}`,
  );
  return [
    ...frames,
    `  frame pointers go no further: ${ended}`,
    ...(trace.length === 0
      ? ['  the log has no call trace']
      : ['  call trace of the log, for the time of the fault:', ...trace]),
  ];
}

/** The title of the log names the crash site, and no other place. */
function hereText({ target, annotations }: Crash): string {
  const { address } = target.place;
  const isCrashSite = target.listing.some(
    ({ instruction, role }) => role === 'crash-site' && instruction.address === address,
  );
  const symbol = annotations.symbol(address) ?? (isCrashSite ? annotations.title : '');
  return `${annotations.place(address)}  ${symbol}`.trimEnd();
}

/** The log names the code there, or its call trace goes there. */
function isCode({ value }: KnownValue, { annotations }: Crash): boolean {
  if (value === undefined) return false;
  return annotations.symbol(value) !== undefined || annotations.trace.some(({ address }) => address === value);
}

/** Where this function keeps the way back, if %ebp is its frame pointer: nothing in a log says so but the word above it. */
export function frameLines(crash: Crash): readonly string[] {
  const { target, annotations } = crash;
  const { esp, ebp } = target.view.registers();
  const head = [hereText(crash), `  %esp ${inline(esp)}, %ebp ${inline(ebp)}`];
  if (ebp.value === undefined) return [...head, '  %ebp is unknown, and with it the frame'];
  const returnAt = wrapU32(ebp.value + WORD);
  const returnTo = readWord(target.view, returnAt);
  if (!isCode(returnTo, crash)) {
    const word = returnTo.value === undefined ? 'unknown' : `${inline(returnTo)}, no code that the log names`;
    return [
      ...head,
      `  whether %ebp is a frame pointer is unknown: the word above it, at ${hex32(returnAt)}, is ${word}`,
    ];
  }
  const symbol = annotations.symbol(returnTo.value as U32);
  return [
    ...head,
    '  %ebp points to a frame: the word above it is an address of code that the log names',
    `  [${hex32(ebp.value)}]  ${marked(readWord(target.view, ebp.value))}  %ebp of the caller`,
    `  [${hex32(returnAt)}]  ${marked(returnTo)}  return address${symbol === undefined ? '' : `, ${symbol}`}`,
  ];
}
