// From a replayed report to what the reconstruction works on.

import { exceptionInfo } from '../machine/faults.ts';
import { decodePageFaultErrorCode } from '../machine/page-fault-error-code.ts';
import { GENERAL_REGISTERS } from '../machine/registers.ts';
import { wrapU32 } from '../machine/u32.ts';
import { inlineBugData } from '../replay/inline-data.ts';
import type { Replay } from '../replay/replay-types.ts';
import { type CodeWindow, codeWindowOf, stackWordsOf } from '../snapshot/memory.ts';
import type { Snapshot, SymbolReference } from '../snapshot/snapshot.ts';
import type { CrashSite, SiteCode, SiteFault } from './crash-site.ts';

/** Undefined where there is no machine or no code, and where the log contradicts its registers. */
export function crashSiteOf(snapshot: Snapshot, replay: Replay): CrashSite | undefined {
  const { machine, window, fault } = replay;
  const code = codeWindowOf(snapshot);
  const stack = stackWordsOf(snapshot);
  if (replay.verdict === 'contradicted' || !machine || !window || !code) return undefined;
  if (replay.verdict === 'reproduced' && !fault) return undefined;
  const faultOffset = wrapU32((window.faulting?.address ?? machine.state.registers.eip) - machine.codeStart);
  const registers = Object.fromEntries(
    GENERAL_REGISTERS.flatMap((name) => {
      const value = snapshot.registers[name]?.value;
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const eflags = snapshot.registers.eflags?.value;
  return {
    registers,
    ...(eflags !== undefined && { eflags }),
    state: machine.state,
    memory: machine.memory,
    code: {
      bytes: code.bytes,
      start: machine.codeStart,
      base: replay.codeBase === 'synthetic' ? 'synthetic' : 'printed',
      window,
      faultOffset,
      ...(window.faulting && { faulting: window.faulting }),
      data: inlineBugData(snapshot),
      ...functionOf(code, snapshot.symbol?.value),
    },
    ...(stack?.start !== undefined && { stack: { start: stack.start, words: stack.words } }),
    fault: siteFault(replay),
    comparesFault: false,
  };
}

/** `name+0x10/0x20` at EIP: the function begins 0x10 bytes before the byte that is marked in the code line. */
function functionOf(code: CodeWindow, symbol: SymbolReference | undefined): Pick<SiteCode, 'function'> {
  const { offset, size } = symbol ?? {};
  if (code.eipOffset === undefined || offset === undefined || size === undefined) return {};
  if (offset < 0 || offset >= size) return {};
  const start = code.eipOffset - offset;
  return { function: { start, end: start + size } };
}

function siteFault({ fault, verdict, operand }: Replay): SiteFault {
  if (fault === undefined) return {};
  const supposed = verdict !== 'reproduced';
  if (fault.kind !== 'page-fault') return supposed ? {} : { vector: exceptionInfo(fault.kind).vector };
  const { access, present } = decodePageFaultErrorCode(fault.errorCode);
  return {
    ...(!supposed && { vector: exceptionInfo(fault.kind).vector }),
    page: {
      ...(supposed && { supposed: true }),
      address: fault.linearAddress,
      access: fault.access.access === 'execute' ? 'execute' : access,
      present,
      ...(operand && { operand: operand.operand, operandAddress: operand.linearAddress }),
    },
  };
}
