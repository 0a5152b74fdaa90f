// What the fault itself proves: where its operand lies, what a divisor was, which memory was there, and which rounds of a repeated
// instruction cannot have been done.

import type { Instruction, Operand } from '../../decoder/instruction.ts';
import { EFLAGS } from '../../machine/eflags.ts';
import { VECTORS } from '../../machine/faults.ts';
import { GENERAL_REGISTERS, registerPart } from '../../machine/registers.ts';
import { PAGE_SIZE } from '../../machine/u32.ts';
import type { CrashSite } from '../crash-site.ts';
import { addAddress, type Front } from '../lift/lift.ts';
import { atMost, exactly, greatest, type KnownBits, NOTHING_KNOWN } from '../network/known-bits.ts';
import type { FinalMemory, MemoryVersions, PathEvent } from '../network/memory-versions.ts';
import { type Network, type NodeId, ZERO } from '../network/network.ts';

/** As much of a path as the fault says something of. */
interface FaultingPath {
  readonly network: Network;
  readonly memory: MemoryVersions;
  /** The machine before the faulting instruction. */
  readonly final: Front;
}

export function finalMemoryOf(site: CrashSite): FinalMemory {
  const { stack } = site;
  const { page } = site.fault;
  const badPage = page === undefined || page.supposed || page.access === 'execute' ? undefined : page.address >>> 12;
  return {
    byte(address) {
      if (stack === undefined) return undefined;
      const offset = (address - stack.start) >>> 0;
      const word = stack.words[offset >>> 2];
      return word === undefined ? undefined : (word >>> (8 * (offset & 3))) & 0xff;
    },
    refuses(address, bytes, kind) {
      if (page === undefined || badPage === undefined) return false;
      const start = badPage * PAGE_SIZE;
      if ((start - address) >>> 0 >= bytes && (address - start) >>> 0 >= PAGE_SIZE) return false;
      return !page.present || (kind === 'store' ? true : page.access === 'read');
    },
  };
}

/** The faulting operand lies where the log says; a division that faulted could not be done. */
export function applyFault(path: FaultingPath, site: CrashSite): void {
  const { vector, page } = site.fault;
  const { network, final } = path;
  if (page?.operand !== undefined && page.operandAddress !== undefined) {
    const { node, distance } = addAddress(network, final, page.operand);
    network.equate(node, ZERO, (page.operandAddress - distance) | 0);
  }
  if (vector === VECTORS['divide-error'] && site.code.faulting !== undefined) applyDivision(path, site.code.faulting);
}

/** div and idiv fault for a divisor of 0 and for a quotient that is too large. Intel SDM vol. 2A, "DIV", "IDIV". */
function applyDivision({ network, memory, final }: FaultingPath, { mnemonic, operands }: Instruction): void {
  const [operand] = operands;
  if (mnemonic !== 'div' && mnemonic !== 'idiv') return;
  const width = operandWidth(operand);
  const [eax, , edx] = final.registers as readonly [NodeId, NodeId, NodeId];
  if (width === undefined || operand === undefined) return;
  const high = width === 8 ? part(network, eax, 8, 8) : part(network, edx, 0, width);
  const low = part(network, eax, 0, width);
  const bits = mnemonic === 'div' ? unsignedDivisors(high, width) : signedDivisors(high, low, width);
  if (bits === undefined) return;
  if (operand.kind === 'memory') {
    const value = network.addNarrow(width);
    network.learn(value, bits);
    memory.prepend({ kind: 'load', ...addAddress(network, final, operand.memory), size: width / 8, value });
  } else if (operand.kind === 'register') {
    const { register, shift } = registerPart(operand.name) ?? {};
    if (register === undefined || shift === undefined) return;
    const mask = width === 32 ? -1 : ((1 << width) - 1) << shift;
    const node = final.registers[GENERAL_REGISTERS.indexOf(register)] as NodeId;
    network.learn(node, { unknown: (bits.unknown << shift) | ~mask, value: (bits.value << shift) & mask });
  }
}

function operandWidth(operand: Operand | undefined): 8 | 16 | 32 | undefined {
  if (operand?.kind === 'register') return registerPart(operand.name)?.width;
  const bits = operand?.kind === 'memory' ? operand.memory.size * 8 : undefined;
  return bits === 8 || bits === 16 || bits === 32 ? bits : undefined;
}

function part(network: Network, node: NodeId, shift: number, width: number): KnownBits {
  const { unknown, value } = network.bits(node);
  const mask = width === 32 ? -1 : (1 << width) - 1;
  return { unknown: (unknown >>> shift) & mask, value: (value >>> shift) & mask };
}

/** The quotient is too large where the divisor is no greater than the upper half of the dividend. */
function unsignedDivisors(high: KnownBits, width: number): KnownBits | undefined {
  const all = { unknown: width === 32 ? -1 : (1 << width) - 1, value: 0 };
  return atMost(width === 32 ? NOTHING_KNOWN : all, greatest(high) | 0);
}

/** Where the dividend is a number of one half that can be negated, every divisor but 0 gives a quotient that fits. */
function signedDivisors(high: KnownBits, low: KnownBits, width: number): KnownBits | undefined {
  if (high.unknown !== 0 || low.unknown !== 0) return undefined;
  const sign = width === 32 ? -1 << 31 : 1 << (width - 1);
  const isNegative = (low.value & sign) !== 0;
  const extension = isNegative ? (width === 32 ? -1 : (1 << width) - 1) : 0;
  return high.value === extension && low.value !== sign ? exactly(0) : undefined;
}

/**
 * The round before the one that faulted touched the element beside the last one: where that lies in the page that is absent, there was no
 * such round.
 */
export function boundRounds(
  { network, final }: FaultingPath,
  { memory }: Instruction,
  events: readonly PathEvent[],
  finalMemory: FinalMemory,
): void {
  const flags = network.bits(final.flags);
  if ((flags.unknown & EFLAGS.DF) !== 0) return;
  const backward = (flags.value & EFLAGS.DF) !== 0;
  memory.forEach((operand, i) => {
    const event = events[i];
    if (event === undefined || event.kind === 'barrier' || event.count === undefined || operand.size === 0) return;
    const { node, distance } = addAddress(network, final, operand);
    if (!network.isKnown(node)) return;
    const before = (network.value(node) + distance + (backward ? operand.size : -operand.size)) >>> 0;
    if (finalMemory.refuses(before, operand.size, event.kind)) network.refine(event.count, -1, 0);
  });
}
