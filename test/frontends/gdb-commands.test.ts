// The commands of the protocol, packet by packet, over the sample crash.

import { beforeEach, expect, test } from 'vitest';
import { GdbConnection } from '../../src/frontends/gdb/gdb-connection.ts';
import { GdbStub } from '../../src/frontends/gdb/gdb-stub.ts';
import { framePacket } from '../../src/frontends/gdb/packets.ts';
import type { OpenedSession } from '../../src/node/cli/commands/open-log.ts';
import type { Session } from '../../src/session/session.ts';
import { SAMPLE, sessionOf } from '../session/session-of.ts';

let session: Session;
let annotations: OpenedSession['annotations'];
let stub: GdbStub;

beforeEach(async () => {
  const opened = await sessionOf(SAMPLE);
  session = opened.session;
  annotations = opened.annotations;
  stub = new GdbStub(session, opened.annotations);
});

const ask = (packet: string) => stub.answer(packet).packets.at(-1);
const UNAVAILABLE = 'x'.repeat(8);

const CASES: readonly [packet: string, reply: string | RegExp][] = [
  ['qSupported:multiprocess+;swbreak+', /ReverseStep\+;ReverseContinue\+/],
  ['QNonStop:0', 'OK'],
  ['QNonStop:1', 'E16'],
  ['QStartNoAckMode', 'OK'],
  ['vMustReplyEmpty', ''],
  ['vCont?', 'vCont;c;C;s;S'],
  ['vCont;x', 'E01'],
  ['qXfer:features:read:target.xml:0,20', /^m<\?xml version="1\.0"\?>/],
  ['qXfer:features:read:target.xml:ffff,20', 'E16'],
  ['qXfer:features:read:target.xml:zz,20', 'E00'],
  ['qXfer:features:read:target.xml:0', 'E00'],
  ['qXfer:features:read:target.xml:-1,20', 'E00'],
  ['qXfer:features:read:target.xml:0,0', 'E00'],
  ['qXfer:features:read:target.xml:0,20,30', 'E00'],
  ['qXfer:features:read:target.xml', 'E00'],
  ['qXfer:features:write:target.xml:0:00', ''],
  ['T1', 'OK'],
  ['T99', 'E03'],
  ['T', 'E01'],
  ['Tzz', 'E01'],
  ['Hg0', 'OK'],
  ['Hg1', 'OK'],
  ['Hc-1', 'OK'],
  ['Hg99', 'E03'],
  ['Hg', 'E01'],
  ['Hx1', 'E01'],
  ['qThreadExtraInfo,99', 'E03'],
  ['vCont;s:99', 'E03'],
  ['vCont;', 'E01'],
  ['vCont;C', 'E01'],
  ['c1000', 'E16'],
  ['czz', 'E01'],
  ['C0', 'E01'],
  ['S05;1000', 'E16'],
  ['G00', 'E01'],
  ['G', 'E01'],
  ['z0,zz', 'E01'],
  ['z0', 'E01'],
  ['z9,1000,1', ''],
  ['QNonStop:x', 'E01'],
  ['m0,4,4', 'E01'],
  ['qXfer:features:read:other.xml:0,20', 'E00'],
  ['qXfer:auxv:read::0,20', ''],
  ['qC', 'QC1'],
  ['qfThreadInfo', 'm1'],
  ['qsThreadInfo', 'l'],
  ['?', 'T0bthread:1;08:ed5a8af8;'],
  ['p1', '0440022b'],
  ['p10', 'x'.repeat(20)],
  ['pff', 'E01'],
  ['pzz', 'E01'],
  ['md4b85e14,4', 'a09dacd2'],
  // The stack words of the log end there: what is known comes, no more.
  ['md4b85e70,10', '0098acd2'],
  ['m9e28ea90,4', 'E0e'],
  ['m0,4', 'E0e'],
  ['mffffffff,4', 'E0e'],
  ['m9e28ea90', 'E01'],
  ['mxyz,4', 'E01'],
  ['md4b85e14,0', ''],
  ['Md4b85e14,4:0000', 'E01'],
  ['Z9,1000,1', ''],
  ['Z0,1000', 'E01'],
  ['Z2,1000,3', 'E16'],
  ['z0,1000,1', 'OK'],
  ['P1=00', 'E01'],
  ['P20=00000000', 'E16'],
  ['qRcmd,zz', 'E01'],
  ['R00', ''],
  ['', ''],
];

