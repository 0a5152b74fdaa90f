// A rule for reports in which the byte at EIP was lost together with the mark around it.

import type { Instruction, MemoryOperand } from '../../decoder/instruction.ts';
import { GENERAL_REGISTERS, type GeneralRegister } from '../../machine/registers.ts';
import { type U32, wrapU32 } from '../../machine/u32.ts';
import { codeWindowOf, type LostMark } from '../../snapshot/memory.ts';
import { addressGround, type Crash, registerGround } from '../crash.ts';
import type { PageFaultFacts } from '../page-fault.ts';
import type { Rule } from './rule.ts';

/** Instructions that have to follow in bytes that are code. */
const MUST_FOLLOW = 3;

/** Every byte is tried in the place of the lost one; those that touch the address of the log in the way that its error code says remain. */
export const lostMarkRule: Rule = (crash) => {
  const { fault, snapshot } = crash;
  const lostMark = codeWindowOf(snapshot)?.lostMark;
  if (fault === undefined || fault.access === 'execute' || lostMark === undefined) return [];
  const fitting = bytesOf(lostMark).flatMap((byte) => {
    const operand = touchingOperand(byte, lostMark, fault, crash);
    return operand === undefined ? [] : [operand];
  });
  const [first] = fitting;
  const register = GENERAL_REGISTERS.find((name) => name === first?.base);
  const value = register && snapshot.registers[register]?.value;
  const isOne = fitting.every(({ base, index }) => base === register && index === undefined);
  if (register === undefined || value === undefined || !isOne) return [];
  return [
    {
      kind: 'marker-recovered',
      register,
      value,
      access: fault.access,
      fits: fitting.length,
      strength: 'suggests',
      grounds: [registerGround(register, value), ...addressGround(crash)],
    },
  ];
};

/** A priority has digits only; a tag begins with a letter. */
function bytesOf({ as }: LostMark): readonly number[] {
  return Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => {
    const digits = byte.toString(16).padStart(2, '0');
    return as === 'priority' ? /^\d\d$/.test(digits) : /^[a-f]/.test(digits);
  });
}

function touchingOperand(
  byte: number,
  { at }: LostMark,
  { address, access }: PageFaultFacts,
  { snapshot, decoder }: Crash,
): MemoryOperand | undefined {
  const captured = codeWindowOf(snapshot)?.bytes ?? new Uint8Array();
  const bytes = Uint8Array.from([...captured.subarray(0, at), byte, ...captured.subarray(at)]);
  const eip = snapshot.registers.eip?.value ?? wrapU32(0);
  let next = at;
  let first: Instruction | undefined;
  for (let i = 0; i <= MUST_FOLLOW; i++) {
    const instruction = decoder.decode(bytes, next, wrapU32(eip + next - at));
    if (instruction === undefined || instruction.privileged || instruction.prefixes.lock) return undefined;
    first ??= instruction;
    if (instruction.flow !== 'next' && i > 0) break;
    next += instruction.length;
  }
  return first?.memory.find((operand) => {
    const isWritten = operand.access !== 'read';
    return operand.size > 0 && isWritten === (access === 'write') && addressOf(operand, snapshot.registers) === address;
  });
}

function addressOf(
  { base, index, scale, displacement, addressSize }: MemoryOperand,
  registers: Crash['snapshot']['registers'],
): U32 | undefined {
  if (addressSize !== 32) return undefined;
  const [start, count] = [base, index].map((name) =>
    name === undefined ? 0 : registers[name as GeneralRegister]?.value,
  );
  return start === undefined || count === undefined ? undefined : wrapU32(start + count * scale + displacement);
}
