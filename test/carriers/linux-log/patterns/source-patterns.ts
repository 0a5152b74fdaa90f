// Every regular expression of the parser, taken from its source: literals as they stand there, and those made with `new RegExp` as they are
// when the modules have been loaded.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';

export interface SourcePattern {
  /** File below `src`, and line. */
  readonly place: string;
  readonly pattern: RegExp;
}

export interface PatternsOfSource {
  readonly patterns: readonly SourcePattern[];
  /** Where one is made that loading the modules did not make. */
  readonly unseen: readonly string[];
}

const source = fileURLToPath(new URL('../../../../src', import.meta.url));

export function sourceFiles(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(source, folder, name)),
  );
}

export function parseSource(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${relative(source, file.fileName)}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

export function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

function isConstruction(node: ts.Node): boolean {
  return (
    (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'RegExp'
  );
}

function literalsOf(file: ts.SourceFile): SourcePattern[] {
  const found: SourcePattern[] = [];
  visit(file, (node) => {
    if (!ts.isRegularExpressionLiteral(node)) return;
    const end = node.text.lastIndexOf('/');
    found.push({ place: placeOf(node), pattern: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)) });
  });
  return found;
}

/** The text of a file in which every `new RegExp(…)` tells what it has made. */
function instrumented(file: ts.SourceFile, sites: Set<string>): string {
  let text = file.text;
  const found: ts.Node[] = [];
  visit(file, (node) => {
    if (isConstruction(node)) found.push(node);
  });
  for (const node of found.reverse()) {
    const place = placeOf(node);
    sites.add(place);
    text = `${text.slice(0, node.getStart())}recordPattern(${JSON.stringify(place)}, ${node.getText()})${text.slice(node.end)}`;
  }
  return text;
}

/** The patterns of all files below some folders of `src`. */
export async function patternsOfSource(folders: readonly string[]): Promise<PatternsOfSource> {
  const files = sourceFiles(folders);
  const sites = new Set<string>();
  const { outputFiles } = await build({
    stdin: { contents: files.map((file) => `import ${JSON.stringify(file)};`).join('\n'), resolveDir: source },
    bundle: true,
    write: false,
    format: 'iife',
    treeShaking: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'record patterns',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.ts$/ }, ({ path }) => ({
            contents: files.includes(path) ? instrumented(parseSource(path), sites) : readFileSync(path, 'utf8'),
            loader: 'ts',
          })),
      },
    ],
  });
  const patterns = files.flatMap((file) => literalsOf(parseSource(file)));
  const seen = new Set<string>();
  const record = (place: string, pattern: RegExp): RegExp => {
    seen.add(place);
    patterns.push({ place, pattern });
    return pattern;
  };
  new Function('recordPattern', outputFiles[0]?.text ?? '')(record);
  return { patterns, unseen: [...sites].filter((site) => !seen.has(site)) };
}
