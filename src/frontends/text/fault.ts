// The fault itself: what was touched, whether it was allowed, and how the address came to be.

import type { PageFault } from '../../machine/faults.ts';
import { decodePageFaultErrorCode } from '../../machine/page-fault-error-code.ts';
import { hex32, type U32 } from '../../machine/u32.ts';
import type { AddressLayout } from '../../machine/zones.ts';
import { scaledIndex } from '../../replay/faulting-operand.ts';
import type { FaultingOperand, RegisterOffset, Replay } from '../../replay/replay-types.ts';
import { valueMeaning, zoneText } from '../wording/address.ts';
import { faultText } from '../wording/fault.ts';
import type { Paint } from './paint.ts';
import { wrapText } from './wrap.ts';

const CROSS = '✗';

export function faultLines(replay: Replay, layout: AddressLayout, paint: Paint): readonly string[] {
  const { fault } = replay;
  if (fault === undefined) return [];
  const sentence = `${CROSS} ${faultText(fault)}`;
  const lines = wrapText(sentence, 2, 4).map((line) => paint('fault', line));
  if (fault.kind !== 'page-fault' || replay.operand === undefined) return lines;
  return [...lines, ...addressSum(replay.operand, fault, layout, paint), ...storedValue(replay)];
}

/** One line a summand, the sum last, every number in a column of its own. */
function addressSum(
  operand: FaultingOperand,
  fault: PageFault,
  layout: AddressLayout,
  paint: Paint,
): readonly string[] {
  const rows = summands(operand, layout);
  const carry = operand.unwrapped === undefined ? ' ' : operand.unwrapped >= 0x1_0000_0000 ? '1' : ' ';
  const sum = hex32(operand.linearAddress);
  const remark = sumRemark(operand, fault, layout);
  const bare = rows.length === 1 && operand.displacement === 0 && rows[0]?.value === sum;
  if (bare && rows[0])
    return row(
      ' ',
      { ...rows[0], remark: [rows[0].remark, modeRemark(operand, fault, layout)].filter(Boolean).join(', ') },
      paint,
    );
  return [
    ...rows.flatMap((summand, i) => row(i === 0 ? ' ' : summand.sign, summand, paint)),
    ...row('=', { label: '', value: `${carry} ${sum}`, remark, sign: '=' }, paint),
  ];
}

interface Summand {
  readonly sign: string;
  readonly label: string;
  readonly value: string;
  readonly remark: string;
}

const SOLVED = {
  derived: 'not in the log: computed from the fault address',
  assumed: 'not in the log: one value that fits the fault address',
} as const;

function summands(operand: FaultingOperand, layout: AddressLayout): readonly Summand[] {
  const rows: Summand[] = [];
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
    const scaled = index.value === undefined ? '????????' : hex32(scaledIndex(index.value, index.scale));
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
function registerOffsetRow({ register, shift, bytes }: RegisterOffset): Summand {
  return {
    sign: bytes !== undefined && bytes < 0 ? '−' : '+',
    label: shift === 0 ? `%${register}` : `%${register}>>${shift} × ${shift === 5 ? 4 : 2}`,
    value: bytes === undefined ? '????????' : `0x${Math.abs(bytes).toString(16)}`,
    remark: bytes === undefined ? 'not in the log' : shift === 0 ? '' : 'the bit number selects these bytes',
  };
}

/** A displacement next to a register is a signed offset; alone it is an address. */
function displacementRow(displacement: U32, isOffset: boolean): Summand {
  const negative = isOffset && (displacement | 0) < 0;
  const magnitude = negative ? 0x1_0000_0000 - displacement : displacement;
  return {
    sign: negative ? '−' : '+',
    label: isOffset ? 'offset' : 'address',
    value: isOffset ? `0x${magnitude.toString(16)}` : hex32(displacement),
    remark: '',
  };
}

function row(sign: string, summand: Omit<Summand, 'sign'> & { sign?: string }, paint: Paint): readonly string[] {
  const head = `    ${sign} ${summand.label.padEnd(11)} ${summand.value.padStart(10)}`;
  if (summand.remark === '') return [head.trimEnd()];
  const [first = '', ...rest] = wrapText(summand.remark, head.length + 3);
  return [head + paint('quiet', first.slice(head.length)), ...rest.map((line) => paint('quiet', line))];
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
  return [wraps ? 'wraps past 4 GiB' : '', zone, modeRemark(operand, fault, layout)].filter(Boolean).join(', ');
}

function modeRemark(_operand: FaultingOperand, fault: PageFault, layout: AddressLayout): string {
  const user = fault.linearAddress < layout.pageOffset && fault.linearAddress >= 0x1000;
  return user && decodePageFaultErrorCode(fault.errorCode).mode === 'kernel' ? 'in kernel mode' : '';
}

function storedValue(replay: Replay): readonly string[] {
  const source = replay.instruction?.operands[1];
  if (replay.storedValue === undefined) return [];
  const label = source?.kind === 'register' ? `value %${source.name}` : 'value';
  return [`    · ${label.padEnd(11)} ${hex32(replay.storedValue).padStart(10)}`];
}
