// The library as its users meet it: what it exports, what it says of that, and the examples of its page.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { parseLog, readLog, readLogStream } from '../src/carriers/read-log.ts';
import { examplesOf } from './library-examples.ts';
import { compilers, installCompilers } from './typescript-versions/compilers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const sample = join(root, 'scenarios', 'kni-fifo-put', 'oops.log');

/** The public interface. Whoever changes this list changes what users may rely on: docs/library.md and CHANGELOG.md follow. */
const VALUES = [
  'ReplayError',
  'codeWindowOf',
  'EarlierReports',
  'examine',
  'hex32',
  'openSession',
  'readLog',
  'readLogStream',
  'stackWordsOf',
  'toJson',
  'toText',
  'u32',
];
const TYPES = [
  ...[
    'Assumption',
    'Check',
    'Contradiction',
    'Diagnostic',
    'Edit',
    'ErrorCode',
    'ExaminationOptions',
    'ExaminedReport',
  ],
  ...['Explanation', 'Fault', 'FaultingOperand', 'Finding', 'ForeignReport', 'Instruction', 'JsonOptions', 'KnownByte'],
  ...['KnownValue', 'LeadUp', 'LeadUpStep', 'LinearAddress', 'MachineView', 'Obstacle', 'PageFault'],
  ...['ParsedLog', 'Position', 'Provenance', 'ReconstructionOptions', 'Replay', 'ReplayParts', 'ReportJson', 'Session'],
  ...['SessionOptions', 'Snapshot', 'Sourced', 'StackRemark', 'StackWord', 'StopReason', 'SymbolReference', 'Syntax'],
  ...['CodeWindow', 'Evidence', 'FileRangeEvidence', 'LineEvidence', 'MemorySegment', 'StackDump', 'StackWords'],
  ...['Trap', 'U32', 'Verdict', 'VerdictReason'],
];

const declared = join(root, 'dist', 'lib', 'index.d.ts');
const program = ts.createProgram([declared], { lib: ['lib.es2022.d.ts'], types: [] });
const checker = program.getTypeChecker();
const source = program.getSourceFile(declared) as ts.SourceFile;
const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source) as ts.Symbol).map((symbol) => {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
});

test('the library exports what is on the list, and nothing by accident', async () => {
  expect(exported.map(({ name }) => name).sort()).toEqual([...VALUES, ...TYPES].sort());
  expect(Object.keys(await import(join(root, 'dist/lib/index.js'))).sort()).toEqual([...VALUES].sort());
  expect(Object.keys(await import(join(root, 'dist/lib/node.js'))).sort()).toEqual([...VALUES, 'loadParts'].sort());
});

test('every export has a docstring', () => {
  expect(
    exported.filter((symbol) => symbol.getDocumentationComment(checker).length === 0).map(({ name }) => name),
  ).toEqual([]);
});

test('every parameter that a docstring names is there', () => {
  for (const symbol of exported) {
    const declaration = symbol.declarations?.[0];
    if (!declaration || !ts.isFunctionDeclaration(declaration)) continue;
    const parameters = declaration.parameters.map(({ name }) => name.getText());
    for (const tag of ts.getJSDocTags(declaration))
      if (ts.isJSDocParameterTag(tag)) expect(parameters, symbol.name).toContain(tag.name.getText());
  }
});

describe('the examples of docs/library.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'replay-library-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'replay-oops'), 'junction');
  copyFileSync(sample, join(folder, 'oops.log'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  afterAll(() => rmSync(folder, { recursive: true }));
  const examples = examplesOf(readFileSync(join(root, 'docs', 'library.md'), 'utf8'));

  test('there are some', () => expect(examples.length).toBeGreaterThan(4));

  test.each(examples)('$heading', ({ code, output }) => {
    writeFileSync(join(folder, 'example.js'), code);
    const { stdout, stderr } = spawnSync(process.execPath, ['example.js'], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toBe(output);
  });

  const missing = installCompilers();
  test.skipIf(missing !== undefined).each(compilers())(
    `TypeScript $version compiles them without the types of Node and the DOM${missing === undefined ? '' : ` (skipped: ${missing})`}`,
    ({ version, script }) => {
      const files = examples.map(({ code }, i) => {
        writeFileSync(join(folder, `example-${i}.ts`), code);
        return `example-${i}.ts`;
      });
      // What the examples themselves use of their platform.
      writeFileSync(
        join(folder, 'platform.d.ts'),
        `declare module 'node:fs' {
          export function readFileSync(path: string): Uint8Array;
          export function createReadStream(path: string): AsyncIterable<Uint8Array>;
        }
        declare const console: { log(...values: readonly unknown[]): void };`,
      );
      const compilerOptions = {
        ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
        ...{ module: 'nodenext', target: 'es2022', lib: ['es2022'], types: [], noEmit: true },
      };
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({ compilerOptions, files: ['platform.d.ts', ...files] }),
      );
      const run = spawnSync(process.execPath, [script, '-p', folder], { encoding: 'utf8' });
      expect(run.stdout + run.stderr).toBe('');
      expect(run.status).toBe(0);
      writeFileSync(join(folder, 'wrong.ts'), `import { readLog } from 'replay-oops';\nreadLog(1);\n`);
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['wrong.ts'] }));
      expect(spawnSync(process.execPath, [script, '-p', folder], { encoding: 'utf8' }).stdout, version).toMatch(
        /TS2345/,
      );
    },
  );
});

describe('a log is the same however it comes', () => {
  const bytes = readFileSync(sample);
  const text = bytes.toString('utf8');
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');

  test('as text, as bytes, as UTF-16', () => {
    expect(readLog(text)).toEqual(parseLog(text));
    expect(readLog(text).reports.length).toBe(2);
    expect(readLog(bytes)).toEqual(parseLog(text));
    expect(readLog(new Uint8Array(utf16))).toEqual(parseLog(`\ufeff${text}`));
    expect(readLog(new Uint8Array())).toEqual({ reports: [], foreign: [], diagnostics: [] });
  });

  test.each([1, 2, 3, 1000])('in pieces of %d', async (size) => {
    for (const log of [bytes, utf16]) {
      const pieces = Array.from({ length: Math.ceil(log.length / size) }, (_, i) =>
        log.subarray(i * size, (i + 1) * size),
      );
      const reports = [];
      for await (const part of readLogStream(pieces)) reports.push(...part.reports);
      expect(reports).toEqual(readLog(new Uint8Array(log)).reports);
    }
  });

  test('a character that is cut is put together', async () => {
    const log = Buffer.from(text.replace('rte_kni', 'rté_kni'));
    const reports = [];
    for await (const part of readLogStream(Array.from(log, (byte) => Uint8Array.of(byte))))
      reports.push(...part.reports);
    expect(reports[0]?.symbol?.value.module).toBe(readLog(new Uint8Array(log)).reports[0]?.symbol?.value.module);
    expect(reports).toEqual(readLog(log.toString()).reports);
  });
});
