// What the log says of the fault address, in words.

import { VECTORS } from '../../machine/faults.ts';
import { decodePageFaultErrorCode } from '../../machine/page-fault-error-code.ts';
import { hex32 } from '../../machine/u32.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** What the log itself says of the address. */
export function loggedFaultText(snapshot: Snapshot): string | undefined {
  const { faultAddress, errorCode, vector } = snapshot.trap;
  if (faultAddress === undefined) return undefined;
  if (errorCode === undefined || vector?.value !== VECTORS['page-fault'])
    return `fault address ${hex32(faultAddress.value)}`;
  const { access, mode, present, reservedBit } = decodePageFaultErrorCode(errorCode.value);
  const fetch = access === 'execute' || faultAddress.value === snapshot.registers.eip?.value;
  const action = fetch ? 'instruction fetch' : access;
  const why = reservedBit
    ? 'a reserved bit is set in its page table'
    : `page ${present ? 'protection' : 'not present'}`;
  return `${mode}-mode ${action} of ${hex32(faultAddress.value)}: ${why}, says the log`;
}
