// Texts that are hard for a pattern, made of its own structure: what a repeated part takes, many times over, and then something that fits
// nowhere. Where two ways through the pattern take the same text, a backtracking engine tries both for each repetition.

import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { characterTest } from './backtracking.ts';

/** A loop of fewer rounds than this costs a small factor at most. */
const FEWEST_ROUNDS = 8;
/** More samples of one part show nothing new. */
const MOST_SAMPLES = 40;
const ALPHABET = ' 0a7fAZz_x"!#$%&\'()*+,-./:;<=>?@[\\]^`{|}~\t\n\r\u00a0\u00e9\u0001'.split('');

class Sampler {
  private readonly atoms = new Map<string, (code: number) => boolean>();
  /** For each character, which atoms of the pattern take it. */
  private readonly signatures = new Map<string, string>();
  /** Characters that are not told apart have one of them here. */
  private readonly letters: string[] = [];

  constructor(ast: AST.Pattern, flags: string) {
    const literals = new Set<string>();
    visit(ast, (node) => {
      if (node.type === 'Character') literals.add(String.fromCharCode(node.value));
      if (node.type === 'Character' || node.type === 'CharacterSet' || node.type === 'CharacterClass')
        this.atoms.set(node.raw, characterTest(node.raw, flags));
    });
    for (const letter of new Set([...ALPHABET, ...literals])) {
      const signature = [...this.atoms.values()].map((test) => (test(letter.charCodeAt(0)) ? '1' : '0')).join('');
      this.signatures.set(letter, signature);
    }
    const seen = new Set<string>();
    for (const [letter, signature] of this.signatures)
      if (!seen.has(signature)) {
        seen.add(signature);
        this.letters.push(letter);
      }
    // Those that several atoms take are the ambiguous ones.
    const weight = (letter: string): number => (this.signatures.get(letter) ?? '').split('1').length;
    this.letters.sort((a, b) => weight(b) - weight(a));
  }

  /** Characters that as few atoms take as possible. */
  get strangers(): readonly string[] {
    return this.letters.slice(-3);
  }

  get stranger(): string {
    return this.letters.at(-1) ?? '\u0001';
  }

  ofAlternatives(alternatives: readonly AST.Alternative[]): string[] {
    return some(alternatives.flatMap(({ elements }) => this.ofElements(elements)));
  }

  ofElements(elements: readonly AST.Element[]): string[] {
    let texts = [''];
    for (const element of elements) {
      const parts = this.ofElement(element);
      texts = some(parts.flatMap((part) => texts.map((text) => text + part)));
    }
    return texts;
  }

  ofElement(element: AST.Element): string[] {
    switch (element.type) {
      case 'Character':
        return [String.fromCharCode(element.value)];
      case 'CharacterSet':
      case 'CharacterClass': {
        const test = this.atoms.get(element.raw);
        return this.letters.filter((letter) => test?.(letter.charCodeAt(0))).slice(0, 6);
      }
      case 'Group':
      case 'CapturingGroup':
        return this.ofAlternatives(element.alternatives);
      case 'Quantifier': {
        const parts = this.ofElement(element.element);
        const least = parts.map((part) => part.repeat(element.min));
        const more = element.min < element.max ? parts.map((part) => part.repeat(element.min + 1)) : [];
        return some([...new Set([...more, ...least])]);
      }
      default:
        return [''];
    }
  }
}

/** So many of them, from all over the list. */
function some(texts: readonly string[]): string[] {
  if (texts.length <= MOST_SAMPLES) return [...texts];
  const step = texts.length / MOST_SAMPLES;
  return Array.from({ length: MOST_SAMPLES }, (_, index) => texts[Math.floor(index * step)] as string);
}

function visit(node: AST.Node, look: (node: AST.Node) => void): void {
  look(node);
  if ('alternatives' in node) for (const alternative of node.alternatives) visit(alternative, look);
  if ('elements' in node && node.type === 'Alternative') for (const element of node.elements) visit(element, look);
  if (node.type === 'Quantifier') visit(node.element, look);
}

/** What stands before (or behind) a node on the way through the pattern that leads over it. */
function surroundings(node: AST.Node, sampler: Sampler, isBefore: boolean): string {
  let text = '';
  for (let inner: AST.Node = node; inner.parent; inner = inner.parent) {
    const outer: AST.Node = inner.parent;
    if (outer.type !== 'Alternative') continue;
    const at = outer.elements.indexOf(inner as AST.Element);
    const part = isBefore ? outer.elements.slice(0, at) : outer.elements.slice(at + 1);
    const sample = sampler.ofElements(part)[0] ?? '';
    text = isBefore ? sample + text : text + sample;
  }
  return text;
}

/** One shape of text: `before`, then `pump` as often as asked, then `behind`. */
export interface WorstCase {
  readonly before: string;
  readonly pump: string;
  readonly behind: string;
}

export function textOf({ before, pump, behind }: WorstCase, length: number): string {
  return before + pump.repeat(Math.ceil(length / pump.length)) + behind;
}

/** The shapes for a pattern; each once. */
export function worstCases({ source, flags }: RegExp): readonly WorstCase[] {
  const ast = new RegExpParser().parsePattern(source, 0, source.length, flags.includes('u'));
  const sampler = new Sampler(ast, flags);
  const found = new Map<string, WorstCase>();
  const add = (before: string, pump: string, behind: string): void => {
    if (pump !== '') found.set(JSON.stringify([before, pump, behind]), { before, pump, behind });
  };
  const whole = sampler.ofAlternatives(ast.alternatives);
  for (const sample of whole.slice(0, 4)) {
    add('', sample, sampler.stranger);
    // What nearly matches starts again and again.
    add('', sample.slice(0, -1), '');
    add('', sample.slice(0, -1) + sampler.stranger, '');
  }
  visit(ast, (node) => {
    if (node.type !== 'Quantifier' || node.max < FEWEST_ROUNDS) return;
    const before = surroundings(node, sampler, true);
    const behind = surroundings(node, sampler, false);
    const parts = sampler.ofElement(node.element);
    const ends = new Set(['', ...sampler.strangers, ...sampler.strangers.map((letter) => behind + letter)]);
    ends.add(behind.slice(0, -1) + sampler.stranger);
    for (const part of parts) {
      for (const start of new Set(['', before])) for (const end of ends) add(start, part, end);
      if (before !== '') add('', before + part, sampler.stranger);
      add(before, part + behind.slice(0, -1), sampler.stranger);
      add(before, part + behind, sampler.stranger);
    }
    for (const [index, part] of parts.slice(0, 12).entries())
      for (const other of parts.slice(index + 1, 12)) add(before, part + other, sampler.stranger);
  });
  return [...found.values()];
}
