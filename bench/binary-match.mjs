// Matches recorded oopses to a module by symbol, size and bytes, and compares the place with the recorded one.
// node bench/binary-match.mjs CASES.tsv REPORTS.jsonl DIRECTORY: the columns id, elf, flags, where, at, text_offset and match;
// one object with id and report a line; the directory of the modules. Every other module in it is tried as the wrong flavour.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openElf } from '../dist/modules/binary/elf/elf-file.js';
import { moduleRelease } from '../dist/modules/binary/elf/identity.js';
import { matchCode } from '../dist/modules/binary-match/match-code.js';

const [cases, reports, directory] = process.argv.slice(2);
if (directory === undefined) {
  console.error('usage: node bench/binary-match.mjs CASES.tsv REPORTS.jsonl DIRECTORY');
  process.exit(2);
}
const lines = (path) => readFileSync(path, 'utf8').trim().split('\n');
const texts = new Map(lines(reports).map((line) => [JSON.parse(line).id, JSON.parse(line).report]));
const modules = readdirSync(directory).filter((name) => name.endsWith('.ko'));
const files = new Map(
  modules.map((name) => {
    const bytes = readFileSync(join(directory, name));
    const source = { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
    return [name, openElf(source, { inflate: () => undefined }).file];
  }),
);

const tally = new Map();
const count = (key) => tally.set(key, (tally.get(key) ?? 0) + 1);
for (const line of lines(cases).slice(1)) {
  const [id, elf, , where, at, offset, expected] = line.split('\t');
  const report = texts.get(id) ?? '';
  const symbol = /^(.+)\+0x([0-9a-f]+)\/0x([0-9a-f]+)/.exec(at);
  const code = /Code: ((?:<?[0-9a-f]{2}>? ?)+)/.exec(report)?.[1]?.trim().split(/ +/);
  const release = / (\d+\.\d+\.\d+-\S+) #/.exec(report)?.[1];
  if (symbol === null || code === undefined || !files.has(elf)) {
    count(`${where}, no symbol or code in the report: elsewhere`);
    continue;
  }
  const bytes = Uint8Array.from(code.map((word) => Number.parseInt(word.replace(/[<>]/g, ''), 16)));
  const captured = {
    symbol: symbol[1],
    offset: Number.parseInt(symbol[2], 16),
    size: Number.parseInt(symbol[3], 16),
    bytes,
    at: code.findIndex((word) => word.startsWith('<')),
  };
  for (const [name, file] of files) {
    const found = matchCode(file, captured);
    const same = moduleRelease(file) === release ? 'same release' : 'other release';
    const places = found.match === 'proved' ? [found.place] : found.match === 'ambiguous' ? found.places : [];
    const isThere = places.some((place) => place.offset === Number.parseInt(offset, 16));
    const right = places.length === 0 ? '' : isThere ? ', place as recorded' : ', WRONG place';
    count(`${name === elf ? 'its file' : 'another file'}, ${same}: ${where}, ${expected} -> ${found.match}${right}`);
  }
}
for (const [key, number] of tally) console.log(String(number).padStart(5), key);
