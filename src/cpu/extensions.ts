// Instructions that only some processors of the log's time have: where they fault with something else than #UD, they were there.

import type { Instruction } from '../decoder/instruction.ts';

const BY_CODE: readonly (readonly [RegExp, string])[] = [
  [/^VEX_/, 'AVX or BMI'],
  [/^EVEX_/, 'AVX-512'],
  [/^XOP_/, 'XOP'],
  [/^MVEX_/, 'MIC'],
  [/^D3NOW_/, '3DNow!'],
];

const BY_MNEMONIC: readonly (readonly [RegExp, string])[] = [
  [/^(vm(call|clear|func|launch|ptrld|ptrst|read|resume|write|xoff|xon)|invept|invvpid|getsec)$/, 'VMX'],
  [/^(vm(run|load|save|mcall|gexit)|stgi|clgi|skinit|invlpga|invlpgb|tlbsync)$/, 'SVM'],
  [/^encl[suv]$/, 'SGX'],
  [/^(loadiwkey|encodekey.*|aes(enc|dec)(wide)?(128|256)kl)$/, 'key locker'],
  [/^(wrss[dq]|wruss[dq]|rdssp[dq]|incssp[dq]|rstorssp|saveprevssp|setssbsy|clrssbsy|endbr(32|64))$/, 'CET'],
  [/^(xbegin|xend|xabort|xtest|xsusldtrk|xresldtrk)$/, 'TSX'],
  [/^(clac|stac)$/, 'SMAP'],
  [/^(sha1|sha256)/, 'SHA'],
  [
    /^(movdiri|movdir64b|enqcmds?|tpause|umwait|umonitor|wbnoinvd|pconfig|serialize|hreset|tdcall|seamcall|seamops|seamret|wrmsrns|rdmsrlist|wrmsrlist|lkgs|eret[su]|cldemote|ptwrite|aadd|aand|aor|axor)$/,
    'recent',
  ],
  [/^(gf2p8.*|pclmulqdq|aes.*)$/, 'cryptographic'],
  [/^(extrq|insertq|movntss|movntsd)$/, 'SSE4a'],
  [
    /^(rdfsbase|rdgsbase|wrfsbase|wrgsbase|rdpid|rdpkru|wrpkru|monitorx|mwaitx|clzero|rdpru|xsaves|xrstors|invpcid)$/,
    'system',
  ],
  [
    /^(paddsiw|pmagw|pmachriw|pmvzb|pmvnzb|pmvlzb|pmvgezb|pdistib|psubsiw|pmulhriw|pmulhrw.*|paveb|rsdc|svdc|rsldt|svldt|rsts|svts|smint|dmint|rdm|rdshr|wrshr|bb0_reset|bb1_reset|cpu_write|cpu_read|altinst|jmpe|loadall|umov|xbts|ibts|montmul|xsha\d+|xstore.*|xcrypt.*|ccs_.*|via_.*)$/,
    'a vanished processor',
  ],
];

/** The extension's name; undefined for what every processor since the Pentium 4 has. */
export function extensionOf(instruction: Instruction): string | undefined {
  const { code, mnemonic } = instruction;
  return (
    BY_CODE.find(([pattern]) => pattern.test(code))?.[1] ?? BY_MNEMONIC.find(([pattern]) => pattern.test(mnemonic))?.[1]
  );
}
