// Callers: along the frame pointers as far as memory is known, then the call trace that the log prints.

import { hex32, type U32, wrapU32 } from '../../../machine/u32.ts';
import { readWord } from '../../../session/machine-view.ts';
import { inline } from '../../wording/value.ts';
import type { Desk } from './command.ts';

const MOST_FRAMES = 64;

export function backtraceLines(desk: Desk): readonly string[] {
  const { target, annotations } = desk;
  const here = target.place.address;
  const frames = [`#0   ${annotations.place(here)}  ${annotations.symbol(here) ?? annotations.title}`];
  const seen = new Set<U32>();
  let frame = target.view.registers().ebp;
  let ended = 'the stack words of the log end there';
  while (frame.value !== undefined && frames.length < MOST_FRAMES && !seen.has(frame.value)) {
    seen.add(frame.value);
    const returnTo = readWord(target.view, wrapU32(frame.value + 4));
    if (returnTo.value === undefined) break;
    const symbol = annotations.symbol(returnTo.value);
    if (symbol === undefined && !inTrace(returnTo.value, desk)) {
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

function inTrace(address: U32, { annotations }: Desk): boolean {
  return annotations.trace.some((line) => line.address === address);
}
