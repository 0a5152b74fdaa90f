// The real gdb as client of the real server, and clients that behave badly. Without gdb on this machine the first part is skipped.

import { execFile, spawnSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { framePacket } from '../../src/frontends/gdb/packets.ts';
import { type GdbServer, startGdbServer } from '../../src/node/servers/gdb-server.ts';
import { SAMPLE, sessionOf } from '../session/session-of.ts';

const hasGdb = spawnSync('gdb', ['--version']).status === 0;
let told: string[] = [];
let server: GdbServer | undefined;

async function serve(
  options: { readonly host?: string; readonly patience?: number } = {},
  log = SAMPLE,
): Promise<GdbServer> {
  const { session, annotations } = await sessionOf(log);
  const messages: string[] = [];
  told = messages;
  server = await startGdbServer({
    target: session,
    annotations,
    host: '127.0.0.1',
    port: 0,
    report: (message) => void messages.push(message),
    ...options,
  });
  return server;
}

afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Each command with what gdb printed for it. */
async function gdb(
  port: number,
  commands: readonly string[],
  begin = '0xf88a5aed',
): Promise<ReadonlyMap<string, string>> {
  const setup = ['set pagination off', 'set confirm off', 'set architecture i386', `target remote 127.0.0.1:${port}`];
  const marked = commands.flatMap((command) => [`echo \\n@@${command}@@\\n`, command]);
  const args = ['-nx', '-batch', ...[...setup, ...marked].flatMap((command) => ['-ex', command])];
  const output = await new Promise<string>((resolve) => {
    // One stream, so that what belongs to a command stands behind it.
    execFile('sh', ['-c', 'exec gdb "$@" 2>&1', 'gdb', ...args], { timeout: 25_000 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  const rest = output.split('\n@@').slice(1);
  expect(output).toContain(`${begin} in ?? ()`);
  return new Map(
    rest.map((part): [string, string] => {
      const end = part.indexOf('@@\n');
      return [part.slice(0, end), part.slice(end + 3)];
    }),
  );
}

test.runIf(hasGdb)('gdb walks the crash back to its start and forward into the fault', async () => {
  const { port } = await serve();
  const printed = await gdb(port, [
    'x/2i $pc',
    'info registers ecx',
    'reverse-stepi',
    'reverse-stepi 12',
    'reverse-stepi',
    'info registers',
    'stepi 13',
    'stepi',
    'continue',
    'x/wx 0x9e28ea90',
    'detach',
  ]);
  expect(printed.get('x/2i $pc')).toMatch(/=> 0xf88a5aed:\tmov {4}%esi,\(%eax,%ecx,4\)/);
  expect(printed.get('info registers ecx')).toMatch(/0x2b024004/);
  expect(printed.get('reverse-stepi 12')).toMatch(/0xf88a5ac2/);
  expect(printed.get('reverse-stepi')).toMatch(/No more reverse-execution history/);
  expect(printed.get('info registers')).toMatch(/eax +<unavailable>\necx +<unavailable>/);
  expect(printed.get('info registers')).toMatch(/ebx +0xd2ac9d00/);
  expect(printed.get('stepi 13')).toMatch(/0xf88a5aed/);
  expect(printed.get('stepi')).toMatch(/SIGSEGV/);
  expect(printed.get('continue')).toMatch(/no log tells what came after[\s\S]*No more reverse-execution history/);
  expect(printed.get('x/wx 0x9e28ea90')).toMatch(/Cannot access memory/);
  expect(told).toEqual(['gdb is connected', 'gdb has left']);
});

test.runIf(hasGdb)('gdb finds who wrote a value, and asks what if', async () => {
  const { port } = await serve();
  const printed = await gdb(port, [
    'reverse-stepi 9',
    'break *0xf88a5ad8',
    'continue',
    'watch *(int*)0xf21fea80',
    'reverse-continue',
    'delete',
    'stepi 2',
    'set var *(int*)0xf21fea80 = 0',
    'stepi',
    'info registers ecx',
    'kill',
  ]);
  expect(printed.get('continue')).toMatch(/Breakpoint 1, 0xf88a5ad8/);
  // The only store before it goes to an unknown address: it may have been that one.
  expect(printed.get('reverse-continue')).toMatch(/watchpoint 2[\s\S]*0xf88a5ac4/);
  expect(printed.get('info registers ecx')).toMatch(/ecx +0x0 /);
});

test.runIf(hasGdb)('gdb unwinds the frame whose words the log prints, and is told what replay knows', async () => {
  const { port } = await serve({}, 'test/session/logs/argument-in-frame.log');
  const printed = await gdb(
    port,
    ['bt 2', 'info frame', 'reverse-stepi', 'bt 1', 'monitor where', 'monitor where ecx', 'monitor history 1'],
    '0xc1202122',
  );
  // Who called the caller gdb only guesses: the log has no code of it.
  expect(printed.get('bt 2')).toMatch(/^#0 {2}0xc1202122 in \?\? \(\)\n#1 {2}0xc1203000 in \?\? \(\)\n/);
  expect(printed.get('info frame')).toMatch(/saved eip = 0xc1203000[\s\S]*ebp at 0xf5a0bf08, eip at 0xf5a0bf0c/);
  expect(printed.get('bt 1')).toMatch(/^#0 {2}0xc120211f/);
  expect(printed.get('monitor where')).toMatch(/#1 {2}·c1203000 {2}foo_open\+0x20\/0x40 \[foo\]\n/);
  expect(printed.get('monitor where ecx')).toMatch(/^%ecx is \?, unknown\n/);
  expect(printed.get('monitor history 1')).toMatch(/^=>┆2 {2}c120211f {2}mov {4}-0x4\(%ebp\),%ecx/m);
});

function client(port: number): Promise<{ readonly socket: Socket; readonly received: () => string }> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => resolve({ socket, received: () => text }));
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
    });
    socket.on('error', reject);
  });
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await wait(10);
  expect(condition()).toBe(true);
}

test('a client that sends garbage and half packets between whole ones is answered for those', async () => {
  const { port } = await serve();
  const { socket, received } = await client(port);
  socket.write('+GET / HTTP/1.1\r\n\r\n$half a pack');
  socket.write(Buffer.from([0, 255, 3, 36]));
  for (const byte of framePacket('qC')) {
    socket.write(Buffer.from([byte]));
    await wait(1);
  }
  await until(() => received().endsWith('+$QC1#c5'));
  socket.destroy();
});

test('what does not begin like the protocol is cut off, unanswered, and frees the seat', async () => {
  const { port } = await serve();
  for (const beginning of ['POST / HTTP/1.1\r\n\r\n', '\r\n', '\u0000', '#', 'g']) {
    const before = told.length;
    const { socket, received } = await client(port);
    socket.write(Buffer.concat([Buffer.from(beginning), framePacket('bs')]));
    await until(() => socket.destroyed || socket.readableEnded);
    expect(received()).toBe('');
    await until(() => told.length > before);
    expect(told.slice(before)).toEqual(['a client was cut off: it does not speak the remote protocol of gdb']);
  }
  for (const beginning of ['', '+', '-', '\u0003']) {
    const { socket, received } = await client(port);
    socket.write(Buffer.concat([Buffer.from(beginning), framePacket('qC')]));
    await until(() => received().endsWith('$QC1#c5'));
    socket.destroy();
    await until(() => told.at(-1) === 'gdb has left');
    told.length = 0;
  }
});

test('a client that says nothing frees the seat', async () => {
  const { port } = await serve({ patience: 50 });
  const { socket } = await client(port);
  await until(() => socket.destroyed || socket.readableEnded);
  expect(told).toEqual(['a client was cut off: it sent nothing for 0.05 s']);
});

/** Longer than all that sockets and buffers between the two hold. */
const REQUESTS = 50_000;

test('a client that asks and does not read is not read either, and gets everything once it reads', async () => {
  const { port } = await serve();
  const { socket, received } = await client(port);
  socket.write(framePacket('QStartNoAckMode'));
  await until(() => received() === '+$OK#9a');
  socket.pause();
  const request = framePacket('qXfer:features:read:target.xml:0,1000');
  const before = process.memoryUsage().rss;
  const piece = Buffer.concat(Array.from({ length: 1000 }, () => request));
  for (let i = 0; i < REQUESTS / 1000; i++) socket.write(piece);
  await wait(500);
  // All answers would be 110 MB; the requests are 2 MB.
  expect(process.memoryUsage().rss - before).toBeLessThan(80 << 20);
  let answers = 0;
  socket.removeAllListeners('data');
  socket.on('data', (bytes) => {
    for (const byte of bytes) if (byte === 0x24) answers++;
  });
  socket.resume();
  for (let i = 0; i < 2000 && answers < REQUESTS; i++) await wait(10);
  expect(answers).toBe(REQUESTS);
  socket.destroy();
});

test('a second client is turned away, and after the first has left another is served', async () => {
  const { port } = await serve();
  const first = await client(port);
  const second = await client(port);
  await until(() => second.socket.destroyed || second.socket.readableEnded);
  first.socket.write(framePacket('bs'));
  await until(() => first.received().includes('T05'));
  // In the middle of a packet.
  first.socket.write('$m1234');
  first.socket.destroy();
  await until(() => told.includes('gdb has left'));
  const third = await client(port);
  third.socket.write(framePacket('?'));
  // It starts where the log ends, not where the other one left.
  await until(() => third.received().includes('T0bthread:1;08:ed5a8af8;'));
  third.socket.destroy();
  expect(told).toContain('a second client was turned away: one session has one machine');
});

test.each(['127.0.0.1', '', ' '])('only the loopback interface is bound for "%s"', async (asked) => {
  const { port, address } = await serve({ host: asked });
  expect(address).toBe('127.0.0.1');
  const refused = await new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.2');
    socket.on('connect', () => resolve(false));
    socket.on('error', () => resolve(true));
  });
  expect(refused).toBe(true);
});
