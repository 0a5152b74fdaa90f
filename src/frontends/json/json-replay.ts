// The fault, its operand and the comparison with the log, in JSON.

import { bytesText } from '../../machine/byte-text.ts';
import { exceptionInfo, type Fault } from '../../machine/faults.ts';
import { decodePageFaultErrorCode } from '../../machine/page-fault-error-code.ts';
import type { U32 } from '../../machine/u32.ts';
import type { AddressLayout } from '../../machine/zones.ts';
import type { Check } from '../../replay/check.ts';
import type { FaultingOperand, Replay } from '../../replay/replay-types.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { addressSumRows, type SumRow } from '../wording/address-sum.ts';
import { assumptionText } from '../wording/assumption.ts';
import { CHECK_TITLES, checkNoteText, checkValues } from '../wording/check.ts';
import { faultText } from '../wording/fault.ts';
import { faultCauseText } from '../wording/fault-cause.ts';
import { instructionText } from '../wording/place.ts';
import { inferredText, SYNTHETIC_CODE, verdictText } from '../wording/verdict.ts';
import { remedyText, verdictReasonText } from '../wording/verdict-reason.ts';
import type { ReportJson } from './contract/report.ts';
import { codePlace } from './json-code.ts';
import { half, type JsonStyle, present, word } from './json-values.ts';

type ReplayJson = ReportJson['replay'];

export function replayToJson(snapshot: Snapshot, replay: Replay, layout: AddressLayout, style: JsonStyle): ReplayJson {
  const { instruction, fault, operand } = replay;
  const synthetic = replay.codeBase === 'synthetic';
  const rows = addressSumRows(replay, layout);
  return present({
    verdict: replay.verdict,
    text: verdictText(replay),
    reason: replay.reason && verdictReasonText(replay.reason),
    reasonCode: replay.reason?.code,
    remedy: replay.reason && remedyText(replay.reason),
    codeBase: replay.codeBase,
    codeBaseText: synthetic ? SYNTHETIC_CODE : undefined,
    inferred: inferredText(snapshot, replay),
    instruction:
      instruction &&
      present({
        ...codePlace(instruction.address, snapshot, replay),
        bytes: bytesText(instruction.bytes),
        text: instructionText(instruction, snapshot, replay, style),
      }),
    fault: fault && {
      ...faultToJson(fault, synthetic),
      ...(replay.verdict === 'not-replayable' && { supposed: true as const }),
    },
    operand: operand && operandToJson(operand, replay, style),
    addressSum: rows.length > 0 ? rows.map(sumRowToJson) : undefined,
    storedValue: replay.storedValue === undefined ? undefined : word(replay.storedValue),
    checks: replay.checks.map(checkToJson),
    assumptions: replay.assumptions.map((assumption) => ({
      kind: assumption.kind,
      code: assumption.code,
      message: assumptionText(assumption),
    })),
    skippedBytes: replay.window?.skipped,
  });
}

function sumRowToJson({ remark, ...row }: SumRow): NonNullable<ReplayJson['addressSum']>[number] {
  return { ...row, ...(remark !== '' && { remark }) };
}

function checkToJson(check: Check): ReplayJson['checks'][number] {
  const { name, passed, note } = check;
  return present({
    name,
    title: CHECK_TITLES[name],
    ...checkValues(check),
    passed,
    note: note && checkNoteText(note),
    noteCode: note,
  });
}

function faultToJson(fault: Fault, synthetic: boolean): NonNullable<ReplayJson['fault']> {
  const { vector } = exceptionInfo(fault.kind);
  const eip = synthetic ? undefined : word(fault.eip);
  if (fault.kind !== 'page-fault') {
    return present({
      vector,
      text: faultText(fault),
      errorCode: fault.errorCode === undefined ? undefined : half(fault.errorCode),
      eip,
      cause: fault.cause && faultCauseText(fault.cause),
      causeCode: fault.cause?.code,
    });
  }
  const fetch = fault.access.access === 'execute';
  return present({
    vector,
    text: faultText(fault),
    // As the error code tells it: without NX or SMEP a fetch is reported as a read.
    access: decodePageFaultErrorCode(fault.errorCode).access,
    fetch: fetch ? (true as const) : undefined,
    address: word(fault.linearAddress),
    // Of a few instructions (xrstor) the state of the machine decides how much they take.
    size: fetch || fault.access.size === 0 ? undefined : fault.access.size,
    errorCode: half(fault.errorCode),
    eip,
  });
}

function operandToJson(operand: FaultingOperand, replay: Replay, style: JsonStyle): NonNullable<ReplayJson['operand']> {
  const value = (part: { value?: U32 }) => (part.value === undefined ? undefined : word(part.value));
  return present({
    text: replay.instruction && style.decoder.printMemoryOperand(replay.instruction, style.syntax),
    base:
      operand.base &&
      present({ register: operand.base.register, value: value(operand.base), provenance: operand.base.provenance }),
    index:
      operand.index &&
      present({
        register: operand.index.register,
        value: value(operand.index),
        provenance: operand.index.provenance,
        scale: operand.operand.scale,
      }),
    registerOffset: operand.registerOffset && present({ ...operand.registerOffset }),
    displacement: word(operand.displacement),
    segment: present({
      register: operand.segment.register,
      base: operand.segment.base === undefined ? undefined : word(operand.segment.base),
      derived: operand.segment.baseDerived ? (true as const) : undefined,
    }),
    address: word(operand.linearAddress),
    wrapped: operand.unwrapped !== undefined && operand.unwrapped >= 0x1_0000_0000,
  });
}