test.each(CASES)('%s is answered', (packet, reply) => {
  if (typeof reply === 'string') expect(ask(packet)).toBe(reply);
  else expect(ask(packet)).toMatch(reply);
});

test('registers that the log does not tell are unavailable, not zero', () => {
  session.travel.seek(0);
  expect(ask('p0')).toBe(UNAVAILABLE);
  expect(ask('p9')).toBe(UNAVAILABLE);
  expect(ask('p3')).toBe('009dacd2');
  expect(ask('g')?.slice(0, 32)).toBe(`${UNAVAILABLE.repeat(3)}009dacd2`);
});

test('a witness is not shown as a fact', () => {
  session.travel.seek(7);
  expect(session.view.byte(0xf21fea88 as never)?.provenance).toBe('assumed');
  expect(ask('mf21fea88,4')).toBe('E0e');
});

test('it steps back to the first rebuilt instruction and forward into the fault', () => {
  const replies: (string | undefined)[] = [];
  for (let i = 0; i < 14; i++) replies.push(ask('bs'));
  expect(replies.slice(0, 13).every((reply) => reply?.startsWith('T05thread:1;'))).toBe(true);
  expect(replies[13]).toMatch(/^T05replaylog:begin;/);
  for (let i = 0; i < 13; i++) ask('vCont;s:1');
  expect(ask('?')).toMatch(/^T05thread:1;08:ed5a8af8/);
  expect(ask('s')).toMatch(/^T0b/);
  expect(ask('c')).toMatch(/^T05replaylog:end;/);
});

test('breakpoints and watchpoints stop in both directions', () => {
  ask('qSupported:swbreak+');
  expect(ask('Z0,f88a5ad7,1')).toBe('OK');
  expect(ask('Z2,f21fea80,4')).toBe('OK');
  expect(ask('bc')).toMatch(/^T05swbreak:;.*08:d75a8af8/);
  expect(ask('bc')).toMatch(/^T05watch:f21fea80;/);
  expect(ask('z2,f21fea80,4')).toBe('OK');
  expect(ask('c')).toMatch(/^T05swbreak:;/);
  stub.detach();
  expect(session.breakpoints.list()).toEqual([]);
});

test('writing begins a diversion and leaves the timeline alone', () => {
  session.travel.seek(3);
  expect(ask('Mf21fea80,4:00000000')).toBe('OK');
  expect(ask('mf21fea80,4')).toBe('00000000');
  expect(ask('s')).toMatch(/^T05/);
  expect(ask('p1')).toBe('00000000');
  expect(ask('bs')).toMatch(/^T05/);
  expect(ask('bs')).toMatch(/replaylog:begin/);
  stub.detach();
  expect(ask('mf21fea80,4')).toBe('0040022b');
});

test('registers come in the size of all of them, or not at all', () => {
  const registers = ask('g') as string;
  for (const wrong of [registers.slice(8), `${registers}00`, registers.slice(1)]) expect(ask(`G${wrong}`)).toBe('E01');
  expect(session.place.line).toBe('timeline');
});

test('breakpoints have a bound', () => {
  for (let i = 0; i < 1024; i++) expect(ask(`Z0,${i.toString(16)},1`)).toBe('OK');
  expect(ask('Z0,ffff,1')).toBe('E16');
  expect(ask('z0,0,1')).toBe('OK');
  expect(ask('Z0,ffff,1')).toBe('OK');
});

test('writing back what was read changes nothing', () => {
  const registers = ask('g') as string;
  expect(ask(`G${registers}`)).toBe('OK');
  expect(session.place.line).toBe('timeline');
});

test('monitor says how values are known', () => {
  const told = (command: string) =>
    Buffer.from(ask(`qRcmd,${Buffer.from(command).toString('hex')}`) ?? '', 'hex').toString();
  session.travel.seek(4);
  expect(told('known')).toMatch(/ecx {5}·2b024000 {2}derived/);
  expect(told('known 9e28ea90')).toMatch(/unknown/);
  expect(told('known zzz')).toMatch(/no address/);
  expect(told('position')).toMatch(/Position 4 of 13, at f88a5ace/);
  expect(told('seek 99')).toMatch(/from 0 to 13/);
  expect(told('seek 13')).toMatch(/At position 13/);
  expect(told('map 9e28e000')).toMatch(/may be accessed/);
  expect(told('position')).toMatch(/diversion from position 13/);
  expect(told('drop')).toMatch(/thrown away/);
  expect(told('nonsense')).toMatch(/monitor position/);
});

