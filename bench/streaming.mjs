// `npm run bench:streaming [-- --full | MEBIBYTES]`: a syslog with a hundred reports in it, read by `replay` and by `grep -c EIP` in turn.
// The command also replays what it finds: how much of its time that takes shows on a short log with the same reports. Figures only, no verdict.

import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLog } from '../dist/lib/node.js';
import { median, peakMemory } from './measure.mjs';

const REPORTS = 100;
const PAIRS = 7;
const MEBIBYTE = 1 << 20;
/** Of the log that has hardly more than the reports, with the quiet lines that end each. */
const SHORT = 8 * MEBIBYTE;
/** What a server writes all day, after `Mar  4 03:03:21 host `. */
const MESSAGES = [
  'sshd[2211]: Accepted publickey for root from 10.0.3.17 port 51022 ssh2',
  'CRON[991]: (root) CMD (test -x /usr/sbin/anacron || run-parts --report /etc/cron.daily)',
  'kernel: [12345.678901] eth0: link up, 100Mbps, full-duplex, lpa 0x45E1',
  'postfix/smtpd[1881]: connect from mail.example.org[192.0.2.7]',
  'dhclient: DHCPREQUEST on eth0 to 10.0.0.1 port 67',
  'kernel: [12346.101223] EXT3-fs (sda1): mounted filesystem with ordered data mode',
  'named[812]: client 10.0.0.9#4093: query: www.example.org IN A +',
  'pam_unix(sudo:session): session opened for user root by (uid=0); default context',
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, 'dist/cli/main.js');
const argument = process.argv[2] ?? '256';
const mebibytes = argument === '--full' ? 1024 : Number(argument);
if (!(mebibytes >= 1)) throw new Error(`not a size in MiB: ${argument}`);

const folder = mkdtempSync(join(tmpdir(), 'replay-bench-'));
try {
  const log = join(folder, 'syslog');
  writeSyslog(log, mebibytes * MEBIBYTE);
  const short = join(folder, 'short');
  writeSyslog(short, SHORT);
  const command = [process.execPath, main, '--json', '--no-lead-up'];
  const replay = [...command, log];
  const grep = ['grep', '-c', 'EIP', log];
  const printed = spawnSync(replay[0], replay.slice(1), { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout;
  line('file', `${(statSync(log).size / MEBIBYTE).toFixed(0)} MiB, ${printed.split('\n').length - 1} reports printed`);
  const pairs = Array.from({ length: PAIRS }, () => ({
    grep: usage(grep),
    replay: usage(replay),
    short: usage([...command, short]),
  }));
  for (const [name, of] of [
    ['wall', ({ wall }) => wall],
    ['CPU', ({ user, system }) => user + system],
  ]) {
    const [a, b] = [pairs.map((pair) => of(pair.replay)), pairs.map((pair) => of(pair.grep))];
    const ratio = median(a.map((value, i) => value / b[i]));
    line(`${name}: replay, grep`, `${seconds(a)}, ${seconds(b)}`);
    line(`${name}: replay / grep, pair by pair, median`, ratio.toFixed(2));
    const reading = pairs.map((pair) => of(pair.replay) - of(pair.short));
    line(
      `${name}: start and ${REPORTS} replays; the rest, reading`,
      `${seconds(pairs.map((pair) => of(pair.short)))}, ${seconds(reading)}`,
    );
    line(`${name}: reading / grep, pair by pair, median`, median(reading.map((value, i) => value / b[i])).toFixed(2));
  }
  line('peak memory of replay', `${peakMemory(replay.slice(1)).toFixed(0)} MiB`);
} finally {
  rmSync(folder, { recursive: true });
}

/** Seconds of one process, which bash measures to the millisecond. Its output is taken: grep stops at once where that goes to /dev/null. */
function usage(command) {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" 2>/dev/null';
  const { stderr } = spawnSync('bash', ['-c', script, 'bash', ...command], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const [wall, user, system] = stderr.trim().split(' ').map(Number);
  if (!(wall > 0)) throw new Error(`${command[0]}: no time in ${stderr}`);
  return { wall, user, system };
}

function seconds(values) {
  return `${median(values).toFixed(2)} s`;
}

function writeSyslog(path, size) {
  const reports = oneReportLogs();
  const quiet = Buffer.from(quietLines(MEBIBYTE));
  const share = size / REPORTS;
  const file = openSync(path, 'w');
  let written = 0;
  for (let i = 0; i < REPORTS; i++) {
    while (written < (i + 0.5) * share)
      written += writeSync(file, quiet, 0, Math.min(quiet.length, lineEnd(quiet, share / 2)));
    written += writeSync(file, stamped(reports[i % reports.length]));
  }
  while (written < size) written += writeSync(file, quiet);
  closeSync(file);
}

function lineEnd(bytes, about) {
  return bytes.indexOf('\n', Math.min(bytes.length - 2, Math.floor(about))) + 1 || bytes.length;
}

function quietLines(size) {
  let text = '';
  for (let i = 0; text.length < size; i++) text += `${head(i)}${MESSAGES[(i * 5 + (i >> 3)) % MESSAGES.length]}\n`;
  return text;
}

function stamped(report) {
  return report
    .trimEnd()
    .split('\n')
    .map((text) => `${head(7)}kernel: ${text}\n`)
    .join('');
}

function head(i) {
  const two = (number) => String(number).padStart(2, '0');
  return `Mar ${String((i % 28) + 1).padStart(2)} 03:${two(i % 60)}:${two((i * 7) % 60)} host `;
}

function oneReportLogs() {
  const scenarios = join(root, 'scenarios');
  return readdirSync(scenarios, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readFileSync(join(scenarios, name, 'oops.log'), 'utf8'))
    .filter((text) => readLog(text).reports.length === 1 && readLog(stamped(text)).reports.length === 1);
}

function line(what, figure) {
  console.log(`${what.padEnd(46)} ${figure}`);
}
