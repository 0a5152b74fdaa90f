// Random short blocks: integer code, and vector and x87 instructions between the loads and stores that make their registers visible.

import { effectiveAddress } from '../../src/cpu/effective-address.ts';
import { isX87 } from '../../src/cpu/hidden-state.ts';
import type { Decoder } from '../../src/decoder/decoder.ts';
import type { Instruction } from '../../src/decoder/instruction.ts';
import type { RegisterFile } from '../../src/machine/registers.ts';
import { type U32, wrapU32 } from '../../src/machine/u32.ts';
import { type NativeCase, POOL } from './oracle.ts';
import type { Random } from './random.ts';
import { isReserved, leadOperands, randomInstruction, randomRegisters } from './random-cases.ts';

const INPUT = POOL.data + 0x100;
const OUTPUT = POOL.data + 0x1100;
const CONTROL = POOL.data + 0x2100;
const START = POOL.code + 0x400;

const FLOATS = [
  0,
  -0,
  1,
  -1,
  0.5,
  3,
  1e30,
  -1e-30,
  1e-310,
  1.5,
  Math.PI,
  4294967296,
  -2147483649,
  Infinity,
  -Infinity,
  NaN,
];

function absolute(opcode: readonly number[], field: number, address: number): number[] {
  const bytes = [...opcode, 0x05 | (field << 3)];
  for (let i = 0; i < 4; i++) bytes.push((address >>> (8 * i)) & 0xff);
  return bytes;
}

/** Sixteen bytes that are one kind of interesting numbers. */
function randomVector(random: Random): Uint8Array {
  const bytes = random.bytes(16);
  const view = new DataView(bytes.buffer);
  switch (random.below(5)) {
    case 0:
      for (let i = 0; i < 16; i += 4) view.setFloat32(i, random.pick(FLOATS), true);
      break;
    case 1:
      for (let i = 0; i < 16; i += 8) view.setFloat64(i, random.pick(FLOATS), true);
      break;
    case 2:
      for (let i = 0; i < 16; i += 2) view.setUint16(i, random.pick([0, 1, 0x7fff, 0x8000, 0xffff, 0xff, 0x100]), true);
      break;
    case 3:
      for (let i = 0; i < 16; i += 4) view.setUint32(i, random.below(0x90), true);
      break;
    default:
  }
  return bytes;
}

function randomVectorInstruction(random: Random, decoder: Decoder): Instruction | undefined {
  const prefix = random.pick([[], [], [0x66], [0x66], [0xf2], [0xf3]]);
  const map = random.pick([[], [], [], [], [0x38], [0x3a]]);
  const bytes = Uint8Array.from([...prefix, 0x0f, ...map, ...random.bytes(12)]);
  // From a register to itself, and from memory, more often than chance has it.
  const modRm = prefix.length + map.length + 2;
  if (random.oneIn(5)) bytes[modRm] = 0xc0 | (9 * random.below(8));
  else if (random.oneIn(4)) bytes[modRm] = (bytes[modRm] ?? 0) & 0x3f;
  const instruction = decoder.decode(bytes, 0, START as U32);
  if (instruction === undefined || isX87(instruction)) return undefined;
  return instruction.registers.some((use) => /^x?mm\d$/.test(use.name)) ? instruction : undefined;
}

/** One MMX or SSE instruction on known registers: loads, the instruction, stores. */
export function vectorBlockCase(random: Random, decoder: Decoder): NativeCase | undefined {
  const instruction = randomVectorInstruction(random, decoder);
  if (instruction === undefined) return undefined;
  const registers = randomRegisters(random, START);
  leadOperands(random, instruction, registers, () => INPUT + 0x200 + 16 * random.below(8) + (random.oneIn(6) ? 4 : 0));
  const explicit = instruction.memory[0];
  if (explicit !== undefined && isReserved(effectiveAddress(explicit, registers as RegisterFile))) return undefined;
  const before: number[][] = [absolute([0x0f, 0xae], 2, CONTROL)];
  const after: number[][] = [];
  for (const { name } of instruction.registers) {
    const number = Number(name.at(-1));
    if (/^xmm\d$/.test(name)) {
      before.push(absolute([0x0f, 0x10], number, INPUT + 16 * number));
      after.push(absolute([0x0f, 0x11], number, OUTPUT + 16 * number));
    } else if (/^mm\d$/.test(name)) {
      before.push(absolute([0x0f, 0x6f], number, INPUT + 0x80 + 8 * number));
      after.push(absolute([0x0f, 0x7f], number, OUTPUT + 0x80 + 8 * number));
    }
  }
  const input = new Uint8Array(0x280);
  for (let i = 0; i < input.length; i += 16) input.set(randomVector(random), i);
  const mxcsr = (random.oneIn(4) ? random.below(4) << 13 : 0) | (random.oneIn(30) ? 0x0f80 & random.word() : 0x1f80);
  return blockCase([...before, [...instruction.bytes], ...after], registers as RegisterFile, [
    { address: INPUT, bytes: input },
    { address: CONTROL, bytes: Uint8Array.of(mxcsr, mxcsr >> 8, 0, 0) },
  ]);
}

