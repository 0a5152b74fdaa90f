// One case with what the real CPU did, as one line of a vector file:
//
//   name: code register=value… mem:address=bytes page:address=permissions -> outcome ; outcome …
//
// An outcome lists the registers that changed (eip only where the next instruction is not next) and, at the end, changed memory;
// a fault comes as `#PF cr2=… error=…`. Registers not named are 0, but esp 30000800, eip 10000800, eflags 202.

import type { Decoder } from '../../src/decoder/decoder.ts';
import { EFLAGS } from '../../src/machine/eflags.ts';
import { exceptionOfVector } from '../../src/machine/faults.ts';
import { REGISTER_NAMES, type RegisterFile, type RegisterName } from '../../src/machine/registers.ts';
import { hex32, type U32, wrapU32 } from '../../src/machine/u32.ts';
import type { NativeAnswer, NativeCase, NativeOutcome } from './oracle.ts';

const DEFAULTS: RegisterFile = Object.fromEntries(
  REGISTER_NAMES.map((name) => [
    name,
    name === 'esp' ? 0x3000_0800 : name === 'eip' ? 0x1000_0800 : name === 'eflags' ? 0x202 : 0,
  ]),
) as RegisterFile;
const SINGLE_STEP = 1;
const UNSEEN_FLAGS = EFLAGS.TF | EFLAGS.RF;
const PERMISSIONS = ['none', 'r', 'w', 'rw', 'x', 'rx', 'wx', 'rwx'] as const;

export interface Vector {
  readonly name: string;
  readonly native: NativeCase;
  readonly answer: NativeAnswer;
}

export function printVector(name: string, native: NativeCase, answer: NativeAnswer, decoder: Decoder): string {
  const [code, ...patches] = native.patches;
  const words = [
    toHex(code?.bytes ?? new Uint8Array(0)),
    ...(native.steps === 1 ? [] : [`steps=${native.steps}`]),
    ...REGISTER_NAMES.filter((r) => native.registers[r] !== DEFAULTS[r]).map(
      (r) => `${r}=${native.registers[r].toString(16)}`,
    ),
    ...patches.map(({ address, bytes }) => `mem:${hex32(address as U32)}=${toHex(bytes)}`),
    ...native.pages.map(
      ({ address, protection }) => `page:${hex32(address as U32)}=${PERMISSIONS[protection] ?? 'none'}`,
    ),
  ];
  let before = native.registers;
  const outcomes = answer.outcomes.map((outcome) => {
    const text = printOutcome(before, outcome, lengthAt(native, before.eip, decoder));
    before = outcome.registers;
    return text;
  });
  const changes = Array.from(
    answer.changes,
    ([address, byte]) => `mem:${hex32(address as U32)}=${byte.toString(16).padStart(2, '0')}`,
  );
  return `${name}: ${words.join(' ')} -> ${outcomes.join(' ; ')}${changes.length > 0 ? ` ${changes.join(' ')}` : ''}`;
}

function lengthAt(native: NativeCase, eip: U32, decoder: Decoder): number {
  const [code] = native.patches;
  if (code === undefined) return 0;
  return decoder.decode(code.bytes, eip - code.address, eip)?.length ?? 0;
}

function printOutcome(
  before: RegisterFile,
  { trap, errorCode, cr2, registers }: NativeOutcome,
  length: number,
): string {
  const changed = REGISTER_NAMES.filter((name) => {
    if (name === 'eip')
      return trap === SINGLE_STEP ? registers.eip !== wrapU32(before.eip + length) : registers.eip !== before.eip;
    return name === 'eflags'
      ? ((registers[name] ^ before[name]) & ~UNSEEN_FLAGS) !== 0
      : registers[name] !== before[name];
  }).map((name) => `${name}=${(name === 'eflags' ? registers[name] & ~UNSEEN_FLAGS : registers[name]).toString(16)}`);
  if (trap === SINGLE_STEP) return changed.length > 0 ? changed.join(' ') : 'next';
  const exception = exceptionOfVector(trap);
  const facts = [
    exception?.mnemonic ?? `#${trap}`,
    ...(exception?.kind === 'page-fault' ? [`cr2=${hex32(cr2 as U32)}`] : []),
    ...(exception?.hasErrorCode ? [`error=${errorCode.toString(16)}`] : []),
  ];
  return [...facts, ...changed].join(' ');
}

export function parseVector(line: string, decoder: Decoder): Vector {
  const [, name = '', given = '', expected = ''] = /^([^:]+): (.*) -> (.*)$/.exec(line) ?? [];
  if (name === '') throw new Error(`not a vector: ${line}`);
  const [code = '', ...words] = given.split(' ');
  const registers: Record<string, number> = { ...DEFAULTS };
  const patches: { address: number; bytes: Uint8Array }[] = [];
  const pages: { address: number; protection: number }[] = [];
  let steps = 1;
  for (const word of words) {
    const [key = '', value = ''] = word.split('=');
    const [kind, at = ''] = key.split(':');
    if (kind === 'mem') patches.push({ address: fromHex(at), bytes: toBytes(value) });
    else if (kind === 'page') pages.push({ address: fromHex(at), protection: PERMISSIONS.indexOf(value as 'r') });
    else if (kind === 'steps') steps = Number(value);
    else registers[key] = fromHex(value);
  }
  const bytes = toBytes(code);
  const native: NativeCase = {
    steps,
    registers: registers as RegisterFile,
    patches: [{ address: registers.eip as number, bytes }, ...patches],
    pages,
  };
  const changes = new Map<number, number>();
  for (const [, at = '', byte = ''] of expected.matchAll(/ mem:([0-9a-f]{8})=([0-9a-f]{2})/g))
    changes.set(fromHex(at), fromHex(byte));
  let before = native.registers;
  const outcomes = expected
    .replace(/ mem:\S+/g, '')
    .split(' ; ')
    .map((text) => {
      const outcome = parseOutcome(text, before, lengthAt(native, before.eip, decoder));
      before = outcome.registers;
      return outcome;
    });
  return { name, native, answer: { outcomes, changes } };
}

function parseOutcome(text: string, before: RegisterFile, length: number): NativeOutcome {
  const words = text.split(' ');
  const exception = words[0]?.startsWith('#') ? words[0] : undefined;
  const values = new Map(words.map((word) => word.split('=') as [string, string]));
  const registers: Record<string, number> = {
    ...before,
    eip: exception === undefined ? wrapU32(before.eip + length) : before.eip,
  };
  for (const name of REGISTER_NAMES) {
    const value = values.get(name);
    if (value !== undefined) registers[name as RegisterName] = fromHex(value);
  }
  return {
    signal: 0,
    trap: exception === undefined ? SINGLE_STEP : vectorOf(exception),
    errorCode: fromHex(values.get('error') ?? '0'),
    cr2: fromHex(values.get('cr2') ?? '0'),
    registers: registers as RegisterFile,
  };
}

function vectorOf(mnemonic: string): number {
  for (let vector = 0; vector < 32; vector++) if (exceptionOfVector(vector)?.mnemonic === mnemonic) return vector;
  return Number(mnemonic.slice(1));
}

function fromHex(text: string): number {
  return Number.parseInt(text, 16);
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function toBytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}
