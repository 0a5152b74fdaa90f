// Compares file and line of random addresses, in every inlined frame, with elfutils (`eu-addr2line -a -i -s`).
// node bench/binary-lines.mjs FILE... : i386 ELF files with DWARF; 1,500 addresses are shared out among them.

import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { inflateSync } from 'node:zlib';
import { Dwarf } from '../dist/modules/binary/dwarf/position.js';
import { openElf } from '../dist/modules/binary/elf/elf-file.js';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: node bench/binary-lines.mjs FILE...');
  process.exit(2);
}
const ADDRESSES = 1500;
let seed = Number(process.env.REPLAY_PROPERTY_SEED ?? 1);
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

function source(path) {
  const handle = openSync(path, 'r');
  return {
    size: statSync(path).size,
    close: () => closeSync(handle),
    read(offset, length) {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, this.size - offset)));
      return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, offset));
    },
  };
}

function inflate(bytes, size) {
  try {
    return inflateSync(bytes, { maxOutputLength: size });
  } catch {
    return undefined;
  }
}

function peer(path, section, offsets, isRelocatable) {
  // Addresses on its standard input end at the first that it does not know; as arguments they are all answered.
  const options = ['-a', '-i', '-s', '-e', path, ...(isRelocatable ? ['-j', section] : [])];
  const given = offsets.map((offset) => `0x${offset.toString(16)}`);
  const lines = spawnSync('eu-addr2line', [...options, ...given], { encoding: 'utf8' }).stdout.split('\n');
  const answers = [];
  for (const line of lines) {
    if (/^0x[0-9a-f]+$/.test(line)) answers.push([]);
    else if (line !== '') answers.at(-1).push(line.replace(/ \(.*/, '').split(':').slice(0, 2).join(':'));
  }
  return answers.map((frames) => frames.join(' < '));
}

let [all, equal, silent] = [0, 0, 0];
for (const path of files) {
  const bytes = source(path);
  const started = performance.now();
  const { file } = openElf(bytes, { inflate });
  const text = file.section('.text');
  const count = Math.round(ADDRESSES / files.length);
  const functions = file
    .symbols()
    .filter(({ type, section, size }) => type === 2 && section === text.index && size > 0);
  const picked = Array.from({ length: count }, () => {
    const one = functions[Math.floor(random() * functions.length)];
    return one.address + Math.floor(random() * one.size);
  });
  const dwarf = new Dwarf(file);
  dwarf.framesAt(picked[0]);
  const first = performance.now() - started;
  const own = picked.map((address) =>
    dwarf
      .framesAt(address)
      .map(({ file: name, line }) => `${name === undefined || line === 0 ? '??' : basename(name)}:${line}`)
      .join(' < '),
  );
  const took = performance.now() - started - first;
  const theirs = peer(
    path,
    '.text',
    picked.map((address) => address - (file.isRelocatable ? text.address : 0)),
    file.isRelocatable,
  );
  let same = 0;
  let unknown = 0;
  for (const [index, mine] of own.entries()) {
    const answer = theirs[index] === '??:0' ? '' : theirs[index];
    if (answer === '') unknown += 1;
    if (mine === answer || (answer === '' && mine === '??:0')) same += 1;
    else if (process.env.REPLAY_SHOW) console.log(picked[index].toString(16), '| own', mine, '| elfutils', answer);
  }
  all += count;
  equal += same;
  silent += unknown;
  console.log(
    `${basename(path)}: ${same} of ${count} equal, ${unknown} unknown to elfutils; first ${first.toFixed(0)} ms, then ${(took / count).toFixed(2)} ms each`,
  );
  bytes.close();
}
console.log(
  `all: ${equal} of ${all} equal (${((100 * equal) / all).toFixed(2)} %), ${silent} of them unknown to elfutils`,
);
