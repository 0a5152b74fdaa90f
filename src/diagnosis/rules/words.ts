// Rules about what the kernel itself says: assertions, warnings, sentences, numbers of reports.

import type { Replay } from '../../replay/replay-types.ts';
import type { Sourced } from '../../snapshot/snapshot.ts';
import { registerGround } from '../crash.ts';
import type { Ground } from '../diagnosis.ts';
import type { Rule } from './rule.ts';

export const wordRule: Rule = (crash) => {
  const { snapshot } = crash;
  const { remarks = [], kind, trap } = snapshot;
  const said = remarks.find(isTelling);
  const isAssertion = kind === 'bug' || kind === 'warning';
  if (!isAssertion)
    return [...lostAssertion(crash), ...(said ? [{ kind: 'kernel-words', ...words(said) } as const] : [])];
  const place = trap.location ?? snapshot.headline;
  const grounds: readonly Ground[] = [place, said].flatMap((fact) =>
    fact === undefined ? [] : [{ kind: 'log', what: 'words', evidence: fact.evidence } as const],
  );
  const about = { strength: 'proves', grounds, ...(said && { words: said.value }) } as const;
  return [{ kind: kind === 'bug' ? 'assertion' : 'warning', ...about }];
};

/** Compilers put ud2 where an assertion of the kernel fails, and the words of the kernel are lines that can be lost. */
const lostAssertion: Rule = ({ replay, snapshot, isKernel }) => {
  const eip = replay.machine?.loggedEip ?? snapshot.registers.eip?.value;
  if (!isKernel || !isUd2(replay) || snapshot.kind !== 'oops') return [];
  const { location } = snapshot.trap;
  const grounds: readonly Ground[] = [
    ...(eip === undefined ? [] : [registerGround('eip', eip)]),
    ...(location ? [{ kind: 'log', what: 'words', evidence: location.evidence } as const] : []),
  ];
  return [{ kind: 'assertion', lost: true, strength: 'proves', grounds }];
};

/** The instruction at EIP is one that exists to fault: BUG() and WARN() of kernels from 2.4 on. */
export function isUd2({ window }: Replay): boolean {
  return window?.faulting?.mnemonic === 'ud2';
}

function words({ value, evidence }: Sourced<string>) {
  return { words: value, strength: 'proves', grounds: [{ kind: 'log', what: 'words', evidence }] } as const;
}

/** What kernels say where they found something wrong themselves; other lines tell of circumstances. */
const TELLING =
  /corrupt|overran|overflow|underflow|use-after-free|exploit|NX-protected|stack-protector|bad page|poison|leak|insecure|self-tests|atomic|should be|skb_|skput|skpush|usercopy|refcount|sleeping function|double free|already freed|not held|slab error|wrong slab|out of range ptr|page dumped because|mapcount|assertion failure|invalid credentials/i;

function isTelling({ value }: Sourced<string>): boolean {
  return TELLING.test(value);
}
