// The report in one HTML file: what it holds, that nothing of a log becomes markup in it, and that it is always the same.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { examine } from '../../src/examination/examine.ts';
import type { ReportJson } from '../../src/frontends/json/contract/report.ts';
import { toJson } from '../../src/frontends/json/json.ts';
import { reportDocument } from '../../src/frontends/report/document.tsx';
import type { EmbeddedReport } from '../../src/frontends/report/embedded.ts';
import { stepsOf, whereFrom } from '../../src/frontends/view/walk.ts';
import { actionOfKey, startState, type WalkState, walked } from '../../src/frontends/view/walk-state.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import { loadReportAssets } from '../../src/node/runtime/report-assets.ts';
import type { ReplayParts } from '../../src/replay/replay.ts';
import { replayCommand } from '../cli/replay-command.ts';
import { HOSTILE, leaks } from '../hostile-text.ts';

const SCENARIOS = new URL('../../scenarios/', import.meta.url);
const SAMPLE = readFileSync(new URL('kni-fifo-put/oops.log', SCENARIOS), 'utf8');
/** Bytes of a report file. */
const MEDIAN = 100_000;
const LARGEST = 200_000;

const assets = loadReportAssets('0.0.0');
let parts: ReplayParts;
beforeAll(async () => {
  parts = await loadParts();
});

function reportsOf(log: string): readonly EmbeddedReport[] {
  const lines = log.split('\n');
  return parseLog(log).reports.map((snapshot, index) => {
    const report = toJson(examine(snapshot, parts), { file: 'oops.log', index, decoder: parts.decoder });
    const { line: first = 1, lines: count = 1 } = report.report;
    return { report, log: { first, lines: lines.slice(first - 1, first - 1 + count) } };
  });
}

function sample(): ReportJson {
  return (reportsOf(SAMPLE)[0] as EmbeddedReport).report;
}

const withoutScripts = (html: string) => html.replace(/<(script|style)[ >][\s\S]*?<\/\1>/g, '');

test('every scenario: small, with every register, step and word of the stack, and with its JSON', () => {
  const sizes: number[] = [];
  for (const { name, parentPath } of readdirSync(SCENARIOS, { withFileTypes: true }).filter((e) => e.isDirectory())) {
    const reports = reportsOf(readFileSync(`${parentPath}/${name}/oops.log`, 'utf8'));
    const html = reportDocument('oops.log', reports, assets);
    sizes.push(Buffer.byteLength(html));
    const [, data = ''] = /<script type="application\/json"[^>]*>([\s\S]*?)<\/script>/.exec(html) ?? [];
    expect(JSON.parse(data), name).toEqual(JSON.parse(JSON.stringify(reports)));
    const text = withoutScripts(html);
    for (const [i, { report }] of reports.entries()) {
      const positions = [...text.matchAll(new RegExp(`id="r${i + 1}-s(\\d+)"`, 'g'))].map(([, at]) => Number(at));
      const expected = report.replay.instruction === undefined ? 0 : stepsOf(report).length + 1;
      expect(positions, name).toEqual(Array.from({ length: expected }, (_, at) => at));
      for (const word of report.snapshot.stack?.words ?? []) expect(text, name).toContain(word.slice(2));
      expect(text).toContain(report.replay.verdict.replace('-', ' '));
    }
    // Every link leads somewhere.
    const ids = new Set([...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
    const dead = [...text.matchAll(/ href="#([^"]*)"/g)].map(([, id]) => id).filter((id) => !ids.has(id));
    expect(dead, name).toEqual([]);
  }
  sizes.sort((a, b) => a - b);
  expect(sizes.length).toBeGreaterThan(100);
  expect(sizes[sizes.length >> 1]).toBeLessThan(MEDIAN);
  expect(sizes.at(-1)).toBeLessThan(LARGEST);
});

test('the same reports give the same bytes, and the policy allows its own script and style alone', () => {
  const html = reportDocument('oops.log', reportsOf(SAMPLE), assets);
  expect(reportDocument('oops.log', reportsOf(SAMPLE), assets)).toBe(html);
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
  const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(html) ?? [];
  const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(html) ?? [];
  const unescaped = policy.replaceAll('&#39;', "'");
  expect(unescaped).toBe(
    `default-src 'none'; style-src '${hash(style)}'; script-src '${hash(script)}'; base-uri 'none'; form-action 'none'`,
  );
  expect(withoutScripts(html)).not.toMatch(/ style=| on\w+=|https?:/);
});

const MARKUP = '</script></style><script>alert(1)</script><img src=x onerror=alert(1)>"\'&amp;<!--\ufdd1';

/** Every text of a report as an attacker would write it. */
function hostile<T>(value: T): T {
  if (typeof value === 'string') return (/^(0x)?[0-9a-f]*$/.test(value) ? value : `${value}${MARKUP}${HOSTILE}`) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => hostile(item)) as T;
  const kept = ['provenance', 'role', 'path', 'verdict', 'kind', 'strength', 'register', 'doubt', 'name'];
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      kept.includes(key) && typeof part === 'string' ? part : hostile(part),
    ]),
  ) as T;
}

