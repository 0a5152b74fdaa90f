// Findings in words.

import type { Finding } from '../../explanation/finding.ts';
import { hex32, type U32 } from '../../machine/u32.ts';
import { originText } from './address-origin.ts';
import { faultCauseText } from './fault-cause.ts';

/** A sentence without its full stop; a full one for an origin. `placeOf` names an address of the captured code. */
export function findingText(finding: Finding, placeOf: (address: U32) => string): string {
  switch (finding.kind) {
    case 'address-wrapped':
      return `the sum of the address is 0x${finding.sum.toString(16)} and wraps past 4 GiB to ${hex32(finding.address)}`;
    case 'cause':
      return faultCauseText(finding.cause);
    case 'address-origin':
      return originText(finding, placeOf);
    case 'page-crossing':
      return `the ${finding.size} bytes start at ${hex32(finding.start)} and cross into the page of ${hex32(finding.address)}`;
    case 'mapping-offset': {
      const offset = `0x${finding.offset.toString(16)}`;
      if (finding.fileOffset !== undefined)
        return `the instruction lies at offset 0x${finding.fileOffset.toString(16)} of the file ${finding.file}`;
      return `the instruction lies at offset ${offset} of ${finding.file} as mapped at ${hex32(finding.start)}`;
    }
  }
}