/** One x87 instruction on a stack of known numbers. */
export function x87BlockCase(random: Random, decoder: Decoder): NativeCase | undefined {
  const bytes = Uint8Array.from([0xd8 + random.below(8), ...random.bytes(8)]);
  const instruction = decoder.decode(bytes, 0, START as U32);
  if (instruction === undefined || !isX87(instruction)) return undefined;
  const registers = randomRegisters(random, START);
  leadOperands(random, instruction, registers, () => INPUT + 0x200 + 16 * random.below(8));
  const explicit = instruction.memory[0];
  if (explicit !== undefined && isReserved(effectiveAddress(explicit, registers as RegisterFile))) return undefined;
  const block: number[][] = [[0xdb, 0xe3], absolute([0xd9], 5, CONTROL)];
  const depth = 1 + random.below(4);
  for (let i = 0; i < depth; i++) block.push(absolute([random.pick([0xd9, 0xdd, 0xdb, 0xdf])], 0, INPUT + 16 * i));
  block.push([...instruction.bytes]);
  for (let i = 0; i < 2; i++) block.push(absolute([0xdb], 7, OUTPUT + 16 * i));
  const input = new Uint8Array(0x280);
  for (let i = 0; i < input.length; i += 16) input.set(randomVector(random), i);
  const control = 0x007f | (random.pick([3, 3, 2]) << 8) | (random.oneIn(4) ? random.below(4) << 10 : 0);
  return blockCase(block, registers as RegisterFile, [
    { address: INPUT, bytes: input },
    { address: CONTROL, bytes: Uint8Array.of(control, control >> 8) },
  ]);
}

/** Up to eight integer instructions; ebx, esi and edi point into the data and nothing changes them but string instructions. */
export function integerBlockCase(random: Random, decoder: Decoder): NativeCase | undefined {
  const registers = randomRegisters(random, START);
  for (const name of ['ebx', 'esi', 'edi'] as const) registers[name] = POOL.data + 0x800 + 4 * random.below(0x1000);
  registers.ebp = POOL.stack + 0xc00 + 4 * random.below(0x100);
  const block: number[][] = [];
  for (let attempts = 0; attempts < 400 && block.length < 8; attempts++) {
    const instruction = randomInstruction(random, decoder);
    if (instruction !== undefined && fitsIntoBlock(instruction)) block.push([...instruction.bytes]);
  }
  return blockCase(block, registers as RegisterFile, []);
}

function fitsIntoBlock(instruction: Instruction): boolean {
  if (/^(pop|popa|leave|enter|popf|iret|retf)$/.test(instruction.mnemonic) && instruction.stackDelta === 0)
    return false;
  if (/^(iret|retf|popf|leave|bt[src]?|xlat|popa)$/.test(instruction.mnemonic)) return false;
  const changesPointer = instruction.registers.some(
    ({ name, access }) =>
      /write/.test(access) && /^(e?[bsd][ipx]|[bsd][lh]|e?[sb]p|[sb]pl)$/.test(name) && !/^e?dx|dl|dh$/.test(name),
  );
  const isString = /^(movs|cmps|stos|lods|scas)$/.test(instruction.mnemonic) && instruction.prefixes.rep === 'none';
  if (changesPointer && !isString && instruction.stackDelta === 0) return false;
  if (Math.abs(instruction.stackDelta) > 32) return false;
  return instruction.memory.every(
    ({ base, index, displacement, addressSize, access }) =>
      access === 'none' ||
      (addressSize === 32 &&
        index === undefined &&
        /^(ebx|esi|edi|esp|ebp)$/.test(base ?? '') &&
        Math.abs(displacement | 0) < 0x800),
  );
}

function blockCase(
  block: readonly (readonly number[])[],
  registers: RegisterFile,
  patches: NativeCase['patches'],
): NativeCase {
  return {
    steps: block.length,
    registers,
    patches: [{ address: wrapU32(START), bytes: Uint8Array.from(block.flat()) }, ...patches],
    pages: [],
  };
}
