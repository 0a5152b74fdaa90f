// Code around the captured bytes that a file shows, added to a crash site. Where the log has bytes, the log wins.

import type { Decoder } from '../decoder/decoder.ts';
import type { Instruction } from '../decoder/instruction.ts';
import { wrapU32 } from '../machine/u32.ts';
import type { CrashSite } from './crash-site.ts';
import type { LeadUp } from './lead-up.ts';

/** The whole function that EIP lies in, from a file that has exactly the captured code. Offsets are those of its bytes. */
export interface FileCode {
  readonly bytes: Uint8Array;
  /** Offset of its first byte in the captured bytes; below 0 where the log does not show how the function begins. */
  readonly start: number;
  /** Words that are filled in when the code is loaded: their values are unknown. */
  readonly filled: readonly { readonly offset: number; readonly name: string }[];
  /** No-ops that the kernel can switch to jumps. */
  readonly switches: readonly number[];
  /** Instructions that the kernel may have replaced. */
  readonly rewritten: readonly { readonly offset: number; readonly length: number }[];
  /** All places that control comes to from outside of the function, or by a table; absent where the file does not tell them. */
  readonly entries?: ReadonlySet<number>;
}

export interface WidenedSite {
  readonly site: CrashSite;
  /** How many bytes the site's code begins before the captured bytes. */
  readonly shift: number;
}

/** The same crash with the whole function to look at; as it is where an instruction of the function ends up across EIP. */
export function widenedSite(site: CrashSite, file: FileCode, decoder: Decoder): WidenedSite {
  const { code } = site;
  const shift = Math.max(0, -file.start);
  const end = Math.max(code.bytes.length, file.start + file.bytes.length);
  const bytes = new Uint8Array(shift + end);
  bytes.set(file.bytes, shift + file.start);
  bytes.set(code.bytes, shift);
  const start = wrapU32(code.start - shift);
  const own = { start: shift + file.start, end: shift + file.start + file.bytes.length };
  const faultOffset = code.faultOffset + shift;
  const isCaptured = (offset: number, length: number) =>
    offset >= shift && offset + length <= shift + code.bytes.length;
  const instructions = functionInstructions({ bytes, file, own, start, decoder, isCaptured });
  const faulting = instructions.find(({ address }) => wrapU32(address - start) === faultOffset);
  if (code.faulting !== undefined && faulting === undefined) return { site, shift: 0 };
  const isOutside = ({ address }: Instruction) => {
    const offset = wrapU32(address - start);
    return offset < own.start || offset >= own.end;
  };
  const offsetOf = ({ address }: Instruction) => wrapU32(address - start);
  const kept = code.window.before.map((instruction, i) => ({ instruction, certainty: code.window.certainty[i] ?? 0 }));
  const before = [
    ...kept.filter(({ instruction }) => isOutside(instruction)),
    ...instructions.filter((one) => offsetOf(one) < faultOffset).map((instruction) => ({ instruction, certainty: 1 })),
  ];
  const entries = file.entries && new Set([...file.entries].map((offset) => own.start + offset));
  return {
    shift,
    site: {
      ...site,
      code: {
        ...code,
        bytes,
        start,
        faultOffset,
        window: {
          ...code.window,
          before: before.map(({ instruction }) => instruction),
          certainty: before.map(({ certainty }) => certainty),
          after: [...instructions.filter((one) => offsetOf(one) > faultOffset), ...code.window.after.filter(isOutside)],
        },
        ...(code.data && { data: code.data.map((range) => ({ ...range, offset: range.offset + shift })) }),
        function: own,
        isWhole: true,
        ...(entries && { entries }),
      },
    },
  };
}

interface FunctionBytes {
  readonly bytes: Uint8Array;
  readonly file: FileCode;
  readonly own: { readonly start: number; readonly end: number };
  readonly start: number;
  readonly decoder: Decoder;
  readonly isCaptured: (offset: number, length: number) => boolean;
}

/** From where the function begins there is one reading only. What the kernel may have replaced is left out, unless the log shows it. */
function functionInstructions({ bytes, file, own, start, decoder, isCaptured }: FunctionBytes): readonly Instruction[] {
  const found: Instruction[] = [];
  const replaced = new Map(file.rewritten.map(({ offset, length }) => [own.start + offset, length]));
  const switches = new Set(file.switches.map((offset) => own.start + offset));
  const filled = file.filled.map(({ offset, name }) => ({ offset: own.start + offset, name }));
  for (let offset = own.start; offset < own.end; ) {
    const hole = replaced.get(offset);
    if (hole !== undefined && hole > 0 && !isCaptured(offset, hole)) {
      offset += hole;
      continue;
    }
    const decoded = decoder.decode(bytes, offset, wrapU32(start + offset));
    if (decoded === undefined) break;
    const { length } = decoded;
    const word = filled.find((one) => one.offset > offset && one.offset + 4 <= offset + length);
    const isShown = isCaptured(offset, length);
    if (switches.has(offset) && !isShown) found.push({ ...switchForm(decoded), unsure: { code: 'switch' } });
    else if (word !== undefined && !isShown) found.push(filledIn(decoded, word.name));
    else found.push(decoded);
    offset += length;
  }
  return found;
}

/** An address that is filled in says nothing yet of where it leads. */
function filledIn({ target: _, ...instruction }: Instruction, name: string): Instruction {
  return { ...instruction, unsure: { code: 'filled-in', name } };
}

/** Reached or not, it changes nothing; where it leads as a jump is among the entries. */
function switchForm({ target: _, condition: __, ...instruction }: Instruction): Instruction {
  return { ...instruction, flow: 'next', registers: [], memory: [] };
}

/** The lead-up with offsets in the captured bytes, modulo 2^32: just below that for code before them, which only the file shows. */
export function movedLeadUp(leadUp: LeadUp, shift: number, captured: number): LeadUp {
  const moved = <T extends { readonly offset: number }>(one: T): T => ({ ...one, offset: wrapU32(one.offset - shift) });
  return {
    ...leadUp,
    steps: leadUp.steps.map((step) => ({
      ...moved(step),
      ...(wrapU32(step.offset - shift) + step.instruction.length > captured && { fromFile: true as const }),
      otherWays: step.otherWays.map((way) =>
        way.offset === undefined ? way : { ...way, offset: wrapU32(way.offset - shift) },
      ),
    })),
    notExecuted: leadUp.notExecuted.map((offset) => wrapU32(offset - shift)),
    origin: leadUp.origin.map((chain) =>
      chain.otherwise === undefined ? chain : { ...chain, otherwise: moved(chain.otherwise) },
    ),
  };
}
