// Runs a regular expression as a backtracking engine does, without any of the short cuts of a real one, and counts its steps. The count is the
// same on every machine; a real engine needs at most as many.

import { type AST, RegExpParser } from '@eslint-community/regexpp';

type Instruction =
  | { readonly kind: 'character'; readonly matches: (code: number) => boolean }
  /** Goes on at `first`; if that fails, at `second`. */
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'edge'; readonly holds: (text: string, at: number) => boolean }
  /** `until` is where the looked-at part ends. */
  | { readonly kind: 'look'; readonly program: Program; readonly negate: boolean; readonly backwards: boolean }
  /** Begin and end of an iteration that may be empty: an empty one fails. */
  | { readonly kind: 'begin'; readonly slot: number }
  | { readonly kind: 'progress'; readonly slot: number }
  | { readonly kind: 'match' };

type Program = Instruction[];

const KNOWN = 256;

/** A test for one atom: the engine's own answer for it, kept for the characters of Latin 1. */
export function characterTest(raw: string, flags: string): (code: number) => boolean {
  const pattern = new RegExp(`^(?:${raw})$`, flags.replace(/[^isu]/g, ''));
  const known = Uint8Array.from({ length: KNOWN }, (_, code) => (pattern.test(String.fromCharCode(code)) ? 1 : 0));
  return (code) => (code < KNOWN ? known[code] === 1 : pattern.test(String.fromCharCode(code)));
}

class Compiler {
  private slots = 0;
  private readonly tests = new Map<string, (code: number) => boolean>();
  private readonly flags: string;

  constructor(flags: string) {
    this.flags = flags;
  }

  program(alternatives: readonly AST.Alternative[], backwards: boolean): Program {
    const program: Program = [];
    this.alternatives(alternatives, program, backwards);
    program.push({ kind: 'match' });
    return program;
  }

  private alternatives(alternatives: readonly AST.Alternative[], program: Program, backwards: boolean): void {
    const ends: { kind: 'jump'; to: number }[] = [];
    for (const [index, { elements }] of alternatives.entries()) {
      const isLast = index === alternatives.length - 1;
      const split = { kind: 'split', first: program.length + 1, second: 0 } as const;
      const choice: Instruction = { ...split };
      if (!isLast) program.push(choice);
      for (const element of backwards ? [...elements].reverse() : elements) this.element(element, program, backwards);
      if (isLast) continue;
      const end = { kind: 'jump', to: 0 } as { kind: 'jump'; to: number };
      ends.push(end);
      program.push(end);
      choice.second = program.length;
    }
    for (const end of ends) end.to = program.length;
  }

  private element(element: AST.Element, program: Program, backwards: boolean): void {
    switch (element.type) {
      case 'Character':
      case 'CharacterSet':
      case 'CharacterClass':
        program.push({ kind: 'character', matches: this.test(element.raw) });
        return;
      case 'Group':
      case 'CapturingGroup':
        this.alternatives(element.alternatives, program, backwards);
        return;
      case 'Quantifier':
        this.quantifier(element, program, backwards);
        return;
      case 'Assertion':
        this.assertion(element, program);
        return;
      default:
        throw new Error(`the counter has no rule for ${element.type} ${element.raw}`);
    }
  }

  private test(raw: string): (code: number) => boolean {
    const test = this.tests.get(raw) ?? characterTest(raw, this.flags);
    this.tests.set(raw, test);
    return test;
  }

  private quantifier({ element, min, max, greedy }: AST.Quantifier, program: Program, backwards: boolean): void {
    for (let i = 0; i < min; i++) this.element(element, program, backwards);
    const splits: { kind: 'split'; first: number; second: number }[] = [];
    const open = (): { kind: 'split'; first: number; second: number } => {
      const split = { kind: 'split', first: 0, second: 0 } as { kind: 'split'; first: number; second: number };
      program.push(split);
      splits.push(split);
      return split;
    };
    const enter = (split: { first: number; second: number }): void => {
      if (greedy) split.first = program.length;
      else split.second = program.length;
    };
    if (max === Number.POSITIVE_INFINITY) {
      const start = program.length;
      enter(open());
      const slot = this.slots++;
      program.push({ kind: 'begin', slot });
      this.element(element, program, backwards);
      program.push({ kind: 'progress', slot }, { kind: 'jump', to: start });
    } else
      for (let i = min; i < max; i++) {
        enter(open());
        this.element(element, program, backwards);
      }
    for (const split of splits)
      if (greedy) split.second = program.length;
      else split.first = program.length;
  }

