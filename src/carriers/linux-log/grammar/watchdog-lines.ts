// Register dumps that are no faults: soft lockups, stalls of RCU, the NMI watchdog, SysRq-P. They are recognised so as not to be taken for faults.

import { parseHex32, type U32 } from '../../../machine/u32.ts';
import type { Fact } from '../assembly/fact.ts';
import type { Family } from './family.ts';

const FORMS: readonly RegExp[] = [
  /^(?:watchdog: )?BUG: soft lockup\b/i,
  /^NMI watchdog(?:: BUG: soft lockup| detected LOCKUP|: Watchdog detected hard LOCKUP)/i,
  /^NMI backtrace for cpu \d/i,
  /^SysRq ?: Show Regs/i,
  /^(?:rcu: )?INFO: rcu\w* (?:self-)?detected? /i,
];

/** One look tells most lines from these. */
const WORDS = /lockup|NMI|SysRq|INFO: rcu/i;

function readWatchdogLine(text: string): readonly Fact[] {
  if (!WORDS.test(text) || !FORMS.some((form) => form.test(text))) return [];
  const facts: Fact[] = [{ kind: 'headline', report: 'register-dump', text }];
  const eip = /,? e?ip ([0-9a-f]{8}), registers:/.exec(text)?.[1];
  if (eip !== undefined) facts.push({ kind: 'eip', value: parseHex32(eip) as U32, source: 'elsewhere' });
  const cpu = /\bCPU#?(\d{1,5})/i.exec(text)?.[1];
  if (cpu !== undefined) facts.push({ kind: 'identity', field: 'cpu', value: Number(cpu) });
  return facts;
}

export const WATCHDOG_LINES: Family = {
  read: readWatchdogLine,
  starts: 'wa bu nm sy in rc',
  words: [/lockup|LOCKUP|NMI|SysRq|INFO: rcu/],
};
