// Makes findings of the chains of the lead-up: they say which instruction made each register of the faulting address.

import { certainValue, type LeadUp, type OriginChain, type OriginSource } from '../reconstruction/lead-up.ts';
import type { Finding, OriginPart } from './finding.ts';

export function originFindings(leadUp: LeadUp): readonly Finding[] {
  return leadUp.origin.map((chain) => originFinding(chain, leadUp));
}

function originFinding(chain: OriginChain, leadUp: LeadUp): Finding {
  const { register, role, end, links } = chain;
  const last = links.at(-1);
  const index = end.kind === 'callee' ? end.step : end.kind === 'before-lead-up' ? undefined : last?.step;
  const step = index === undefined ? undefined : leadUp.steps[index];
  const address = certainValue(last?.address);
  const value = certainValue(last?.value);
  return {
    kind: 'address-origin',
    register,
    role,
    path: chain.path,
    source: end.kind,
    ...throughOf(chain),
    ...(end.kind === 'before-lead-up' && { initial: end.register }),
    ...(step && { step: step.address, offset: step.offset }),
    ...(end.kind === 'load' && address !== undefined && { address }),
    ...(step && value !== undefined && { value }),
    sources: chain.sources.map((one) => partOf(one, leadUp)),
    ...(chain.otherwise && { otherwise: chain.otherwise }),
  };
}

function partOf(
  { kind, step: index, register, address, value, atEntry, argument }: OriginSource,
  leadUp: LeadUp,
): OriginPart {
  const step = index === undefined ? undefined : leadUp.steps[index];
  const at = certainValue(address);
  const known = certainValue(value);
  return {
    source: kind,
    path: (step ?? leadUp.steps[0])?.path ?? 'only',
    ...(step && { step: step.address, offset: step.offset }),
    ...(register && { register }),
    ...(at !== undefined && { address: at }),
    ...(known !== undefined && { value: known }),
    ...(atEntry && { atEntry }),
    ...(argument !== undefined && { argument }),
  };
}

/** The last link made the value, if the code shows that; the links before it in the list changed or moved it. */
function throughOf({ links, end }: OriginChain): { through?: 'copy' | 'arithmetic' } {
  const isMade = end.kind !== 'callee' && end.kind !== 'before-lead-up';
  const since = isMade ? links.slice(0, -1) : links;
  if (since.length === 0) return {};
  return { through: since.some(({ kind }) => kind !== 'copy') ? 'arithmetic' : 'copy' };
}
