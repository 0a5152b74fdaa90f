// The model's mnemonics: iced's, without the size that iced keeps in some of them.

/** Our mnemonics by iced's. String moves and compares share theirs with SSE; their encoding distinguishes them. */
const PLAIN: Readonly<Record<string, string>> = {
  pushad: 'pusha',
  popad: 'popa',
  pushfd: 'pushf',
  popfd: 'popf',
  iretd: 'iret',
  xlatb: 'xlat',
};

const STRING_INSTRUCTION = /^(movs|cmps|stos|lods|scas|ins|outs)[bwd]$/;

export function plainMnemonic(icedMnemonic: string, isStringInstruction: boolean): string {
  const name = icedMnemonic.toLowerCase();
  if (isStringInstruction) return STRING_INSTRUCTION.exec(name)?.[1] ?? name;
  return PLAIN[name] ?? name;
}