test('monitor says where values came from, what ran, who called', () => {
  const told = (command: string) =>
    Buffer.from(ask(`qRcmd,${Buffer.from(command).toString('hex')}`) ?? '', 'hex').toString();
  for (const spelling of ['where ecx', 'where $ecx', 'where %ECX']) {
    expect(told(spelling)).toMatch(
      /^%ecx is 2b024004 \(observed\)\n +12 {2}f88a5aea {2}add .*\n +3 {2}f88a5acc .*loaded from/,
    );
  }
  expect(told('where *0xf21fea80')).toMatch(/^\[f21fea80\] is ·2b024000/);
  expect(told('where f21fea80')).toBe(told('where *0xf21fea80'));
  expect(told('where eflags')).toMatch(/Where did what come from/);
  expect(told('where')).toMatch(
    /^#0 {3}f88a5aed .*\n#1 {2}f88a5d93 {2}kni_net_open\+0x7f\/0x8d[\s\S]*call trace of the log/,
  );
  expect(told('history').split('\n')).toHaveLength(13);
  expect(told('history 1')).toMatch(/^ {3}\(12 earlier\)\n {3}12 .*\n=> 13 .*✗ the fault\n$/);
  expect(told('history x')).toMatch(/x is no number of positions/);
  expect(told('history -1')).toMatch(/no number/);
});

test('monitor assume begins a diversion, and nothing where no value is given', () => {
  const told = (command: string) =>
    Buffer.from(ask(`qRcmd,${Buffer.from(command).toString('hex')}`) ?? '', 'hex').toString();
  session.travel.seek(3);
  expect(told('assume')).toMatch(/no address/);
  expect(told('assume f21fea80')).toMatch(/Assume which value/);
  expect(told('assume f21fea80 zz')).toMatch(/Assume which value/);
  expect(session.place.line).toBe('timeline');
  expect(told('assume 0xf21fea80 12')).toMatch(/from position 3 the word at f21fea80 is taken to be 00000012/);
  expect(ask('mf21fea80,4')).toBe('12000000');
  expect(told('known f21fea80')).toMatch(/≈00000012 {2}assumed/);
  expect(told('where ecx')).toMatch(/on the original timeline/);
  expect(told('drop')).toMatch(/thrown away/);
  expect(ask('mf21fea80,4')).toBe('0040022b');
});

test('an answer to a command that is larger than a packet comes in several', () => {
  const name = 'n'.repeat(100);
  const trace = Array.from({ length: 200 }, () => ({ symbol: name, reliable: true }));
  const long = new GdbStub(session, { ...annotations, trace });
  const { packets } = long.answer(`qRcmd,${Buffer.from('where').toString('hex')}`);
  expect(packets.length).toBeGreaterThan(2);
  expect(packets.at(-1)).toBe('OK');
  for (const packet of packets) expect(packet.length).toBeLessThanOrEqual(0x4000);
  const text = Buffer.from(
    packets
      .slice(0, -1)
      .map((packet) => packet.slice(1))
      .join(''),
    'hex',
  ).toString();
  expect(text.match(/n{100}/g)).toHaveLength(200);
});

test('a damaged packet is asked for again, a rejected reply is sent again', () => {
  const sent: string[] = [];
  const connection = new GdbConnection(stub, {
    write: (bytes) => sent.push(Buffer.from(bytes).toString('latin1')) > 0,
    end: () => void sent.push('end'),
  });
  connection.receive(Buffer.from('$g#00'));
  connection.receive(Buffer.from('$qC#b4-'));
  const reply = framePacket('QC1').toString('latin1');
  expect(sent).toEqual(['-', '+', reply, reply]);
  sent.length = 0;
  connection.receive(framePacket('QStartNoAckMode'));
  connection.receive(framePacket('qC'));
  connection.receive(Buffer.from('$g#00'));
  expect(sent).toEqual(['+', framePacket('OK').toString('latin1'), reply]);
  connection.receive(framePacket('k'));
  connection.receive(framePacket('qC'));
  expect(sent.at(-1)).toBe('end');
});
