// Rules about a fetch that faulted: EIP itself is the address.

import { VECTORS } from '../../machine/faults.ts';
import { isText, markerOf } from '../../machine/markers.ts';
import { PAGE_SIZE, wrapU32 } from '../../machine/u32.ts';
import { zoneOf } from '../../machine/zones.ts';
import { codeWindowOf } from '../../snapshot/memory.ts';
import { addressGround, type Crash, printedRegisters, registerGround } from '../crash.ts';
import type { Diagnosis, Ground } from '../diagnosis.ts';
import type { Rule } from './rule.ts';

export const controlRule: Rule = (crash) => {
  const { fault } = crash;
  if (fault?.access !== 'execute') return [...runsData(crash), ...intoInstruction(crash)];
  const target = jump(crash);
  return crash.isKernel ? [target, ...cameFrom(crash)] : [target];
};

function jump(crash: Crash): Diagnosis {
  const { fault, layout, isKernel, kernels, snapshot } = crash;
  const address = fault?.address ?? wrapU32(0);
  const grounds = [registerGround('eip', address), ...addressGround(crash)];
  if (address < PAGE_SIZE) return { kind: 'null-call', address, strength: 'proves', grounds };
  if (isKernel && markerOf(address, kernels)?.certainKernel === true)
    return { kind: 'jump-to-poison', address, strength: 'proves', grounds };
  const esp = snapshot.registers.esp?.value;
  if (esp !== undefined && Math.abs(address - esp) < PAGE_SIZE)
    return { kind: 'code-on-stack', address, strength: 'suggests', grounds };
  if (isText(address)) return { kind: 'jump-to-text-bytes', address, strength: 'suggests', grounds };
  if (!isKernel) return { kind: 'wild-jump', address, strength: 'proves', grounds };
  if (address < layout.pageOffset) return { kind: 'jump-to-user-half', address, strength: 'proves', grounds };
  if (fault?.present === true) return { kind: 'jump-to-data', address, strength: 'proves', grounds };
  const zone = zoneOf(address, layout);
  const isModuleArea = zone === 'vmalloc' || (zone === 'kernel' && address > layout.lowmemSeen);
  const isGone = isModuleArea && snapshot.symbol?.value.name === undefined && unmapped(crash);
  return isGone
    ? { kind: 'code-gone', address, strength: 'suggests', grounds }
    : { kind: 'wild-jump', address, strength: 'proves', grounds };
}

/** How many zero bytes in a row are no code: compilers pad with nops. */
const NO_CODE = 8;

/** EIP lies in no function, and what it points at is zeros, as data is. */
const runsData: Rule = ({ replay, snapshot, isKernel }) => {
  const code = codeWindowOf(snapshot);
  const symbol = snapshot.symbol?.value;
  const isOutside = symbol?.name === undefined || (symbol.offset ?? 0) > (symbol.size ?? Number.POSITIVE_INFINITY);
  if (!isKernel || code?.eipOffset === undefined || !isOutside) return [];
  const { bytes, eipOffset } = code;
  const ahead = bytes.subarray(eipOffset, eipOffset + NO_CODE);
  const isBeyond = symbol?.name !== undefined;
  const isZero = ahead.length === NO_CODE && ahead.every((byte) => byte === 0);
  const address = replay.machine?.loggedEip;
  if (address === undefined || !(isZero || isBeyond)) return [];
  return [{ kind: 'jump-to-data', address, strength: 'suggests', grounds: [registerGround('eip', address)] }];
};

/** Bytes that may be skipped on purpose, as what follows them is an instruction of its own: prefixes. */
const PREFIXES: ReadonlySet<number> = new Set([0xf0, 0x3e, 0xf2, 0xf3, 0x66]);

/** The instructions from the function's first byte on do not come by EIP: something jumped into the middle of one. */
const intoInstruction: Rule = ({ snapshot, decoder, replay, isKernel }) => {
  const code = codeWindowOf(snapshot);
  const offset = snapshot.symbol?.value.offset;
  const address = replay.machine?.loggedEip;
  const isBreakpoint = snapshot.trap.vector?.value === VECTORS.breakpoint;
  // Damaged bytes look the same; with them the replay seldom agrees.
  if (replay.verdict !== 'reproduced' || !isKernel || isBreakpoint) return [];
  if (code?.eipOffset === undefined || address === undefined) return [];
  const entry = code.eipOffset - (offset ?? 0);
  if (offset === undefined || offset <= 0 || entry < 0) return [];
  const first = wrapU32(address - offset);
  // The window was aligned through the function's first byte.
  if (replay.window?.before.some((one) => one.address === first)) return [];
  for (let at = entry; at < code.eipOffset; ) {
    const instruction = decoder.decode(code.bytes, at, wrapU32(address - code.eipOffset + at));
    // After an assertion or a jump through a table there may be data.
    if (instruction === undefined || instruction.flow === 'exception' || instruction.flow === 'indirect-jump')
      return [];
    const next = at + instruction.length;
    if (next > code.eipOffset) {
      const isPrefix = code.eipOffset === at + 1 && PREFIXES.has(code.bytes[at] as number);
      const into = code.eipOffset - at;
      const grounds = [registerGround('eip', address)];
      return isPrefix ? [] : [{ kind: 'jump-into-instruction', into, strength: 'suggests', grounds }];
    }
    at = next;
  }
  return [];
};

/** The page has no entry although its table is there; some kernels print no entry of 0. */
function unmapped({ snapshot }: Crash): boolean {
  const { pde, pte } = snapshot.pageTable;
  return (pte === undefined || /^0+$/.test(pte.value)) && pde !== undefined && !/^0+$/.test(pde.value);
}

/** After a call the word at ESP is an address of the trace; after a return it is what lay above that. */
function cameFrom({ stack, snapshot, fault }: Crash): readonly Diagnosis[] {
  const top = stack?.words[0];
  const { trace = [] } = snapshot;
  if (top === undefined || stack?.start !== snapshot.registers.esp?.value || !trace.some(({ address }) => address))
    return [];
  const grounds: readonly Ground[] = [{ kind: 'stack-word', index: 0 }];
  const index = trace.findIndex(({ address }) => address === top);
  if (index < 0) return [{ kind: 'returned-to', strength: 'suggests', grounds }];
  const register = printedRegisters(snapshot).find(({ value }) => value === fault?.address)?.register;
  return [{ kind: 'called-from', index, ...(register && { register }), strength: 'suggests', grounds }];
}
