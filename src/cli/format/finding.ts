// Findings in words.

import type { Explanation } from '../../explanation/explain.ts';
import type { Finding } from '../../explanation/finding.ts';
import { hex32 } from '../../machine/u32.ts';
import { wrapText } from './wrap.ts';

export function findingLines(explanation: Explanation): readonly string[] {
  const texts = explanation.findings.map(findingText).filter((text) => text !== undefined);
  return texts.flatMap((text) => wrapText(text, 4));
}

/** A sentence, or undefined for a finding that the sum of the address already shows. */
function findingText(finding: Finding): string | undefined {
  switch (finding.kind) {
    case 'address-wrapped':
    case 'user-address-in-kernel':
    case 'cause':
    case 'address-origin':
      return undefined;
    case 'null-pointer': {
      const offset = `0x${finding.offset.toString(16)}`;
      if (finding.register) return `%${finding.register} is NULL; the access is ${offset} bytes beyond it`;
      return `within the first page: a NULL pointer plus ${offset}`;
    }
    case 'poison':
      return `${finding.register ? `%${finding.register} = ` : ''}${hex32(finding.value)}: ${finding.meaning}`;
    case 'error-pointer':
      return `${finding.register ? `%${finding.register} holds` : 'this is'} an error pointer: errno ${finding.errno}`;
    case 'wild-jump': {
      const caller = finding.caller ? `; the word on top of the stack returns to ${finding.caller.text}` : '';
      return `EIP itself is ${hex32(finding.address)}: something jumped, called or returned there${caller}`;
    }
    case 'page-crossing':
      return `the ${finding.size} bytes start at ${hex32(finding.start)} and cross into the page of ${hex32(finding.address)}`;
    case 'secondary-report':
      return `report number ${finding.ordinal} since boot: an earlier one may be the cause`;
    case 'stack-overrun':
      return `%esp ${hex32(finding.esp)} is below the kernel stack, which starts at ${hex32(finding.stackStart)}`;
    case 'mapping-offset': {
      const offset = `0x${finding.offset.toString(16)}`;
      return `the instruction lies at offset ${offset} of ${finding.file} as mapped at ${hex32(finding.start)}`;
    }
  }
}
