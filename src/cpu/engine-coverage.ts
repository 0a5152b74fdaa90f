// The instructions that the engine is trusted with: those that the differential test (test/cpu) compares with a real CPU.
// All others are answered with "the engine cannot run it", never with a guess.

import type { Instruction } from '../decoder/instruction.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const INTEGER = words(`
  aaa aad aam aas adc add and bsf bsr bswap bt btc btr bts call cbw cdq clc cld cli cmc cmp cmps cmpxchg cmpxchg8b cwd cwde
  daa das dec div enter idiv imul inc into jcxz jecxz jmp lahf lea leave lods loop loope loopne mov movs movsx movzx mul
  neg nop not or pop popa push pusha rcl rcr ret rol ror sahf sal sar sbb scas setcc shl shld shr shrd stc std sti stos
  sub test xadd xchg xlat xor crc32 adcx adox lzcnt tzcnt pause lfence mfence sfence salc endbr32
  prefetch prefetchw prefetchnta prefetcht0 prefetcht1 prefetcht2 movnti`);

const X87 = words(`
  fabs fadd faddp fchs fclex fcmovb fcmovbe fcmove fcmovnb fcmovnbe fcmovne fcmovnu fcmovu fcom fcomi fcomip fcomp fcompp
  fdecstp fdiv fdivp fdivr fdivrp ffree fiadd ficom ficomp fidiv fidivr fild fimul fincstp finit fisub fisubr fld fld1
  fldcw fldz fmul fmulp fnclex fninit fnop fnstcw fstcw frndint fsqrt fst fstp fsub fsubp fsubr fsubrp ftst fucom fucomi
  fucomip fucomp fucompp fwait wait fxam fxch fxtract`);

const VECTOR = words(`
  emms movd movq packssdw packsswb packuswb paddb paddw paddd paddq paddsb paddsw paddusb paddusw pand pandn pcmpeqb
  pcmpeqd pcmpeqw pcmpgtb pcmpgtd pcmpgtw pmaddwd pmulhw pmulhuw pmullw pmuludq por pslld psllq psllw pslldq psrad psraw
  psrld psrlq psrlw psrldq psubb psubd psubq psubw psubsb psubsw psubusb psubusw punpckhbw punpckhdq punpckhwd punpckhqdq
  punpcklbw punpckldq punpcklwd punpcklqdq pxor pavgb pavgw pinsrw pmaxsw pmaxub pminsw pminub pmovmskb psadbw
  pshufw pshufd pshufhw pshuflw maskmovq maskmovdqu movntq movntps movntpd movntdq movdq2q movq2dq
  movaps movapd movups movupd movdqa movdqu movss movsd movhps movhpd movlps movlpd movhlps movlhps movmskps movmskpd
  addps addpd addss addsd subps subpd subss subsd mulps mulpd mulss mulsd divps divpd divss divsd sqrtps sqrtpd sqrtss
  sqrtsd minps minpd minss minsd maxps maxpd maxss maxsd andps andpd andnps andnpd orps orpd xorps xorpd
  cmpps cmppd cmpss cmpsd comiss comisd ucomiss ucomisd shufps shufpd unpckhps unpckhpd unpcklps unpcklpd
  cvtpi2ps cvtpi2pd cvtps2pi cvtpd2pi cvttps2pi cvttpd2pi cvtsi2ss cvtsi2sd cvtss2si cvtsd2si cvttss2si cvttsd2si
  cvtdq2ps cvtdq2pd cvtps2dq cvtpd2dq cvttps2dq cvttpd2dq cvtps2pd cvtpd2ps cvtss2sd cvtsd2ss ldmxcsr stmxcsr
  addsubps addsubpd haddps haddpd hsubps hsubpd movsldup movshdup movddup lddqu
  pshufb phaddw phaddd phaddsw phsubw phsubd phsubsw pmaddubsw pmulhrsw pabsb pabsw pabsd psignb psignw palignr
  pblendvb blendvps blendvpd ptest pmovsxbw pmovsxbd pmovsxbq pmovsxwd pmovsxwq pmovsxdq pmovzxbw pmovzxbd pmovzxbq
  pmovzxwd pmovzxwq pmovzxdq pmuldq pcmpeqq movntdqa packusdw pminsb pminsd pminuw pminud pmaxsb pmaxsd pmaxuw pmaxud
  pmulld phminposuw roundps roundpd roundss roundsd blendps blendpd pblendw pextrb pextrd extractps pinsrb pinsrd insertps mpsadbw pcmpgtq`);

const RUNS: ReadonlySet<string> = new Set([...INTEGER, ...X87, ...VECTOR]);
/** Encodings, as the decoder's codes begin. */
const NEVER_RUN: readonly string[] = ['VEX_', 'EVEX_', 'XOP_', 'MVEX_', 'D3NOW_'];
const CONDITIONAL = /^(j|set|cmov|fcmov)(o|no|b|ae|e|ne|be|a|s|ns|p|np|l|ge|le|g)$/;

/** True where the engine executes this encoding as a real CPU does. */
export function engineRuns(instruction: Instruction): boolean {
  const { code, mnemonic } = instruction;
  if (NEVER_RUN.some((encoding) => code.startsWith(encoding))) return false;
  // Moves to and from segment, control and debug registers are the business of rules.
  return RUNS.has(mnemonic) || CONDITIONAL.test(mnemonic);
}
