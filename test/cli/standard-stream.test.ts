// What becomes of results whose reader is slow or has gone.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const log = fileURLToPath(new URL('../../scenarios/kni-fifo-put/oops.log', import.meta.url));
/** More than a pipe holds. */
const LOGS = Array.from({ length: 40 }, () => log);

function shell(script: string): string {
  return execFileSync('sh', ['-c', script, process.execPath, main, '--no-lead-up', ...LOGS], { encoding: 'utf8' });
}

test('a slow reader gets everything', () => {
  const atOnce = shell('"$0" "$@" 2>/dev/null | wc -c');
  expect(Number(atOnce)).toBeGreaterThan(0x1_0000);
  expect(shell('"$0" "$@" 2>/dev/null | (sleep 0.5; wc -c)')).toBe(atOnce);
});

test('a reader that has seen enough is no error', () => {
  expect(shell('{ "$0" "$@" | head -n 1; } 2>&1 | grep -v "not in the log"')).toMatch(
    /^.*oops\.log:1 {2}kernel page fault\n$/,
  );
  expect(shell('{ "$0" --help | true; } 2>&1')).toBe('');
});