test('markup, control and bidirectional characters in every text stay text', () => {
  const clean = reportsOf(SAMPLE);
  const html = reportDocument(`x${MARKUP}${HOSTILE}`, hostile(clean), assets);
  const tags = (text: string) => [...text.matchAll(/<\/?(\w+)/g)].map(([, tag]) => tag).sort();
  expect(new Set(tags(withoutScripts(html)))).toEqual(
    new Set(tags(withoutScripts(reportDocument('x', clean, assets)))),
  );
  expect([...html.matchAll(/<script/g)].length).toBe(2);
  expect(html).not.toContain('<img');
  expect(html.split('\n').flatMap((line) => leaks(line))).toEqual([]);
});

test('the way back from a value is a walk over the writes', () => {
  const report = sample();
  const end = stepsOf(report).length;
  const { links, before } = whereFrom(report, { place: { register: 'ecx' }, position: end });
  expect(links.map(({ position, write }) => `${stepsOf(report)[position]?.text} ${write.kind}`)).toEqual([
    'add    $0x4,%ecx computed',
    'mov    (%eax),%ecx load',
    'rep movsl %ds:(%esi),%es:(%edi) store',
  ]);
  expect(before).toBeUndefined();
});

test('the command reads a report file back, and says what it says of the log', () => {
  const files = { 'oops.log': SAMPLE };
  const html = replayCommand(['--html', '-', 'oops.log'], { files }).stdout;
  for (const options of [[], ['--json'], ['--full', '--report', '1']]) {
    const ofLog = replayCommand([...options, 'oops.log'], { files });
    const ofFile = replayCommand([...options, 'report.html'], { files: { 'report.html': html } });
    expect([ofFile.status, ofFile.stdout]).toEqual([ofLog.status, ofLog.stdout]);
  }
  const damaged = (text: string) => replayCommand(['r.html'], { files: { 'r.html': text } });
  for (const text of [
    html.slice(0, html.indexOf('"steps"')),
    html.replace('"replay/1"', '"replay/9"'),
    html.replaceAll('"text":', '"t":'),
  ]) {
    const { status, stdout, stderr } = damaged(text);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^replay: r\.html: cannot be read: /);
  }
  // A log that was saved as a page is a log.
  expect(damaged(`<html><pre>${SAMPLE.replaceAll('<', '&lt;')}</pre></html>`).stdout).toContain(
    'kni_net_process_request',
  );
});

test('keys walk within the positions, and ask and answer', () => {
  const report = sample();
  const keys = (text: string) =>
    text
      .split(' ')
      .reduce<WalkState>((state, key) => walked(report, state, actionOfKey(key) ?? { kind: 'seek', position: -1 }), {
        ...startState(report),
        asked: { place: { register: 'ecx' }, position: stepsOf(report).length },
      });
  const end = stepsOf(report).length;
  expect(keys('k k j').position).toBe(end - 1);
  expect(keys('End ArrowRight').position).toBe(end);
  expect(keys('Home ArrowLeft').position).toBe(0);
  expect(keys('w').position).toBe(end - 1);
  expect(keys('w w').position).toBe(3);
  expect(keys('[').position).toBe(4);
  expect(keys('Escape').asked).toBeUndefined();
});

test('the command writes the file, or prints it', () => {
  const files = { 'oops.log': SAMPLE };
  const printed = replayCommand(['--html', '-', 'oops.log'], { files });
  expect(printed.status).toBe(1);
  expect(printed.stdout).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(printed.stdout).toContain(loadReportAssets('').script);
  const refused = replayCommand(['--html', 'no/where/report.html', 'oops.log'], { files });
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain('no/where/report.html');
});
