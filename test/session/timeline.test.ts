// What holds for every session: moving forward and back leads to the same place, a diversion leaves no trace, and what is unknown has no
// number.

import { expect, test } from 'vitest';
import { REGISTER_NAMES, type RegisterName } from '../../src/machine/registers.ts';
import { type U32, wrapU32 } from '../../src/machine/u32.ts';
import type { Edit } from '../../src/session/edit.ts';
import { readBytes } from '../../src/session/machine-view.ts';
import type { Session } from '../../src/session/session.ts';
import { fc } from '../property.ts';
import { SAMPLE, sessionOf } from './session-of.ts';

const LOGS = [SAMPLE, 'test/session/logs/argument-in-frame.log', 'test/session/logs/divide-by-count.log'];
const STACKS: Readonly<Record<string, number>> = { [SAMPLE]: 0xd4b85e14 };

/** Everything that can be seen at a place. */
function picture(session: Session, log: string): unknown {
  const { view, place } = session;
  return {
    place,
    registers: view.registers(),
    stack: readBytes(view, wrapU32(STACKS[log] ?? 0xf5a0bf00), 64),
    code: readBytes(view, place.address, 16),
  };
}

test.each(LOGS)('%s: n steps forward and n back lead to the same place', async (log) => {
  const { session } = await sessionOf(log);
  const last = session.travel.positions.length - 1;
  fc.assert(
    fc.property(fc.nat(last), fc.nat(last), (from, count) => {
      const steps = Math.min(count, last - from);
      session.travel.seek(from);
      const before = picture(session, log);
      for (let i = 0; i < steps; i++) expect(session.run('step', 'forward')).toEqual({ kind: 'step' });
      expect(session.place.position).toBe(from + steps);
      for (let i = 0; i < steps; i++) expect(session.run('step', 'backward')).toEqual({ kind: 'step' });
      expect(picture(session, log)).toEqual(before);
    }),
  );
});

test.each(LOGS)('%s: what is unknown has no number, what has a number is not unknown', async (log) => {
  const { session } = await sessionOf(log);
  for (const position of session.travel.positions) {
    for (const { provenance, value } of Object.values(position.registers())) {
      expect(value === undefined).toBe(provenance === 'unknown');
    }
  }
});

test.each(LOGS)('%s: at the crash site stand the values of the log', async (log) => {
  const { session } = await sessionOf(log);
  for (const name of REGISTER_NAMES) {
    expect(session.view.registers()[name].provenance, name).toBe('observed');
  }
});

const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    kind: fc.constant('register' as const),
    register: fc.constantFrom<RegisterName>('eax', 'ecx', 'edx', 'ebx', 'esi', 'edi', 'ebp', 'esp'),
    value: fc.oneof(fc.constantFrom(0, 1, 0xf21fea80, 0xd4b85e14, 0xf5a0bf00), fc.nat(0xffff_ffff)).map(wrapU32),
  }),
  fc.record({
    kind: fc.constant('memory' as const),
    address: fc.constantFrom(0xf21fea80, 0xf21fea88, 0xd4b85e14, 0xf5a0bf04, 0xc1abc004).map(wrapU32),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  }),
  fc.constant<Edit>({ kind: 'flags', mask: 0x440, value: 0x40 }),
  fc.constant<Edit>({ kind: 'page', address: wrapU32(0x9e28e000), state: { kind: 'open' } }),
);

test.each(LOGS)('%s: a diversion leaves the timeline as it was', async (log) => {
  const { session } = await sessionOf(log);
  const last = session.travel.positions.length - 1;
  const pictures = session.travel.positions.map(({ index }) => {
    session.travel.seek(index);
    return picture(session, log);
  });
  fc.assert(
    fc.property(fc.nat(last), fc.array(edits, { minLength: 1, maxLength: 4 }), fc.nat(20), (from, changes, steps) => {
      session.travel.seek(from);
      for (const edit of changes) session.diversions.edit(edit);
      for (let i = 0; i < steps; i++) session.run('step', 'forward');
      expect(session.diversions.drop()).toBe(true);
      for (const [index, expected] of pictures.entries()) {
        session.travel.seek(index);
        expect(picture(session, log)).toEqual(expected);
      }
    }),
    { numRuns: 30 },
  );
});

test.each(LOGS)('%s: going back in a diversion and forward again leads to the same place', async (log) => {
  const { session } = await sessionOf(log);
  const last = session.travel.positions.length - 1;
  fc.assert(
    fc.property(fc.nat(last), fc.array(edits, { minLength: 1, maxLength: 3 }), fc.nat(12), (from, changes, back) => {
      session.travel.seek(from);
      for (const edit of changes) session.diversions.edit(edit);
      for (let i = 0; i < 12; i++) session.run('step', 'forward');
      const there = picture(session, log);
      const executed = session.place.executed;
      const count = Math.min(back, executed);
      for (let i = 0; i < count; i++) expect(session.run('step', 'backward').kind).toBe('step');
      for (let i = 0; i < count; i++) expect(session.run('step', 'forward').kind).toBe('step');
      expect(session.place.executed).toBe(executed);
      expect(picture(session, log)).toEqual(there);
    }),
    { numRuns: 60 },
  );
});

test.each(LOGS)('%s: a diversion without a change follows the original', async (log) => {
  const { session } = await sessionOf(log);
  for (const { index, registers } of session.travel.positions) {
    session.travel.seek(index);
    const { value } = registers().esp;
    session.diversions.edit({ kind: 'register', register: 'esp', value: value as U32 });
    session.run('continue', 'forward');
    expect(session.diversions.current?.comparison).not.toHaveProperty('path');
    expect(session.diversions.current?.comparison).not.toHaveProperty('value');
  }
});
