// Which instructions demand an aligned memory operand. Intel SDM vol. 2A, "Exceptions Type 1, 2, 4" and vol. 1, "Alignment".

import type { Instruction } from '../decoder/instruction.ts';
import type { Vendor } from './vendors.ts';

/** 16-byte operands of legacy SSE are aligned but for these. */
const UNALIGNED: ReadonlySet<string> = new Set([
  'movups',
  'movupd',
  'movdqu',
  'lddqu',
  'maskmovdqu',
  'pcmpestri',
  'pcmpestrm',
  'pcmpistri',
  'pcmpistrm',
]);

/** The VEX and EVEX forms that keep the demand; their other forms take any address. */
const ALIGNED_VEX = /^v(movaps|movapd|movdqa|movdqa32|movdqa64|movntps|movntpd|movntdq|movntdqa)$/;

/** In bytes; 1 where any address will do. */
export function vectorAlignment(instruction: Instruction, vendor: Vendor): number {
  const { mnemonic, code, memory } = instruction;
  if (mnemonic === 'fxsave' || mnemonic === 'fxrstor') return 16;
  if (mnemonic.startsWith('xsave') || mnemonic.startsWith('xrstor')) return 64;
  const size = memory[0]?.size ?? 0;
  if (code.startsWith('VEX_') || code.startsWith('EVEX_')) return ALIGNED_VEX.test(mnemonic) && size > 0 ? size : 1;
  // AMD's do not ask it of SHA instructions.
  const isVector = size === 16 && /xmm/.test(code) && (vendor === 'intel' || !/^sha/.test(mnemonic));
  return isVector && !UNALIGNED.has(mnemonic) ? 16 : 1;
}