  private assertion(element: AST.Assertion, program: Program): void {
    if (element.kind === 'lookahead' || element.kind === 'lookbehind') {
      const backwards = element.kind === 'lookbehind';
      const inner = this.program(element.alternatives, backwards);
      program.push({ kind: 'look', program: inner, negate: element.negate, backwards });
      return;
    }
    const edge = new RegExp(element.raw, `y${this.flags.replace(/[^im]/g, '')}`);
    program.push({
      kind: 'edge',
      holds: (text, at) => {
        edge.lastIndex = at;
        return edge.test(text);
      },
    });
  }

  get slotCount(): number {
    return this.slots;
  }
}

export interface CountedPattern {
  /** Steps of one search that looks for the first match from the start of `text`; `limit` where they would be more. */
  steps(text: string, limit: number): number;
  /** Whether it matches at all: to compare with the engine. */
  matches(text: string): boolean;
}

class Machine {
  private readonly slots: number[];
  private readonly text: string;
  private readonly limit: number;
  count = 0;

  constructor(text: string, limit: number, slotCount: number) {
    this.text = text;
    this.limit = limit;
    this.slots = new Array<number>(slotCount).fill(-1);
  }

  get isOver(): boolean {
    return this.count >= this.limit;
  }

  run(program: Program, start: number, backwards = false): boolean {
    // Triples: where to go on and at which place, or (-1 - slot) and the value that it had.
    const stack: number[] = [0, start];
    while (stack.length > 0) {
      let at = stack.pop() as number;
      let pc = stack.pop() as number;
      if (pc < 0) {
        this.slots[-1 - pc] = at;
        continue;
      }
      for (;;) {
        if (++this.count >= this.limit) return false;
        const instruction = program[pc] as Instruction;
        if (instruction.kind === 'match') return true;
        if (instruction.kind === 'split') {
          stack.push(instruction.second, at);
          pc = instruction.first;
        } else if (instruction.kind === 'jump') pc = instruction.to;
        else if (instruction.kind === 'begin') {
          stack.push(-1 - instruction.slot, this.slots[instruction.slot] as number);
          this.slots[instruction.slot] = at;
          pc++;
        } else {
          const next = this.step(instruction, at, backwards);
          if (next === undefined) break;
          at = next;
          pc++;
        }
      }
    }
    return false;
  }

  /** The place behind what the instruction takes; undefined where it fails. */
  private step(instruction: Instruction, at: number, backwards: boolean): number | undefined {
    switch (instruction.kind) {
      case 'character': {
        const place = backwards ? at - 1 : at;
        if (place < 0 || place >= this.text.length) return undefined;
        if (!instruction.matches(this.text.charCodeAt(place))) return undefined;
        return backwards ? place : place + 1;
      }
      case 'edge':
        return instruction.holds(this.text, at) ? at : undefined;
      case 'look':
        return this.run(instruction.program, at, instruction.backwards) === instruction.negate ? undefined : at;
      case 'progress':
        return this.slots[instruction.slot] === at ? undefined : at;
      default:
        return undefined;
    }
  }
}

export function countedPattern(pattern: RegExp): CountedPattern {
  const { source, flags } = pattern;
  const ast = new RegExpParser().parsePattern(source, 0, source.length, flags.includes('u'));
  const compiler = new Compiler(flags);
  const program = compiler.program(ast.alternatives, false);
  const search = (text: string, limit: number): { matched: boolean; count: number } => {
    const machine = new Machine(text, limit, compiler.slotCount);
    for (let start = 0; start <= text.length && !machine.isOver; start++)
      if (machine.run(program, start)) return { matched: true, count: machine.count };
    return { matched: false, count: machine.count };
  };
  return {
    steps: (text, limit) => search(text, limit).count,
    matches: (text) => search(text, Number.POSITIVE_INFINITY).matched,
  };
}
