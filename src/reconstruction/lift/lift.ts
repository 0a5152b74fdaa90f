// One executed instruction as relations between the registers, flags and memory before and after it. The path is built backward:
// the nodes after the instruction exist already, those before it are made here. Read lift-instruction.ts for the instructions themselves.

import type { Instruction, MemoryOperand, Operand } from '../../decoder/instruction.ts';
import { ARITHMETIC_FLAGS, FIXED_FLAGS } from '../../machine/eflags.ts';
import {
  GENERAL_REGISTERS,
  type GeneralRegister,
  type RegisterPart,
  registerPart,
  type SegmentRegister,
} from '../../machine/registers.ts';
import { type U32, wrapU32 } from '../../machine/u32.ts';
import type { MemoryEvent, PathEvent } from '../network/memory-versions.ts';
import { type Network, type NodeId, ZERO } from '../network/network.ts';
import { addPart, addSameBits, linkPart, propagateMovedBits } from '../relations/bits.ts';
import { addScaledSum, addSum } from '../relations/sum.ts';

/** The machine between two instructions, as nodes. */
export interface Front {
  /** In the order of GENERAL_REGISTERS. */
  readonly registers: readonly NodeId[];
  readonly flags: NodeId;
  /** Bases of fs and gs; ZERO for the flat segments. */
  readonly segments: Readonly<Record<SegmentRegister, NodeId>>;
}

export interface Address {
  readonly node: NodeId;
  readonly distance: number;
}

export interface LiftOptions {
  /** The log prints EIP, so that pushed return addresses are known. */
  readonly hasAddresses: boolean;
  /** A call whose callee ran unseen and returned. */
  readonly skipsCallee: boolean;
  /** With `skipsCallee`: none of the registers was given back. */
  readonly losesSaved: boolean;
  /** CPL is 0: `popf` changes IF and IOPL, too. Intel SDM vol. 2B, "POPF". */
  readonly isPrivileged: boolean;
}

const ALL_FLAGS = -1;
/** System V ABI, Intel386 supplement, "Registers and the Stack Frame"; the kernel's regparm passes arguments in the same three. */
export const CALLER_SAVED = ['eax', 'ecx', 'edx'] as const;
export const CALLEE_SAVED = ['ebx', 'esi', 'edi', 'ebp'] as const;
const REGISTER_INDEX = new Map<string, number>(GENERAL_REGISTERS.map((name, i) => [name, i]));

export class Lift {
  readonly network: Network;
  readonly instruction: Instruction;
  readonly #after: Front;
  readonly #before: NodeId[];
  readonly #segmentsBefore: Record<SegmentRegister, NodeId>;
  readonly flagsAfter: NodeId;
  readonly flagsBefore: NodeId;
  /** In the order of execution. */
  readonly events: PathEvent[] = [];
  readonly hasAddresses: boolean;
  readonly isPrivileged: boolean;
  readonly #parts = new Map<string, NodeId>();
  /** Bits written of the registers that are written in parts. */
  readonly #written = new Map<GeneralRegister, number>();

