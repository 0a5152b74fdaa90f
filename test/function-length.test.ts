// No function has more than 60 lines.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const MOST_LINES = 60;
interface FoundFunction {
  readonly name: string;
  readonly lines: number;
}

function functionsOf(path: string, text: string): readonly FoundFunction[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineOf = (at: number) => source.getLineAndCharacterOfPosition(at).line;
  const found: FoundFunction[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const name = node.name?.getText() ?? `a function in ${path}`;
      found.push({ name, lines: lineOf(node.end) - lineOf(node.getStart()) + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const root = new URL('..', import.meta.url).pathname;
const functions = ['src', 'tools'].flatMap((folder) =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => functionsOf(join(folder, name), readFileSync(join(root, folder, name), 'utf8'))),
);

test('lines are counted from the first of a function to its last', () => {
  const text = `function outer() {\n  const inner = () => {\n    return 1;\n  };\n  return inner;\n}\n`;
  expect(functionsOf('x.ts', text).map(({ lines }) => lines)).toEqual([6, 3]);
  expect(functions.length).toBeGreaterThan(1500);
});

test('no function is longer than 60 lines', () => {
  expect(functions.filter(({ lines }) => lines > MOST_LINES)).toEqual([]);
});
