// Every text that a snapshot can hold, made hostile one after the other, in every form in which a report is shown.

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { examine } from '../../src/examination/examine.ts';
import { openSession } from '../../src/examination/open-session.ts';
import { GdbStub } from '../../src/frontends/gdb/gdb-stub.ts';
import { hexText, textOfHex } from '../../src/frontends/gdb/hex.ts';
import type { ReportJson } from '../../src/frontends/json/contract/report.ts';
import { toJson } from '../../src/frontends/json/json.ts';
import { jsonText } from '../../src/frontends/json-text.ts';
import { outletText } from '../../src/frontends/painted-text.ts';
import { Interpreter } from '../../src/frontends/repl/interpreter.ts';
import { plain as bare } from '../../src/frontends/repl/paint.ts';
import { ansi } from '../../src/frontends/text/paint.ts';
import { formatReport } from '../../src/frontends/text/report.ts';
import { textStyle } from '../../src/frontends/text/style.ts';
import { visibleText } from '../../src/machine/visible-text.ts';
import { annotationsOf } from '../../src/node/cli/commands/open-log.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import type { ReplayParts } from '../../src/replay/replay.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { HOSTILE, leaks } from '../hostile-text.ts';
import { oopsText } from '../oops-text.ts';

/** One report of each form, with every field that a log can fill between them. */
const LOGS = [
  oopsText({
    code: '8b 45 08 8b 18 <8b> 43 04 c3',
    address: '4',
    registers: { ebp: 'f5a0bf10' },
    stack: ['c1202199', '00000001', 'c1303199', '00000002', 'f5a0bf30', 'c1202199', '00000000'],
    trace: [' [<c1202199>] vfs_read+0x19/0x40 [core]', ' [<c1303199>] ? sys_read+0x39/0x40'],
  }).replace('Code:', 'Hardware name: QEMU Standard PC\nWorkqueue: events foo_work\nCode:'),
  oopsText({ code: '<ff> d0', registers: { eip: '0000', eax: '0' }, address: '0' }).replace(
    /Code:.*/,
    'Code:  Bad EIP value.',
  ),
  oopsText({ code: '90 <0f> 0b 90', die: 'invalid opcode: 0000' }).replace(/^/, 'kernel BUG at fs/foo.c:12!\n'),
  'app[12]: segfault at 0 ip 08048000 sp bfff0000 error 4 in libfoo.so[8048000+1000]\n',
  readFileSync(new URL('../vectors/snapshot-reports/4.14-no-numeric-eip.log', import.meta.url), 'utf8'),
  readFileSync(new URL('../vectors/snapshot-reports/2.6.24-one-line-pde.log', import.meta.url), 'utf8'),
  readFileSync(new URL('../../scenarios/kni-fifo-put/oops.log', import.meta.url), 'utf8'),
];

/** Codes of our own, which no log can write. */
const CODES = /^(kind|mode\.value|headlineClaims|dumpCause|diagnostics\.\d+\.(code|register))$|\.inferred$/;
/** Digits that the reader has checked. */
const DIGITS = /^pageTable\./;

/** The paths of the texts in `facts`. */
function textPaths(facts: unknown, path = ''): readonly string[] {
  if (typeof facts === 'string') return CODES.test(path) || DIGITS.test(path) ? [] : [path];
  if (typeof facts !== 'object' || facts === null || facts instanceof Uint8Array) return [];
  return Object.entries(facts).flatMap(([name, part]) => textPaths(part, path === '' ? name : `${path}.${name}`));
}

/** A copy in which the text at `path` is another. */
function withText<T>(facts: T, [name = '', ...rest]: readonly string[], change: (text: string) => string): T {
  const copy = (Array.isArray(facts) ? [...facts] : { ...facts }) as Record<string, unknown>;
  const part = copy[name];
  copy[name] = rest.length === 0 ? change(part as string) : withText(part, rest, change);
  return copy as T;
}

let parts: ReplayParts;
beforeAll(async () => {
  parts = await loadParts();
});

function jsonOf(file: string, snapshot: Snapshot, syntax: 'att' | 'intel' = 'att'): ReportJson {
  return toJson(examine(snapshot, parts), { file, decoder: parts.decoder, syntax });
}

/** Every field that can be hostile, each in a snapshot of its own, and the same with its visible form. */
const CASES = LOGS.flatMap((log) =>
  parseLog(log).reports.flatMap((snapshot) =>
    textPaths(snapshot).map((path) => {
      const hostile = withText(snapshot, path.split('.'), (text) => `${text}${HOSTILE}`);
      const visible = withText(snapshot, path.split('.'), (text) => visibleText(`${text}${HOSTILE}`));
      return { field: path.replace(/\.\d+/g, ''), hostile, visible };
    }),
  ),
);

