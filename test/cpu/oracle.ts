// The real CPU: builds native/oracle.c and asks it what instructions do. See that file for the protocol.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GENERAL_REGISTERS, type RegisterFile } from '../../src/machine/registers.ts';
import { type U32, wrapU32 } from '../../src/machine/u32.ts';

const SOURCE = fileURLToPath(new URL('../../native/oracle.c', import.meta.url));
const MAGIC = 0x4b50_4c52;
const OUTCOME_WORDS = 14;

/** The memory that all cases share; what is outside of it is not mapped, but for the program itself from 0x70000000 on and its stack. */
export const POOL = { code: 0x1000_0000, data: 0x2000_0000, stack: 0x3000_0000 } as const;
export const POOL_REGIONS = [
  { start: POOL.code, size: 0x2000 },
  { start: POOL.data, size: 0x6000 },
  { start: POOL.stack, size: 0x2000 },
] as const;

/** Every byte of the pool before a case patches it. */
export function poolByte(address: number): number {
  const h = Math.imul(address, 0x9e37_79b1) >>> 0;
  return ((h >>> 24) ^ (h >>> 13)) & 0xff;
}

export interface NativeCase {
  /** How many instructions to execute at most. */
  readonly steps: number;
  readonly registers: RegisterFile;
  readonly patches: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** Pages that are not readable, writable and executable: bits 1, 2 and 4 as in mmap. */
  readonly pages: readonly { readonly address: number; readonly protection: number }[];
}

export interface NativeOutcome {
  readonly signal: number;
  readonly trap: number;
  readonly errorCode: number;
  readonly cr2: number;
  readonly registers: RegisterFile;
}

export interface NativeAnswer {
  /** One for each instruction; the last one may be a fault. */
  readonly outcomes: readonly NativeOutcome[];
  /** Bytes that differ from what they were. */
  readonly changes: ReadonlyMap<number, number>;
}

export class Oracle {
  readonly #program: string;

  private constructor(program: string) {
    this.#program = program;
  }

  /** Builds the helper once for each version of its source; where that is impossible, the reason why. */
  static build(): Oracle | string {
    const hash = createHash('sha256').update(readFileSync(SOURCE)).digest('hex').slice(0, 16);
    const folder = join(tmpdir(), 'replay-oracle');
    const program = join(folder, `oracle-${hash}`);
    if (!existsSync(program)) {
      mkdirSync(folder, { recursive: true });
      const building = `${program}.${process.pid}`;
      const flags = ['-m32', '-O1', '-static', '-fno-stack-protector', '-Wl,-Ttext-segment=0x70000000'];
      const built = spawnSync('gcc', [...flags, '-o', building, SOURCE], { encoding: 'utf8' });
      if (built.status !== 0)
        return `gcc -m32 does not work here: ${(built.stderr ?? String(built.error)).split('\n')[0]}`;
      renameSync(building, program);
    }
    const oracle = new Oracle(program);
    return spawnSync(program, { input: new Uint8Array(0) }).status === 0
      ? oracle
      : 'the 32-bit helper does not start here';
  }

  /** Undefined for a case that kills the helper. */
  ask(cases: readonly NativeCase[]): readonly (NativeAnswer | undefined)[] {
    const answers: (NativeAnswer | undefined)[] = [];
    while (answers.length < cases.length) {
      const some = this.#askUntilDeath(cases.slice(answers.length));
      answers.push(...some);
      if (answers.length < cases.length) answers.push(undefined);
    }
    return answers;
  }

  #askUntilDeath(cases: readonly NativeCase[]): readonly NativeAnswer[] {
    const input = Buffer.concat(cases.map(encodeCase));
    const { stdout } = spawnSync(this.#program, { input, maxBuffer: 1 << 30, timeout: 60_000 });
    const words = new Uint32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + (stdout.length & ~3)));
    const reader = { words, at: 0 };
    const answers: NativeAnswer[] = [];
    for (let i = 0; i < cases.length; i++) {
      const answer = decodeAnswer(reader);
      if (answer === undefined) break;
      answers.push(answer);
    }
    return answers;
  }
}

function encodeCase(native: NativeCase): Uint8Array {
  const words: number[] = [MAGIC, native.steps];
  for (const name of GENERAL_REGISTERS) words.push(native.registers[name]);
  words.push(native.registers.eip, native.registers.eflags, native.patches.length);
  for (const { address, bytes } of native.patches) {
    words.push(address, bytes.length);
    for (let i = 0; i < bytes.length; i += 4) {
      words.push(
        (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24),
      );
    }
  }
  words.push(native.pages.length);
  for (const { address, protection } of native.pages) words.push(address, protection);
  return new Uint8Array(Uint32Array.from(words).buffer);
}

function decodeAnswer(reader: { readonly words: Uint32Array; at: number }): NativeAnswer | undefined {
  const { words } = reader;
  const steps = words[reader.at];
  if (steps === undefined) return undefined;
  const changesAt = reader.at + 1 + steps * OUTCOME_WORDS;
  const count = words[changesAt];
  if (count === undefined || changesAt + 1 + 2 * count > words.length) {
    reader.at = words.length;
    return undefined;
  }
  const outcomes: NativeOutcome[] = [];
  for (let i = 0; i < steps; i++) outcomes.push(decodeOutcome(words, reader.at + 1 + i * OUTCOME_WORDS));
  const changes = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    changes.set(words[changesAt + 1 + 2 * i] as number, words[changesAt + 2 + 2 * i] as number);
  }
  reader.at = changesAt + 1 + 2 * count;
  return { outcomes, changes };
}

function decodeOutcome(words: Uint32Array, at: number): NativeOutcome {
  const word = (i: number) => wrapU32(words[at + i] as number);
  const general = Object.fromEntries(GENERAL_REGISTERS.map((name, i): [string, U32] => [name, word(6 + i)]));
  return {
    signal: word(0),
    trap: word(1),
    errorCode: word(2),
    cr2: word(3),
    registers: { ...general, eip: word(4), eflags: word(5) } as RegisterFile,
  };
}
