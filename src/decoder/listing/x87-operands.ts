// x87 arithmetic has two operands of which capstone shows one; objdump shows both, and the top of the stack as plain `st`.

import type { Syntax } from '../decoder.ts';
import type { Rule } from './rule.ts';

const POPPING: ReadonlySet<string> = new Set(['faddp', 'fmulp', 'fsubp', 'fsubrp', 'fdivp', 'fdivrp']);
const TWO_OPERANDS = /^(fadd|fmul|fsub|fsubr|fdiv|fdivr|fcomip?|fucomip?|fcmovn?(b|e|be|u))$/;
/** With dc the numbered register is the destination. */
const TO_NUMBERED_REGISTER = 0xdc;

export function x87Operands(syntax: Syntax): Rule {
  const top = syntax === 'att' ? '%st' : 'st';
  return (line, { encoding }) => {
    const [operand] = line.operands;
    if (operand === undefined || !operand.startsWith(`${top}(`) || line.operands.length > 2) return line;
    const numbered = line.operands.find((text) => text !== `${top}(0)`) ?? operand;
    const isPopping = POPPING.has(line.mnemonic);
    if (!isPopping && !TWO_OPERANDS.test(line.mnemonic)) return line;
    const toNumbered = isPopping || encoding.opcode === TO_NUMBERED_REGISTER;
    const [destination, source] = toNumbered ? [numbered, top] : [top, numbered];
    return { ...line, operands: syntax === 'att' ? [source, destination] : [destination, source] };
  };
}