  constructor(network: Network, instruction: Instruction, after: Front, options: LiftOptions) {
    const { hasAddresses, isPrivileged, skipsCallee, losesSaved } = options;
    this.network = network;
    this.instruction = instruction;
    this.hasAddresses = hasAddresses;
    this.isPrivileged = isPrivileged;
    this.#after = after;
    this.#before = [...after.registers];
    this.#segmentsBefore = { ...after.segments };
    for (const use of instruction.registers) {
      if (!writes(use.access)) continue;
      const part = registerPart(use.name);
      if (part !== undefined) this.#renew(part.register);
      else if (use.name === 'fs' || use.name === 'gs') this.#segmentsBefore[use.name] = network.addNode();
    }
    if (skipsCallee) for (const register of this.#changedByCallee()) this.#renew(register);
    if (losesSaved) for (const register of CALLEE_SAVED) this.#renew(register);
    const { written, undefined: left, cleared, set, conditional } = instruction.flags;
    const changed = skipsCallee ? ARITHMETIC_FLAGS : written | left;
    this.flagsAfter = after.flags;
    if (changed === 0) this.flagsBefore = after.flags;
    else {
      this.flagsBefore = network.addNode();
      network.refine(this.flagsBefore, FIXED_FLAGS.mask, FIXED_FLAGS.value);
      addSameBits(network, this.flagsBefore, this.flagsAfter, ALL_FLAGS & ~changed);
      network.refine(this.flagsAfter, cleared & ~conditional, 0);
      network.refine(this.flagsAfter, set & ~conditional, -1);
    }
  }

  /**
   * Position-independent code calls a helper (`__x86.get_pc_thunk.bx`) that puts its own return address into a register that callees keep
   * otherwise.
   */
  #changedByCallee(): readonly GeneralRegister[] {
    const isLoaded = (register: GeneralRegister) => {
      const node = this.after(register);
      return this.network.isKnown(node) && this.network.value(node) >>> 0 === this.behind;
    };
    return this.hasAddresses ? [...CALLER_SAVED, ...CALLEE_SAVED.filter(isLoaded)] : CALLER_SAVED;
  }

  /** Address of the instruction that stands after this one: what a call pushes. */
  get behind(): U32 {
    return wrapU32(this.instruction.address + this.instruction.length);
  }

