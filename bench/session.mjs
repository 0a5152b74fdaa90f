// `node bench/session.mjs` after a build: steps in a warm session, the first prompt of `replay step`, round trips of `replay gdb`.

import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startGdbServer } from '../dist/modules/frontends/gdb/gdb-server.js';
import { framePacket } from '../dist/modules/frontends/gdb/packets.js';
import { Interpreter } from '../dist/modules/frontends/repl/interpreter.js';
import { openLog } from '../dist/modules/node/cli/commands/open-log.js';
import { loadParts } from '../dist/modules/node/index.js';
import { median, percentile } from './measure.mjs';

const ROUNDS = 300;
const PAIRS = 21;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, 'dist/cli/main.js');
const sample = join(root, 'scenarios/kni-fifo-put/oops.log');
const parts = loadParts();
const { session, annotations, source } = await openLog(sample, { syntax: 'att' }, () => parts);
const screen = { columns: 80, rows: 24, paint: (_role, text) => text };
const interpreter = new Interpreter({ target: session, annotations, source, writeFile: () => undefined }, () => screen);

report('step, with the view drawn', commandTimes(['start'], 'si', 13));
report('step back, with the view drawn', commandTimes(['end'], 'rsi', 13));
report('step in a diversion, with the view', commandTimes(['seek 2', 'set $edx = 5'], 'si', 10));
report('step back in a diversion, with the view', commandTimes(['seek 2', 'set $edx = 5', 'si 10'], 'rsi', 10));
await firstPrompt();
await gdbRoundTrips();

function commandTimes(setup, command, count) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    if (session.diversions.current) session.diversions.drop();
    for (const line of setup) interpreter.run(line);
    for (let i = 0; i < count; i++) {
      const started = performance.now();
      interpreter.run(command);
      times.push(performance.now() - started);
    }
  }
  return times.slice(times.length / 2);
}

/** Until the view stands there and commands are read, against the whole of `replay`; in pairs, so that a busy machine slows both. */
async function firstPrompt() {
  const step = [];
  const whole = [];
  for (let i = 0; i < PAIRS; i++) {
    whole.push(await timeOf([main, sample], 'close'));
    step.push(await timeOf([main, 'step', sample], 'output'));
  }
  report('`replay` as a whole', whole);
  report('`replay step` until it shows where it is', step);
  line('ratio, pair by pair, median', median(step.map((time, i) => time / whole[i])).toFixed(2));
}

function timeOf(args, end) {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    const finish = () => resolve(performance.now() - started);
    child.stdout.once('data', () => {
      if (end === 'output') finish();
      child.stdin.end();
    });
    child.stdout.resume();
    child.on('close', finish);
  });
}

async function gdbRoundTrips() {
  const server = await startGdbServer({
    target: session,
    annotations,
    host: '127.0.0.1',
    port: 0,
    report: () => undefined,
  });
  const socket = connect(server.port, '127.0.0.1');
  socket.setNoDelay(true);
  let answered = () => undefined;
  socket.on('data', (bytes) => {
    if (bytes.includes(0x23)) answered();
  });
  const ask = (packet) =>
    new Promise((resolve) => {
      answered = resolve;
      socket.write(framePacket(packet));
    });
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < 12; i++) {
      const started = performance.now();
      // What gdb asks for one reverse-stepi.
      await ask('bs');
      await ask('g');
      times.push(performance.now() - started);
    }
    for (let i = 0; i < 12; i++) await ask('s');
  }
  report('gdb: reverse-stepi and its registers', times.slice(times.length / 2));
  socket.destroy();
  await server.close();
}

function report(what, times) {
  line(what, `${median(times).toFixed(2)} ms median, ${percentile(times, 0.99).toFixed(2)} ms at 99 %`);
}

function line(what, figure) {
  console.log(`${what.padEnd(42)} ${figure}`);
}
