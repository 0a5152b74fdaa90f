// The manual page: what the help says is in it, and the readers of such pages find nothing wrong with it.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/node/cli/command-names.ts';
import { VERSION } from '../../src/node/cli/version.ts';
import { replayCommand } from '../cli/replay-command.ts';

const path = fileURLToPath(new URL('../../dist/man/replay.1', import.meta.url));
const page = readFileSync(path, 'utf8');
const sources = (name: string) => readFileSync(new URL(`../../src/${name}`, import.meta.url), 'utf8');
const isThere = (program: string) => spawnSync(program, ['--version']).error === undefined;
const skipped = (program: string) => (isThere(program) ? '' : ` (skipped: ${program} is not installed)`);

/** Text without the escapes of roff, in one line. */
function plain(text: string): string {
  return text
    .replace(/\\f[BIR]|\\&/g, '')
    .replace(/\\\((aq|ga|ha|ti)/g, (_, name: string) => ({ aq: "'", ga: '`', ha: '^', ti: '~' })[name] ?? '')
    .replaceAll('\\-', '-')
    .replaceAll('\\e', '\\')
    .replace(/\s+/g, ' ');
}

test('the package names the page, and it names the version', () => {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(manifest)).toMatchObject({ man: ['./dist/man/replay.1'] });
  expect(plain(page)).toContain(`"replay ${VERSION}"`);
});

test.each(['', ...COMMANDS.filter((name) => name !== 'help')])('replay %s: the page has what the help has', (name) => {
  const { stdout } = replayCommand(name === '' ? ['--help'] : [name, '--help']);
  const section = name === '' ? page : (page.split(`\n.SS replay ${name}`)[1]?.split('\n.S')[0] ?? '');
  const options = [...stdout.matchAll(/^ {2}(-[^\n]*?)(?: {2}|\n)/gm)].map(([, flags = '']) => flags);
  expect(options.length).toBeGreaterThan(0);
  expect(options.filter((flags) => !plain(section).includes(flags))).toEqual([]);
  const below = stdout.split(/^ {2}-h, --help.*\n/m)[1] ?? '';
  const lines = below
    .replace(/^Commands:\n(?: {2}.*\n)+/m, '')
    .split('\n')
    .map((line) => line.replace(/^Exit code: |^Examples:$/, ''));
  // A paragraph is filled again: its lines follow each other.
  expect(lines.map((line) => plain(line).trim()).filter((line) => !plain(section).includes(line))).toEqual([]);
});

test('every variable of the environment that it names is read somewhere', () => {
  const [, section = ''] = page.split('.SH ENVIRONMENT\n');
  const names = plain(section.split('.SH')[0] ?? '').match(/\b[A-Z]+(?:_[A-Z]+)+\b|\bCLICOLOR\b|\bLANG\b/g) ?? [];
  expect(names.length).toBeGreaterThan(8);
  const read = ['node/cli/output.ts', 'node/runtime/compiled-places.ts', 'node/runtime/code-cache.ts']
    .map(sources)
    .join('');
  expect([...new Set(names)].filter((name) => !read.includes(name))).toEqual([]);
});

test.skipIf(!isThere('groff'))(`groff formats it without a warning${skipped('groff')}`, () => {
  const { status, stdout, stderr } = spawnSync('groff', ['-man', '-ww', '-Tascii', '-P-cbou', path], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('EXIT STATUS');
});

const mandoc = spawnSync('mandoc', ['-Tlint', '-Wwarning', path], { encoding: 'utf8' });
test.skipIf(mandoc.error !== undefined)(
  `mandoc warns of nothing but that it has no date${mandoc.error ? ' (skipped: mandoc is not installed)' : ''}`,
  () => {
    const warnings = mandoc.stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'));
    expect(warnings).toEqual([]);
    expect(mandoc.stdout).toContain('missing date');
  },
);
