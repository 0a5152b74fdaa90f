// Arguments lie on the stack: a call that spreads data of any size into them fails at some size. So no data of a log, a scenario or a client
// is spread into a call; what is spread is of a size that the program itself fixes, and named here with the reason.

import ts from 'typescript';
import { expect, test } from 'vitest';
import { parseSource, placeOf, sourceFiles, visit } from './carriers/linux-log/patterns/source-patterns.ts';

/** File, what is spread there, and why that is never large. */
const FIXED: readonly (readonly [file: string, spread: string, reason: string])[] = [
  ['carriers/linux-log/grammar/eip-lines.ts', 'named.facts', 'one symbol and its number'],
  ['carriers/linux-log/grammar/eip-lines.ts', 'readStatus(named.rest)', 'two facts at most'],
  ['carriers/linux-log/grammar/task-lines.ts', 'belowStackPage(value)', 'two facts'],
  ['carriers/read-log.ts', 'start', 'the byte-order mark: two bytes'],
  ['carriers/read-log.ts', 'bytes.subarray(0, taken)', 'the byte-order mark: two bytes'],
  ['carriers/linux-log/scan/byte-log-reader.ts', 'around', 'the bytes around a sign: 56'],
  ['decoder/listing/prefix-words.ts', 'kept', 'an instruction has 15 bytes'],
  ['decoder/listing/prefix-words.ts', 'later', 'an instruction has 15 bytes'],
  ['decoder/listing/prefix-words.ts', 'opcode', 'an instruction has 15 bytes'],
  ['emulator/unicorn/engine-module.ts', 'args', 'the arguments of a function of the engine'],
  [
    'frontends/repl/commands/all-commands.ts',
    "(argument.trim() === '' ? overview() : helpOn(findCommand(argument.trim())))",
    'the text of the help',
  ],
  ['frontends/repl/commands/diverge.ts', 'diversionLines(desk)', 'the edits that a user made'],
  [
    'frontends/repl/commands/diverge.ts',
    "edited({ kind: 'page', address: wrapU32(first + i * PAGE_SIZE), state }, desk).lines",
    'the words for one edit',
  ],
  ['frontends/repl/commands/examine.ts', 'lines', 'x prints 1,024 units at most'],
  [
    'frontends/repl/listing.ts',
    'shown.map(({ instruction }) => annotations.place(instruction.address).length)',
    'a code window has 16,384 bytes at most',
  ],
  ['frontends/text/lead-up.ts', 'places.map((place) => place.length)', 'a lead-up has as many steps as its budget'],
  ['frontends/text/lead-up.ts', 'parts.map((part) => part.length)', 'what one instruction does'],
  [
    'frontends/text/listing.ts',
    'shown.map((instruction) => codeName(instruction).length)',
    'a few instructions on each side of the fault',
  ],
  ['reconstruction/network/network.ts', 'from', 'the network has a budget of nodes'],
  [
    'reconstruction/network/network.ts',
    'into.slice(0, into.length - from.length)',
    'the network has a budget of nodes',
  ],
  ['reconstruction/paths/window-code.ts', 'this.#fallThroughs(previous, offset)', 'two ways at most'],
  ['reconstruction/paths/window-code.ts', 'offsets', 'a code window has 16,384 bytes at most'],
  ['reconstruction/result/describe-lead-up.ts', 'ran', 'a lead-up has as many steps as its budget'],
  ['replay/attempt.ts', 'segments.assumptions', 'one for each of six segments'],
  ['replay/machine.ts', 'closePage(memory, eip, faultAddress.value, pageFault)', 'one page'],
  ['scenario/judge/judge-lead-up.ts', 'best.mismatches', 'one for each expectation of one step'],
  [
    'scenario/what-if/run-variation.ts',
    'all.map((row) => row[column]?.length ?? 0)',
    'a sweep has 1,024 values at most',
  ],
];

function spreadsOf(file: ts.SourceFile): { place: string; spread: string }[] {
  const found: { place: string; spread: string }[] = [];
  visit(file, (node) => {
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
    for (const argument of node.arguments ?? [])
      if (ts.isSpreadElement(argument) && !ts.isArrayLiteralExpression(argument.expression))
        found.push({ place: placeOf(node), spread: argument.expression.getText().replace(/\s+/g, ' ') });
    // `f.apply(x, data)` does the same.
    if (
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'apply' &&
      node.arguments?.length === 2
    )
      found.push({ place: placeOf(node), spread: node.arguments[1]?.getText() ?? '' });
  });
  return found;
}

const isFixed = (place: string, spread: string): boolean =>
  FIXED.some(([file, text]) => place.startsWith(`${file}:`) && text === spread);

test('no data of any size is spread into the arguments of a call', () => {
  const found = sourceFiles(['.']).flatMap((file) => spreadsOf(parseSource(file)));
  expect(found.filter(({ place, spread }) => !isFixed(place, spread))).toEqual([]);
  for (const [file, spread] of FIXED)
    expect(
      found.some((one) => one.place.startsWith(`${file}:`) && one.spread === spread),
      `${file} still spreads ${spread}`,
    ).toBe(true);
});

test('a spread is found', () => {
  const text = 'list.push(...items); new Error(...parts); f(...[1, 2]); g([...items]); Math.max.apply(null, items);';
  const file = ts.createSourceFile('sample.ts', text, ts.ScriptTarget.Latest, true);
  expect(spreadsOf(file).map(({ spread }) => spread)).toEqual(['items', 'parts', 'items']);
});
