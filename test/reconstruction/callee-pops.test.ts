// When the code around a call leaves open how much its callee popped: a wrong guess moves the stack of everything before the call.

import { describe, expect, it } from 'vitest';
import { wrapU32 } from '../../src/machine/u32.ts';
import { mayPop } from '../../src/reconstruction/paths/callee-pops.ts';
import { loadCpu } from '../cpu/cpu-under-test.ts';

const CALL = 'e8 00 10 00 00';

describe('a callee may have popped words where', async () => {
  const { decoder } = await loadCpu();

  function decode(code: string) {
    const bytes = Uint8Array.from(code.split(' '), (byte) => Number.parseInt(byte, 16));
    const found = [];
    for (let offset = 0; offset < bytes.length; ) {
      const instruction = decoder.decode(bytes, offset, wrapU32(0xc100_0000 + offset));
      if (instruction === undefined) throw new Error(`no instruction at ${offset} of ${code}`);
      found.push(instruction);
      offset += instruction.length;
    }
    return found;
  }

  it.each([
    ['room is made for them again', '50', '83 ec 04', true],
    ['nothing is said', '50', '89 c3', false],
    ['three words are freed, and four were pushed', '51 50 6a 05 50', '83 c4 0c', true],
    [
      'three words are freed, and three were pushed behind saved registers',
      '56 53 50 6a 05 89 d8 50',
      '83 c4 0c',
      false,
    ],
    ['three words are freed, and two are seen pushed', '50 6a 05', '83 c4 0c', true],
    ['seven words are freed, and one was pushed behind an address', '8d 44 24 1c 50', '83 c4 1c', true],
    ['four words are freed, as an aligned stack has them', '83 ec 0c 50', '83 c4 10', false],
    ['a frame of many words is left', '50', '83 c4 40', false],
  ])('%s', (_title, before, behind, expected) => {
    const instructions = decode(`${before} ${CALL} ${behind}`);
    const [call, next] = instructions.slice(-2);
    if (call === undefined || next === undefined) throw new Error('no call');
    expect(mayPop(call, next, (instruction) => instructions[instructions.indexOf(instruction) - 1])).toBe(expected);
  });
});
