// A fault in one sentence: what was touched, and why that was not allowed.

import { byteCount } from '../../machine/byte-text.ts';
import { exceptionInfo, type Fault, type PageFault } from '../../machine/faults.ts';
import { decodePageFaultErrorCode } from '../../machine/page-fault-error-code.ts';
import { hex32 } from '../../machine/u32.ts';
import { faultCauseText } from './fault-cause.ts';

export function faultText(fault: Fault): string {
  if (fault.kind !== 'page-fault') {
    const { mnemonic, title } = exceptionInfo(fault.kind);
    return `${title} (${mnemonic})${fault.cause ? `: ${faultCauseText(fault.cause)}` : ''}`;
  }
  const { access, size } = fault.access;
  const why = pageReason(fault);
  const address = hex32(fault.linearAddress);
  return access === 'execute'
    ? `instruction fetch from ${address}: ${why}`
    : `${access} of ${byteCount(size)} ${access === 'write' ? 'to' : 'from'} ${hex32(fault.access.linearAddress)}: ${why}`;
}

function pageReason(fault: PageFault): string {
  const { present, access, mode, reservedBit } = decodePageFaultErrorCode(fault.errorCode);
  const crossing = fault.linearAddress === fault.access.linearAddress ? '' : `, from ${hex32(fault.linearAddress)} on`;
  if (!present) return `page not present${crossing}`;
  if (reservedBit) return `a reserved bit is set in its page-table entry${crossing}`;
  if (access === 'execute' || fault.access.access === 'execute') return `page is not executable${crossing}`;
  const verb = access === 'write' ? 'may not be written' : 'may not be read';
  return `page is present and ${verb}${mode === 'user' ? ' in user mode' : ''}${crossing}`;
}
