// Framing: whatever the pieces in which bytes arrive, and whatever lies between packets.

import { expect, test } from 'vitest';
import { framePacket, LARGEST_PACKET, PacketReader, type Received } from '../../src/frontends/gdb/packets.ts';
import { fc } from '../property.ts';

function feed(reader: PacketReader, bytes: Uint8Array): readonly Received[] {
  return Array.from(bytes, (byte) => reader.take(byte)).filter((received) => received !== undefined);
}

function read(bytes: Uint8Array, pieces: (at: number) => number = () => bytes.length): readonly Received[] {
  const reader = new PacketReader();
  const received: Received[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = Math.max(1, pieces(at));
    received.push(...feed(reader, bytes.subarray(at, at + size)));
    at += size;
  }
  return received;
}

const text = (input: string) => Buffer.from(input, 'latin1');
const anyBytes = fc.uint8Array({ maxLength: 200 });
const anyData = anyBytes.map((bytes) => Buffer.from(bytes).toString('latin1'));

const CASES: readonly [title: string, input: string, received: readonly Received[]][] = [
  ['a packet', '$g#67', [{ kind: 'packet', data: 'g' }]],
  ['upper-case checksum digits', '$vCont?#49', [{ kind: 'packet', data: 'vCont?' }]],
  [
    'acknowledgements and an interrupt',
    '+-\x03',
    [{ kind: 'acknowledged' }, { kind: 'rejected' }, { kind: 'interrupt' }],
  ],
  ['a wrong checksum', '$g#68', [{ kind: 'damaged' }]],
  ['a checksum that is none', '$g#zz', [{ kind: 'damaged' }]],
  ['noise in front', 'hello$g#67', [{ kind: 'packet', data: 'g' }]],
  ['half a packet, then a whole one', '$m1234,$g#67', [{ kind: 'packet', data: 'g' }]],
  ['half a packet', '$m1234', []],
  ['a packet without its last digit', '$g#6', []],
  ['an empty packet', '$#00', [{ kind: 'packet', data: '' }]],
  ['escaped characters', '$}\x03}\x04#01', [{ kind: 'packet', data: '#$' }]],
];

test.each(CASES)('%s is read', (_title, input, received) => {
  expect(read(text(input))).toEqual(received);
  expect(read(text(input), () => 1)).toEqual(received);
});

test('what is framed is read again, in any pieces', () => {
  fc.assert(
    fc.property(anyData, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (data, sizes) => {
      const framed = framePacket(data);
      expect(read(framed, () => sizes.next().value as number)).toEqual([{ kind: 'packet', data }]);
    }),
  );
});

test('any bytes are survived, and a packet after them is read once a packet begins', () => {
  fc.assert(
    fc.property(anyBytes, (noise) => {
      const received = read(Buffer.concat([noise, text('#00$g#67$g#67')]));
      expect(received.at(-1)).toEqual({ kind: 'packet', data: 'g' });
    }),
  );
});

test('a packet that never ends takes no more memory than a packet may', () => {
  const reader = new PacketReader();
  feed(reader, text('$'));
  for (let i = 0; i < 100; i++) expect(feed(reader, Buffer.alloc(LARGEST_PACKET, 'a'))).toEqual([]);
  expect(feed(reader, text('#00$g#67'))).toContainEqual({ kind: 'packet', data: 'g' });
});