test('every field of a snapshot is among them', () => {
  expect([...new Set(CASES.map(({ field }) => field))].sort()).toMatchSnapshot();
});

test('text: nothing hostile reaches the layout, and the lines are those of the visible form', () => {
  const shown = new Set<string>();
  for (const { field, hostile, visible } of CASES) {
    for (const syntax of ['att', 'intel'] as const) {
      const lines = formatReport(jsonOf(`x${HOSTILE}.log`, hostile, syntax), textStyle());
      expect(lines.flatMap((line) => [...leaks(line), ...(line.includes('\n') ? [line] : [])])).toEqual([]);
      expect(lines).toEqual(formatReport(jsonOf(visibleText(`x${HOSTILE}.log`), visible, syntax), textStyle()));
      if (lines.slice(1).join('').includes('\\x1b]52')) shown.add(field);
      const coloured = outletText(formatReport(jsonOf('x.log', hostile, syntax), textStyle({ paint: ansi })));
      expect(leaks(coloured, { colour: true })).toEqual([]);
      expect(leaks(coloured).length).toBeGreaterThan(0);
    }
  }
  // What is shown of a log at all; were one missing here, the test would look at nothing.
  expect([...shown].sort()).toEqual([
    'kernel.build.value',
    'kernel.hardware.value',
    'kernel.release.value',
    'mapping.value.file',
    'remarks.value',
    'symbol.value.name',
    'symbol.value.text',
    'task.comm.value',
    'task.taint.value',
    'trace.symbol.text',
    'trap.location.value.file',
  ]);
});

test('JSON: one line, visible, exact, in its schema', () => {
  const schema = JSON.parse(readFileSync(new URL('../../schema/replay-1.json', import.meta.url), 'utf8'));
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(schema);
  for (const { hostile } of CASES) {
    const report = jsonOf(`x${HOSTILE}.log`, hostile);
    const text = jsonText(report);
    expect(leaks(text)).toEqual([]);
    expect(text).not.toContain('\n');
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(report)));
    expect(JSON.parse(text).report.file).toBe(`x${HOSTILE}.log`);
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
  }
});

const COMMANDS = [
  'bt',
  'info registers',
  'info log',
  'disas',
  'x/4i $pc',
  'b *$pc',
  'info breakpoints',
  'rsi',
  'c',
  'history',
];

test('step and gdb: every command, also one that holds such characters itself', () => {
  let sessions = 0;
  const shown = new Set<string>();
  for (const { field, hostile } of CASES) {
    const report = examine(hostile, parts);
    const session = openSession(report, parts);
    if (session === undefined) continue;
    sessions++;
    const annotations = annotationsOf(report, { decoder: parts.decoder, syntax: 'att' });
    const source = { log: `x${HOSTILE}.log`, report: 1 };
    const desk = { target: session, annotations, source, writeFile: () => undefined };
    for (const screen of [undefined, () => ({ columns: 80, rows: 40, paint: bare })]) {
      const interpreter = new Interpreter(desk, screen);
      const asked = [...COMMANDS, `p ${HOSTILE}`, HOSTILE, `b *${HOSTILE}`, `x/${HOSTILE}`, `save ${HOSTILE}`];
      const lines = [...interpreter.greeting(), ...asked.flatMap((line) => interpreter.run(line).lines)];
      expect(lines.flatMap((line) => [...leaks(line), ...(line.includes('\n') ? [line] : [])])).toEqual([]);
      if (lines.some((line) => /foo_read.*\\x1b]52|vfs_read.*\\x1b]52/.test(line))) shown.add(field);
    }
    const stub = new GdbStub(session, annotations);
    const packets = [
      'qThreadExtraInfo,1',
      'bc',
      'bs',
      's',
      'c',
      ...['position', 'known', `known ${HOSTILE}`, `seek ${HOSTILE}`, HOSTILE].map((text) => `qRcmd,${hexText(text)}`),
      `q${HOSTILE}`,
      HOSTILE,
    ];
    for (const reply of packets.flatMap((packet) => stub.answer(packet).packets)) {
      // Replies are digits and letters; texts are pairs of digits.
      expect(leaks(reply)).toEqual([]);
      expect(leaks(textOfHex(reply.replace(/^O(?!K)/, '')) ?? '')).toEqual([]);
    }
    const said = stub.answer(`qRcmd,${hexText(`known ${HOSTILE.replace(/\s/g, '')}`)}`).packets[0];
    expect(textOfHex(said as string)).toContain('\\x1b]52');
  }
  expect(sessions).toBeGreaterThan(30);
  expect([...shown].sort()).toEqual([
    'symbol.value.module',
    'symbol.value.name',
    'symbol.value.name',
    'symbol.value.text',
    'trace.symbol.text',
  ]);
});