  get front(): Front {
    return { registers: this.#before, flags: this.flagsBefore, segments: this.#segmentsBefore };
  }

  before(register: GeneralRegister): NodeId {
    return this.#before[REGISTER_INDEX.get(register) as number] as NodeId;
  }

  after(register: GeneralRegister): NodeId {
    return this.#after.registers[REGISTER_INDEX.get(register) as number] as NodeId;
  }

  /** Bits of operand `i`. */
  width(i: number): number {
    const operand = this.operand(i);
    if (operand.kind === 'register') return registerPart(operand.name)?.width ?? 0;
    if (operand.kind === 'memory') return operand.memory.size * 8;
    return operand.kind === 'immediate' ? operand.size * 8 : 32;
  }

  operand(i: number): Operand {
    return this.instruction.operands[i] as Operand;
  }

  isRegister(i: number): boolean {
    const operand = this.instruction.operands[i];
    return operand?.kind === 'register' && registerPart(operand.name) !== undefined;
  }

  /** The value that the instruction reads from operand `i`; a memory operand is loaded. */
  use(i: number): NodeId {
    const operand = this.operand(i);
    switch (operand.kind) {
      case 'register':
        return this.useRegister(registerPart(operand.name) as RegisterPart);
      case 'immediate':
        return this.network.addConstant(operand.value);
      case 'memory':
        return this.load(this.address(operand.memory), operand.memory.size);
      default:
        return this.network.addNode();
    }
  }

  useRegister(part: RegisterPart): NodeId {
    const whole = this.before(part.register);
    if (part.width === 32) return whole;
    const key = `${whole}.${part.shift}.${part.width}`;
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const node = addPart(this.network, whole, part.shift, part.width);
    this.#parts.set(key, node);
    return node;
  }

  /** A node for what the instruction leaves in operand `i`; a memory operand is stored to, so loads must come first. */
  define(i: number): NodeId {
    const operand = this.operand(i);
    if (operand.kind === 'register') return this.defineRegister(registerPart(operand.name) as RegisterPart);
    const value = this.network.addNarrow(this.width(i));
    if (operand.kind === 'memory') this.store(this.address(operand.memory), operand.memory.size, value);
    return value;
  }

  defineRegister(part: RegisterPart): NodeId {
    const whole = this.after(part.register);
    if (part.width === 32) return whole;
    this.keepRest(part);
    const node = this.network.addNarrow(part.width);
    linkPart(this.network, whole, node, part.shift, part.width);
    return node;
  }

  /** The instruction writes this part of a register and no other that is not told in the same way. */
  keepRest(part: RegisterPart): void {
    const mask = part.width === 32 ? -1 : ((1 << part.width) - 1) << part.shift;
    this.#written.set(part.register, (this.#written.get(part.register) ?? 0) | mask);
  }

  /** To be called last: what was not written in a register that was written in parts is unchanged. */
  finish(): void {
    for (const [register, mask] of this.#written) {
      addSameBits(this.network, this.before(register), this.after(register), ~mask);
    }
  }

  assign(i: number, value: NodeId): void {
    this.network.equate(this.define(i), value);
  }

  load(address: Address, size: number): NodeId {
    const value = this.network.addNarrow(Math.min(size, 4) * 8);
    this.events.push({ kind: 'load', ...address, size, ...(size <= 4 && { value }) } satisfies MemoryEvent);
    return value;
  }

  store(address: Address, size: number, value?: NodeId): void {
    this.events.push({
      kind: 'store',
      ...address,
      size,
      ...(value !== undefined && size <= 4 && { value }),
    } satisfies MemoryEvent);
  }

  /** The linear address of an operand from the registers before the instruction. */
  address(memory: MemoryOperand): Address {
    return addAddress(this.network, this.front, memory);
  }

  /** The carry flag before the instruction, as a value of 0 or 1. */
  carryIn(): NodeId {
    return addPart(this.network, this.flagsBefore, 0, 1);
  }

  /** Accesses of all memory operands without a word on their values. */
  touchOpaquely(): void {
    for (const memory of this.instruction.memory) {
      if (memory.access === 'none' || memory.size === 0) continue;
      if (memory.access !== 'write' && memory.access !== 'conditional-write')
        this.load(this.address(memory), memory.size);
      if (writes(memory.access))
        this.store(
          this.address(memory),
          memory.size,
          memory.size <= 4 ? this.network.addNarrow(memory.size * 8) : undefined,
        );
    }
  }

  #renew(register: GeneralRegister): void {
    const i = REGISTER_INDEX.get(register) as number;
    if (this.#before[i] === this.#after.registers[i]) this.#before[i] = this.network.addNode();
  }
}

/** The linear address of an operand of an instruction that `front` lies before. */
export function addAddress(network: Network, front: Front, memory: MemoryOperand): Address {
  const { base, index } = memory;
  const bit = memory.bitOffset === undefined ? undefined : REGISTER_INDEX.get(memory.bitOffset);
  if (
    memory.addressSize === 16 ||
    (memory.bitOffset !== undefined && bit === undefined) ||
    memory.vectorIndex !== undefined ||
    base?.includes('+')
  ) {
    return { node: network.addNode(), distance: 0 };
  }
  const register = (name: string) => front.registers[REGISTER_INDEX.get(name) as number] as NodeId;
  let node = base === undefined ? undefined : register(base);
  if (index !== undefined) {
    const by = index === 'al' ? addPart(network, register('eax'), 0, 8) : register(index);
    node = addScaledSum(network, node, by, memory.scale);
  }
  if (bit !== undefined) node = addBitWord(network, node, front.registers[bit] as NodeId);
  const segment = front.segments[memory.segment];
  if (segment !== ZERO) {
    if (node === undefined) node = segment;
    else {
      const sum = network.addNode();
      addSum(network, { sum, x: node, y: segment, carry: ZERO, width: 32 });
      node = sum;
    }
  }
  return { node: node ?? ZERO, distance: memory.displacement | 0 };
}

/** The word that the signed bit number points to: 4 bytes further for each 32 bits. */
function addBitWord(network: Network, base: NodeId | undefined, number: NodeId): NodeId {
  const distance = network.addNode();
  const source = Array.from({ length: 32 }, (_, i) => (i < 2 ? -1 : Math.min(i + 3, 31)));
  network.addRelation({
    nodes: [number, distance],
    propagate: (net) => propagateMovedBits(net, distance, number, source),
  });
  if (base === undefined) return distance;
  const sum = network.addNode();
  addSum(network, { sum, x: base, y: distance, carry: ZERO, width: 32 });
  return sum;
}

export function writes(access: string): boolean {
  return access.includes('write');
}
