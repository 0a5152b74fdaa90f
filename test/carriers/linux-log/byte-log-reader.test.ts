// Reading the bytes of a log gives what reading its text gives, wherever its pieces, its signs and its letters are cut.

import { readdirSync, readFileSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { expect, test } from 'vitest';
import type { ParsedLog } from '../../../src/carriers/carrier.ts';
import { SIGNS } from '../../../src/carriers/linux-log/grammar/families.ts';
import { readRegions } from '../../../src/carriers/linux-log/read-region.ts';
import { SearchingLogReader, startSignSearch } from '../../../src/carriers/linux-log/scan/byte-log-reader.ts';
import { ANY, startByteSearch } from '../../../src/carriers/linux-log/scan/byte-search.ts';
import { type Region, RegionFinder } from '../../../src/carriers/linux-log/scan/find-regions.ts';
import { parseLog } from '../../../src/carriers/read-log.ts';
import { assemble, SIGN_SEARCH } from '../../../tools/sign-search/assemble.ts';
import { fc } from '../../property.ts';
import { printLog } from './print-report.ts';

const folder = new URL('../../vectors/snapshot-reports/', import.meta.url);
const samples = readdirSync(folder)
  .filter((name) => name.endsWith('.log'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));

const MEGABYTE = 1 << 20;
/** More than the reader takes as text before it searches. */
const LEAD_IN = 1.2 * MEGABYTE;

const signSearch = new WebAssembly.Module(await assemble(SIGN_SEARCH));

function quiet(length: number, seed: number): string {
  const lines: string[] = [];
  for (let size = 0, i = seed; size < length; i++) {
    const line =
      i % 97 === 0
        ? `Jul  4 13:${i % 60} hôte défaut: ключ «default» faults ${i}`
        : `Jul  4 13:${i % 60} host cron[${i}]: (root) CMD (x)`;
    lines.push(line);
    size += line.length;
  }
  return `${lines.join('\n')}\n`;
}

function readBytes(log: string, sizes: readonly number[]): ParsedLog {
  const bytes = Buffer.from(log);
  const reader = new SearchingLogReader(new RegionFinder(), new StringDecoder('utf8'), () =>
    startSignSearch(signSearch),
  );
  const found: Region[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const room = reader.room();
    const piece = bytes.subarray(at, at + Math.min(sizes[i % sizes.length] ?? 1, room.length));
    room.set(piece);
    found.push(...reader.take(piece.length));
    at += piece.length;
  }
  found.push(...reader.end());
  // Regions are handed from thread to thread.
  return readRegions(structuredClone(found));
}

test('reports between quiet lines, in pieces of any size', { timeout: 60_000 }, () => {
  const log = quiet(LEAD_IN, 1) + samples.map((sample, i) => sample + quiet(40_000, i)).join('');
  const whole = parseLog(log);
  expect(whole.reports.length).toBeGreaterThan(samples.length);
  const expected = printLog(whole);
  expect(printLog(readBytes(log, [MEGABYTE]))).toBe(expected);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 500, max: 140_000 }), { minLength: 1, maxLength: 5 }), (sizes) => {
      expect(printLog(readBytes(log, sizes))).toBe(expected);
    }),
    { numRuns: 15 },
  );
});

test('a sign that is cut anywhere is found', { timeout: 60_000 }, () => {
  const lead = quiet(LEAD_IN, 5);
  const line = 'app[311]: segfault at 4 ip 08048abc sp bfa1b2c0 error 4 in app[8048000+5000]\n';
  const log = lead + line + quiet(30_000, 2);
  const start = Buffer.byteLength(lead);
  const expected = printLog(parseLog(log));
  expect(expected).toContain('app');
  for (let cut = 0; cut <= line.length; cut++) {
    // Rooms are filled whole up to the cut; from there on byte by byte for a while.
    const sizes = [...new Array(Math.floor((start + cut) / 65_536)).fill(65_536), (start + cut) % 65_536 || 1];
    expect(printLog(readBytes(log, [...sizes, 1, 1, 1, 60_000]))).toBe(expected);
  }
});

test('a line without an end takes bounded memory and hides no report behind it', () => {
  const log = `${quiet(LEAD_IN, 3)}${'x'.repeat(3 * MEGABYTE)}\n${quiet(10_000, 1)}${samples[0]}${quiet(10_000, 9)}`;
  expect(printLog(readBytes(log, [131_072]))).toBe(printLog(parseLog(log)));
});

