// Decisions are made by codes: outside of the carriers, no code looks into a kernel's headline or into a sentence of this program.

import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** Calls that look into a text. */
const LOOKS = new Set([
  'exec',
  'test',
  'match',
  'matchAll',
  'search',
  'includes',
  'indexOf',
  'lastIndexOf',
  'startsWith',
  'endsWith',
  'split',
  'replace',
  'replaceAll',
]);
/** Names that hold a kernel's words or a sentence. */
const SENTENCES =
  /^(headline|message|reason|remedy|cause|inferred|meaning|caveat|note|codeUnavailable|closing|remarks)$/;

/** Why each of these is no decision by words. */
const ALLOWED: Readonly<Record<string, string>> = {
  'src/node/cli/program.ts: message.replace': 'what commander says of the command line is put on one line',
  'src/frontends/repl/interpreter.ts: message.endsWith': 'the full stop after what the user is told',
  'src/scenario/what-if/run-variation.ts: reason?.includes': 'a scenario expects part of a sentence',
};

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => `${entry.parentPath}/${entry.name}`);
}

/** `FILE: what.method` for each call that looks into a sentence. */
function looks(path: string, text: string): readonly string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const aliases = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
      if (namesSentence(node.initializer, aliases)) aliases.add(node.name.text);
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression;
      const isPattern = ['exec', 'test'].includes(name.text);
      const read = isPattern ? node.arguments[0] : expression;
      if (LOOKS.has(name.text) && read !== undefined && namesSentence(read, aliases))
        found.push(`${path}: ${node.expression.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The expression is a name of a sentence, or takes one out of something; `aliases` are variables that hold one. */
function namesSentence(node: ts.Node, aliases: ReadonlySet<string>): boolean {
  const isSentence = (part: ts.Node): boolean => namesSentence(part, aliases);
  if (ts.isIdentifier(node)) return SENTENCES.test(node.text) || aliases.has(node.text);
  if (ts.isPropertyAccessExpression(node)) return SENTENCES.test(node.name.text) || isSentence(node.expression);
  if (ts.isNonNullExpression(node) || ts.isParenthesizedExpression(node)) return isSentence(node.expression);
  if (ts.isBinaryExpression(node)) return isSentence(node.left) || isSentence(node.right);
  return false;
}

test('a call that looks into a sentence is found', () => {
  const wrong = [
    "if (/NULL/.test(snapshot.headline?.value ?? '')) x();",
    "reason.split(';');",
    "diagnostic.message.includes('%eax');",
    "headline.value.startsWith('BUG')",
    'const text = snapshot.headline?.value; if (/paging request/.test(text)) x();',
  ];
  for (const line of wrong) expect(looks('x.ts', line)).toHaveLength(1);
  expect(looks('x.ts', "text.split(' '); names.includes('eax'); pattern.test(mnemonic);")).toEqual([]);
});

test('no code outside of the carriers looks into a headline or a sentence', () => {
  const files = sourceFiles('src').filter((path) => !path.startsWith('src/carriers/'));
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((path) => looks(path, readFileSync(path, 'utf8')));
  expect(found.filter((place) => !(place in ALLOWED))).toEqual([]);
  expect(Object.keys(ALLOWED).filter((place) => !found.includes(place))).toEqual([]);
});
