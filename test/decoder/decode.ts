// What the decoder's tests share: one decoder, vectors from files, and an instruction as one line of text.

import { readFileSync } from 'node:fs';
import { createDecoder } from '../../src/decoder/create-decoder.ts';
import type { Instruction, MemoryOperand, OperandAccess } from '../../src/decoder/instruction.ts';
import { IcedText } from '../../src/decoder/listing/iced-text.ts';
import { EFLAGS, type FlagName } from '../../src/machine/eflags.ts';
import { hex32, type U32, wrapU32 } from '../../src/machine/u32.ts';
import { iced, loadDecoder } from './load-decoder.ts';

export const decoder = await loadDecoder();
/** It prints by iced's own formatters, as the page does. */
export const icedDecoder = createDecoder(iced, new IcedText(iced));
/** Every way to print; all print the same. */
export const DECODERS = { capstone: decoder, iced: icedDecoder } as const;

/** Where the instructions of all vectors begin. */
export const VECTOR_ADDRESS = 0x0804_8000 as U32;

export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16));
}

export function decodeHex(hex: string): Instruction {
  const bytes = bytesOf(hex);
  const instruction = decoder.decode(bytes, 0, VECTOR_ADDRESS);
  if (instruction?.length !== bytes.length) throw new Error(`${hex}: not one whole instruction`);
  return instruction;
}

/** The columns of every line of a vector file; empty lines and those that begin with `#` are left out. */
export function readVectors(name: string): readonly (readonly string[])[] {
  const text = readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.split('|').map((column) => column.trim()));
}

/** `mov | write4 ds:eax+ecx*4 | r=ds,eax,ecx,esi | - | next`; `~` marks an operand that the text does not show. */
export function describeInstruction(instruction: Instruction): string {
  return [
    instruction.mnemonic,
    list(instruction.memory.map(describeMemory), ' '),
    describeRegisters(instruction),
    describeFlagUse(instruction),
    describeFlow(instruction),
  ].join(' | ');
}

function describeMemory(memory: MemoryOperand): string {
  const signed = memory.displacement | 0;
  const parts = [
    memory.base ?? '',
    memory.index === undefined ? '' : `+${memory.index}${memory.scale === 1 ? '' : `*${memory.scale}`}`,
    signed === 0 && (memory.base ?? memory.index) !== undefined
      ? ''
      : signed < 0
        ? `-${(-signed).toString(16)}`
        : `+${signed.toString(16)}`,
    memory.bitOffset === undefined ? '' : `+bit(${memory.bitOffset})`,
    memory.vectorIndex === undefined ? '' : `+${memory.vectorIndex}`,
  ];
  const address = parts.join('').replace(/^\+/, '');
  const width = memory.addressSize === 16 ? '/16' : '';
  return `${memory.explicit ? '' : '~'}${memory.access}${memory.size} ${memory.segment}:${address}${width}`;
}

const ACCESS_LETTERS: readonly (readonly [OperandAccess, string])[] = [
  ['read', 'r'],
  ['write', 'w'],
  ['read-write', 'rw'],
  ['conditional-read', 'cr'],
  ['conditional-write', 'cw'],
  ['read-conditional-write', 'rcw'],
];

function describeRegisters({ registers }: Instruction): string {
  const groups = ACCESS_LETTERS.map(([access, letter]) => {
    const names = registers.filter((use) => use.access === access).map((use) => use.name);
    return names.length === 0 ? '' : `${letter}=${names.sort().join(',')}`;
  });
  return list(
    groups.filter((group) => group !== ''),
    ' ',
  );
}

function describeFlagUse({ flags }: Instruction): string {
  const groups = [
    ['r', flags.read],
    ['w', flags.written],
    ['u', flags.undefined],
    ['0', flags.cleared],
    ['1', flags.set],
    ['keep', flags.conditional],
  ] as const;
  return list(
    groups.filter(([, mask]) => mask !== 0).map(([letter, mask]) => `${letter}=${flagNames(mask)}`),
    ' ',
  );
}

function flagNames(mask: number): string {
  return (Object.keys(EFLAGS) as FlagName[]).filter((name) => (mask & EFLAGS[name]) !== 0).join(',');
}

function describeFlow(instruction: Instruction): string {
  const { flow, condition, target, prefixes, privileged, stackDelta } = instruction;
  return [
    flow,
    condition ?? '',
    target === undefined ? '' : hex32(wrapU32(target)),
    stackDelta === 0 ? '' : `esp${stackDelta > 0 ? '+' : ''}${stackDelta}`,
    prefixes.lock ? 'lock' : '',
    prefixes.rep === 'none' ? '' : prefixes.rep,
    privileged ? 'privileged' : '',
  ]
    .filter((word) => word !== '')
    .join(' ');
}

function list(words: readonly string[], separator: string): string {
  return words.length === 0 ? '-' : words.join(separator);
}