test('the search gives every place of a key, and counts the ends of lines, from anywhere to anywhere', () => {
  const keys = [...SIGNS].map(({ text }) => text.slice(0, 4).padEnd(4, '?'));
  const groups: string[][] = [];
  for (const [index, key] of keys.entries()) groups[index % 8] = [...(groups[index % 8] ?? []), key];
  const search = startByteSearch(signSearch, { groups, counted: 10, capacity: 4096 });
  const letters = fc.constantFrom(...keys.map((key) => key.replace('?', '')), '\n', 'x', 'E', 'fa', 'é');
  const cut = fc.nat(200);
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 120 }), cut, cut, (words, a, b) => {
      const [from, until] = [Math.min(a, b), Math.max(a, b)];
      // What is left of longer texts lies behind this one.
      search.bytes.set(Buffer.from(words.join('')));
      const all = Buffer.from(search.bytes).toString('latin1');
      const places: number[] = [];
      for (let at = search.find(from, until); at < until; at = search.find(at + 1, until)) places.push(at);
      for (let at = from; at < until; at++)
        if (keys.some((key) => all.startsWith(key.replace('?', ''), at))) expect(places).toContain(at);
      expect(places).toEqual([...new Set(places)]);
      expect(search.count(from, until)).toBe(all.slice(from, until).split('\n').length - 1);
    }),
    { numRuns: 2000 },
  );
});

test('the search leaves out no place of any key, and gives none that the tables of its letters do not allow', () => {
  const SIZE = 200;
  const letter = fc.constantFrom('A', 'B', 'a', 'p', 'q', '1', ANY);
  const key = fc.array(letter, { minLength: 4, maxLength: 4 }).map((letters) => letters.join(''));
  const keyGroups = fc.array(fc.array(key, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 });
  const byte = fc.oneof(fc.constantFrom(...Buffer.from('ABapq1')), fc.nat(255));
  const content = fc.array(byte, { minLength: SIZE, maxLength: SIZE });
  fc.assert(
    fc.property(keyGroups, content, fc.nat(SIZE), fc.nat(SIZE), (groups, bytes, a, b) => {
      const [from, until] = [Math.min(a, b), Math.max(a, b)];
      const search = startByteSearch(signSearch, { groups, counted: 0x41, capacity: SIZE + 8 });
      search.bytes.set(bytes);
      const found: number[] = [];
      for (let at = search.find(from, until); at < until; at = search.find(at + 1, until)) found.push(at);
      const places = bytes.map((_, place) => place).slice(from, until);
      const allowed = places.filter((place) => groups.some((group) => mayBegin(group, search.bytes, place)));
      const begun = places.filter((place) => groups.flat().some((each) => begins(each, search.bytes, place)));
      expect(allowed).toEqual(expect.arrayContaining(found));
      expect(found).toEqual(expect.arrayContaining(begun));
      expect(found).toEqual([...new Set(found)].sort((x, y) => x - y));
      expect(search.count(from, until)).toBe(bytes.slice(from, until).filter((value) => value === 0x41).length);
    }),
    { numRuns: 500 },
  );
});

function begins(key: string, bytes: Uint8Array, place: number): boolean {
  return [...key].every((letter, i) => letter === ANY || letter.charCodeAt(0) === bytes[place + i]);
}

/** Whether each letter that counts has a low nibble and a high nibble that keys of the group have there. */
function mayBegin(group: readonly string[], bytes: Uint8Array, place: number): boolean {
  return [0, 2, 3].every((i) => {
    const value = bytes[place + i] ?? 0;
    const letters = group.map((key) => key.charAt(i));
    const has = (nibbleOf: (byte: number) => number) =>
      letters.some((letter) => letter === ANY || nibbleOf(letter.charCodeAt(0)) === nibbleOf(value));
    return has((byte) => byte & 15) && has((byte) => byte >> 4);
  });
}

test('so many ends of lines that no lane of the count can hold them', () => {
  const size = 70_000;
  const search = startByteSearch(signSearch, { groups: [['EIP?']], counted: 10, capacity: size });
  search.bytes.fill(10);
  for (const [from, until] of [
    [0, size],
    [3, 40_000],
    [16, 4_160],
    [17, 17],
  ] as const)
    expect(search.count(from, until)).toBe(until - from);
});

test('lines that end in a carriage return alone', { timeout: 60_000 }, () => {
  const short = samples.join('');
  const long = quiet(LEAD_IN, 1) + short + quiet(40_000, 2) + short;
  for (const [log, sizes] of [
    [short, [1000]],
    [short, [7, 50_000]],
    [long, [131_072]],
  ] as const) {
    const expected = printLog(parseLog(log));
    const returned = log.replaceAll('\n', '\r');
    expect(printLog(readBytes(returned, sizes))).toBe(expected);
    expect(printLog(parseLog(returned))).toBe(expected);
    expect(printLog(parseLog(`${returned}\n`))).toBe(expected);
  }
});

test('carriage returns of a progress bar are no line ends', () => {
  const [sample = ''] = samples;
  const bar = Array.from({ length: 50 }, (_, i) => `loading ${i} %`).join('\r');
  expect(printLog(parseLog(`${bar}\n${sample}`))).toBe(printLog(parseLog(`bar\n${sample}`)));
  expect(printLog(readBytes(`${bar}\r\n${sample.replaceAll('\n', '\r\n')}`, [1, 2, 3]))).toBe(
    printLog(parseLog(`bar\n${sample}`)),
  );
});
