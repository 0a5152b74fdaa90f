// The scripts of `replay completion`, each in its own shell. A shell that is not installed is skipped, and the name of the test says so.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECTIONS } from '../../src/frontends/text/style.ts';
import { COMMANDS } from '../../src/node/cli/command-names.ts';
import { replayCommand } from './replay-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'replay-completion-'));
const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];
const version = (shell: Shell) => spawnSync(shell, ['--version'], { encoding: 'utf8' }).stdout?.split('\n')[0];
const isMissing = (shell: Shell) => version(shell) === undefined;

beforeAll(() => {
  for (const shell of SHELLS)
    writeFileSync(join(folder, `replay.${shell}`), replayCommand(['completion', shell]).stdout);
  mkdirSync(join(folder, 'logs'));
  for (const name of ['test.log', 'oops.log', 'two words.log']) writeFileSync(join(folder, 'logs', name), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Calls the function as bash does, and prints what it offers; then whether bash's own names of files are asked for. */
const IN_BASH = `
source "$1"; line=$2; read -ra COMP_WORDS <<< "\${line//=/ = }"
[[ $line == *' ' || $line == *= ]] && [[ $line != *= ]] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); off=
compopt() { [[ $* == *'+o default'* ]] && off=1; }
_replay
printf '%s\\n' "\${COMPREPLY[@]}"
((\${#COMPREPLY[@]})) || [[ -n $off ]] || compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"`;

function offered(shell: Shell, line: string): readonly string[] {
  const script = join(folder, `replay.${shell}`);
  const run = {
    bash: ['-c', IN_BASH, 'bash', script, line],
    zsh: ['-f', fileURLToPath(new URL('completion.zsh', import.meta.url)), script, line],
    fish: ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script, line],
  }[shell];
  const { stdout, stderr } = spawnSync(shell, run, {
    cwd: join(folder, 'logs'),
    encoding: 'utf8',
    timeout: 20_000,
    env: { PATH: process.env.PATH ?? '', HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
  });
  if (shell !== 'zsh') expect(stderr).toBe('');
  const found = shell === 'zsh' ? fromTerminal(stdout) : stdout.split('\n');
  const words = found.map((each) => each.split('\t')[0] ?? '');
  // Where nothing else fits, zsh offers options.
  const isWanted = (word: string) => word !== '' && (line.includes(' -') || !word.startsWith('-'));
  return [...new Set(words.filter(isWanted))].sort();
}

/** What stands between the last marks. */
function fromTerminal(shown: string): readonly string[] {
  const found = [...shown.matchAll(/<<([^<>$\n]*)>>/g)].at(-1)?.[1];
  if (found === undefined) throw new Error(`zsh offered nothing: ${shown}`);
  return found.split('|');
}

const FILES = ['oops.log', 'test.log', 'two words.log'];
const CASES: readonly (readonly [line: string, offers: readonly string[]])[] = [
  ['replay ', [...COMMANDS, ...FILES]],
  ['replay te', ['test', 'test.log']],
  ['replay o', ['oops.log']],
  ['replay --syntax ', ['att', 'intel']],
  ['replay --report ', []],
  ['replay --html o', ['oops.log']],
  ['replay --onl', ['--only']],
  ['replay --only trace,stac', ['trace,stack']],
  ['replay --json oops.log te', ['test.log']],
  ['replay test --reporter ', ['json', 'junit', 'pretty', 'tap']],
  ['replay gdb --', ['--help', '--host', '--once', '--port', '--report', '--syntax']],
  ['replay step --ba', ['--batch']],
  ['replay completion ', ['bash', 'fish', 'zsh']],
  ['replay completion bash ', []],
  ['replay help ', COMMANDS.filter((name) => name !== 'help')],
];

describe.each(SHELLS)('%s', (shell) => {
  const missing = isMissing(shell);
  test.skipIf(missing).each(CASES)(`%s${missing ? ` (skipped: ${shell} is not installed)` : ''}`, (line, offers) => {
    expect(offered(shell, line)).toEqual([...offers].sort());
  });
});

test.skipIf(isMissing('bash'))('bash: what follows = is the value', () => {
  expect(offered('bash', 'replay --color=')).toEqual(['always', 'auto', 'never']);
  expect(offered('bash', 'replay --color=al')).toEqual(['always']);
});

test('every section and every option of the help is in each script', () => {
  for (const shell of SHELLS) {
    const script = replayCommand(['completion', shell]).stdout;
    expect(script).toContain(SECTIONS.join(' '));
    for (const command of ['', ...COMMANDS.filter((name) => name !== 'help')]) {
      const help = replayCommand(command === '' ? ['--help'] : [command, '--help']).stdout;
      const names = [...help.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map(([, name = '']) => name);
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !script.includes(shell === 'fish' ? `-l ${name}` : `--${name}`))).toEqual([]);
    }
  }
});
