// How the address of a page fault came to be: one row for each summand, the sum last.

import type { PageFault } from '../../machine/faults.ts';
import { decodePageFaultErrorCode } from '../../machine/page-fault-error-code.ts';
import { hex32, multiplyU32, type U32 } from '../../machine/u32.ts';
import type { AddressLayout } from '../../machine/zones.ts';
import type { FaultingOperand, RegisterOffset, Replay } from '../../replay/replay-types.ts';
import { valueMeaning, zoneText } from './address.ts';

export interface SumRow {
  /** Empty for the first summand; `·` for the value that the store would have written. */
  readonly sign: '' | '+' | '−' | '=' | '·';
  readonly label: string;
  readonly value: string;
  readonly remark: string;
}

/** Empty for any fault but that of a memory operand. */
export function addressSumRows(replay: Replay, layout: AddressLayout): readonly SumRow[] {
  const { fault, operand } = replay;
  if (fault?.kind !== 'page-fault' || operand === undefined) return [];
  return [...sumRows(operand, fault, layout), ...storedValue(replay)];
}

function sumRows(operand: FaultingOperand, fault: PageFault, layout: AddressLayout): readonly SumRow[] {
  const rows = summands(operand, layout);
  const [first] = rows;
  const carry = operand.unwrapped !== undefined && operand.unwrapped >= 0x1_0000_0000 ? '1 ' : '';
  const sum = hex32(operand.linearAddress);
  if (rows.length === 1 && operand.displacement === 0 && first?.value === sum) {
    const remark = [first.remark, modeRemark(fault, layout)].filter(Boolean).join(', ');
    return [{ ...first, sign: '', remark }];
  }
  return [
    ...rows.map((summand, i): SumRow => (i === 0 ? { ...summand, sign: '' } : summand)),
    { sign: '=', label: '', value: `${carry}${sum}`, remark: sumRemark(operand, fault, layout) },
  ];
}

const SOLVED = {
  derived: 'not in the log: computed from the fault address',
  assumed: 'not in the log: one value that fits the fault address',
} as const;

function summands(operand: FaultingOperand, layout: AddressLayout): readonly SumRow[] {
  const rows: SumRow[] = [];
  const { base, index, displacement, segment } = operand;
  if (segment.register !== 'ds' && segment.register !== 'ss' && segment.base !== 0 && segment.base !== undefined) {
    rows.push({
      sign: '+',
      label: `%${segment.register} base`,
      value: hex32(segment.base),
      remark: segment.baseDerived ? 'not in the log: computed from the fault address' : '',
    });
  }
  if (base)
    rows.push({
      sign: '+',
      label: `%${base.register}`,
      value: shown(base.value),
      remark: base.provenance ? SOLVED[base.provenance] : meaning(base.value, layout),
    });
  if (index) {
    const scaled = index.value === undefined ? '????????' : hex32(multiplyU32(index.value, index.scale));
    const isScaled = index.scale !== 1;
    rows.push({
      sign: '+',
      label: isScaled ? `%${index.register} × ${index.scale}` : `%${index.register}`,
      value: scaled,
      remark: index.provenance
        ? SOLVED[index.provenance]
        : isScaled
          ? `${shown(index.value)} × ${index.scale}`
          : meaning(index.value, layout),
    });
  }
  if (operand.registerOffset) rows.push(registerOffsetRow(operand.registerOffset));
  if (displacement !== 0 || rows.length === 0) rows.push(displacementRow(displacement, rows.length > 0));
  return rows;
}

/** bt and its family touch the 4 bytes (2 with a 16-bit operand) that hold the bit; bit numbers are signed. */
function registerOffsetRow({ register, shift, bytes }: RegisterOffset): SumRow {
  return {
    sign: bytes !== undefined && bytes < 0 ? '−' : '+',
    label: shift === 0 ? `%${register}` : `%${register}>>${shift} × ${shift === 5 ? 4 : 2}`,
    value: bytes === undefined ? '????????' : `0x${Math.abs(bytes).toString(16)}`,
    remark: bytes === undefined ? 'not in the log' : shift === 0 ? '' : 'the bit number selects these bytes',
  };
}

/** A displacement next to a register is a signed offset; alone it is an address. */
function displacementRow(displacement: U32, isOffset: boolean): SumRow {
  const negative = isOffset && (displacement | 0) < 0;
  const magnitude = negative ? 0x1_0000_0000 - displacement : displacement;
  return {
    sign: negative ? '−' : '+',
    label: isOffset ? 'offset' : 'address',
    value: isOffset ? `0x${magnitude.toString(16)}` : hex32(displacement),
    remark: '',
  };
}

function shown(value: U32 | undefined): string {
  return value === undefined ? '????????' : hex32(value);
}

function meaning(value: U32 | undefined, layout: AddressLayout): string {
  if (value === undefined) return 'not in the log';
  if (value === 0) return 'NULL';
  return valueMeaning(value, layout);
}

function sumRemark(operand: FaultingOperand, fault: PageFault, layout: AddressLayout): string {
  const wraps = operand.unwrapped !== undefined && operand.unwrapped >= 0x1_0000_0000 && operand.index !== undefined;
  const zone = zoneText(fault.linearAddress, layout);
  return [wraps ? 'wraps past 4 GiB' : '', zone, modeRemark(fault, layout)].filter(Boolean).join(', ');
}

function modeRemark(fault: PageFault, layout: AddressLayout): string {
  const user = fault.linearAddress < layout.pageOffset && fault.linearAddress >= 0x1000;
  return user && decodePageFaultErrorCode(fault.errorCode).mode === 'kernel' ? 'in kernel mode' : '';
}

function storedValue(replay: Replay): readonly SumRow[] {
  const source = replay.instruction?.operands[1];
  if (replay.storedValue === undefined) return [];
  const label = source?.kind === 'register' ? `value %${source.name}` : 'value';
  return [{ sign: '·', label, value: hex32(replay.storedValue), remark: '' }];
}
