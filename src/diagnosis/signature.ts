// What two reports of one bug have in common: keys for counting and joining, without anything that depends on where code was loaded.

import { exceptionOfVector } from '../machine/faults.ts';
import { hex32 } from '../machine/u32.ts';
import { codeWindowOf } from '../snapshot/memory.ts';
import type { Blame } from './blame.ts';
import type { Crash, Pointer } from './crash.ts';
import type { Diagnosis } from './diagnosis.ts';
import { baseName } from './helpers.ts';
import { incidentOf } from './incident.ts';

/** The keys of one report. Text; equal text means the same, and `replay-sig/1` never changes what it means. */
export interface Signature {
  readonly version: 'replay-sig/1';
  /** The function to look at and the class: `item_unlink | list-poison write`. Absent where the log names no function. */
  readonly bucket?: string;
  /** What was touched and how its address was made: `list-poison write4 [[arg1+4]+4]`. */
  readonly variant: string;
  /** Keys that join reports without symbols: code bytes, a place in the source, a telling value with its kernel. */
  readonly keys: readonly string[];
  /** Equal for reports of one boot, where the kernel numbers them: see `incidentOf`. */
  readonly incident?: string;
  /** The function of `bucket`. */
  readonly blame?: string;
  readonly class: string;
}

export function signatureOf(crash: Crash, diagnoses: readonly Diagnosis[], blame: Blame | undefined): Signature {
  const kind = classOf(crash, diagnoses);
  const name = blame?.symbol.name === undefined ? userName(crash) : baseName(blame.symbol.name);
  const slice = sliceOf(crash);
  const incident = incidentOf(crash.snapshot);
  return {
    version: 'replay-sig/1',
    ...(name !== undefined && { bucket: `${name} | ${kind}` }),
    variant: `${kind}${crash.fault?.size === undefined ? '' : crash.fault.size}${slice === undefined ? '' : ` ${slice}`}`,
    keys: keysOf(crash),
    ...(incident !== undefined && { incident }),
    ...(name !== undefined && { blame: name }),
    class: kind,
  };
}

/** A program is named with the file and the offset in it, which no loader changes. */
function userName({ snapshot }: Crash): string | undefined {
  const mapping = snapshot.mapping?.value;
  const eip = snapshot.registers.eip?.value;
  if (mapping === undefined || eip === undefined) return undefined;
  const offset = mapping.fileOffset ?? eip - mapping.start;
  return offset >= 0 && offset < 0x8000_0000 ? `${mapping.file}+0x${offset.toString(16)}` : undefined;
}

/** The best conclusion that is no hint, else the exception; with what was done to memory, where reading and fetching are one. */
function classOf({ fault, snapshot, replay }: Crash, diagnoses: readonly Diagnosis[]): string {
  const best = diagnoses.find(({ kind, strength }) => strength !== 'hint' && !NO_CLASS.has(kind));
  const vector = snapshot.trap.vector?.value ?? -1;
  const exception = replay.fault?.kind ?? exceptionOfVector(vector)?.kind ?? snapshot.kind;
  const access = fault === undefined ? '' : fault.access === 'write' ? ' write' : ' read';
  return `${best?.kind ?? exception}${access}`;
}

/** True of some reports of a bug and not of others. */
const NO_CLASS: ReadonlySet<Diagnosis['kind']> = new Set([
  'secondary-report',
  'same-place-again',
  'same-crash-again',
  'walk-useless',
  'machine-quirk',
  'late-vmalloc-sync',
  'called-from',
  'returned-to',
  'stack-overrun',
]);

/** The address as the lead-up computes it, one load deep, with roles in the place of registers. */
function sliceOf(crash: Crash): string | undefined {
  const { operand, base, index, fault } = crash;
  if (operand === undefined || fault === undefined) return undefined;
  const parts: string[] = [];
  if (operand.base) parts.push(roleOf(base, crash, operand.base.register));
  if (operand.index) parts.push(`${roleOf(index, crash, operand.index.register)}*${operand.index.scale}`);
  const displacement = operand.displacement | 0;
  // An absolute address moves with the kernel.
  if (parts.length === 0) return '[glob]';
  const isGlobal = displacement > 0xffff || displacement < -0xffff;
  const sum = `${parts.join('+')}${isGlobal ? '+glob' : offsetText(displacement)}`;
  return `[${sum}]`;
}

function offsetText(displacement: number): string {
  return displacement === 0 ? '' : displacement < 0 ? String(displacement) : `+${displacement}`;
}

function roleOf(pointer: Pointer | undefined, { leadUp }: Crash, register: string): string {
  if (register === 'esp' || register === 'ebp') return 'frame';
  const source = pointer?.source;
  if (pointer === undefined || source === undefined || pointer.path === 'assumed') return 'v';
  if (source.kind === 'argument') return `arg${source.position}`;
  if (source.kind === 'returned') return 'ret';
  if (source.kind === 'constant') return 'const';
  const link = leadUp?.origin.find((one) => one.register === pointer.register)?.links.at(-1);
  const operand = link && leadUp?.steps[link.step]?.instruction.memory[0];
  if (operand === undefined || operand.index !== undefined) return '[v]';
  if (operand.base === undefined) return '[glob]';
  const inner = operand.base === 'esp' || operand.base === 'ebp' ? 'frame' : 'v';
  return inner === 'frame' ? '[frame]' : `[v${offsetText(operand.displacement | 0)}]`;
}

const BEFORE = 12;
const AFTER = 10;

function keysOf(crash: Crash): readonly string[] {
  const { snapshot, base } = crash;
  const keys: string[] = [];
  const code = maskedCode(crash);
  if (code !== undefined) keys.push(`code:${code}`);
  const { location } = snapshot.trap;
  if (location?.value.file !== undefined) keys.push(`place:${location.value.file}:${location.value.line}`);
  const release = snapshot.kernel.release?.value;
  if (release !== undefined && base !== undefined && base.value !== 0 && base.value < crash.layout.pageOffset)
    keys.push(`value:${hex32(base.value)}@${release}`);
  return keys;
}

/**
 * The bytes around EIP in hexadecimal, without what depends on where code and data were loaded: the four bytes of near calls and jumps, and
 * constants that are addresses of the kernel.
 */
function maskedCode({ snapshot, replay, layout }: Crash): string | undefined {
  const code = codeWindowOf(snapshot);
  const { window } = replay;
  if (code?.eipOffset === undefined || window?.faulting === undefined) return undefined;
  const bytes = Uint8Array.from(code.bytes);
  const start = window.faulting.address - code.eipOffset;
  for (const { address, bytes: own, flow } of [...window.before, window.faulting, ...window.after]) {
    const offset = address - start;
    const isNear = (flow === 'call' || flow === 'jump' || flow === 'conditional-branch') && own.length >= 5;
    if (isNear) bytes.fill(0, offset + own.length - 4, offset + own.length);
    const view = new DataView(own.buffer, own.byteOffset, own.length);
    for (let i = 1; i + 4 <= own.length; i++)
      if (view.getUint32(i, true) >= layout.pageOffset && view.getUint32(i, true) < SMALL_NEGATIVE)
        bytes.fill(0, offset + i, offset + i + 4);
  }
  const from = code.eipOffset - BEFORE;
  const to = code.eipOffset + AFTER;
  if (from < 0 || to > bytes.length) return undefined;
  return Array.from(bytes.subarray(from, to), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Displacements and constants from here on are small negative numbers. */
const SMALL_NEGATIVE = 0xff00_0000;
