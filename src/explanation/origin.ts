// The chains of the lead-up as findings: which instruction made each register of the faulting address.

import type { KnownValue, LeadUp, OriginChain } from '../reconstruction/lead-up.ts';
import type { Finding } from './finding.ts';

export function originFindings(leadUp: LeadUp): readonly Finding[] {
  return leadUp.origin.map((chain) => originFinding(chain, leadUp));
}

function originFinding(chain: OriginChain, leadUp: LeadUp): Finding {
  const { register, role, end, links } = chain;
  const last = links.at(-1);
  const index = end.kind === 'callee' ? end.step : end.kind === 'before-lead-up' ? undefined : last?.step;
  const step = index === undefined ? undefined : leadUp.steps[index];
  const address = certain(last?.address);
  const value = certain(last?.value);
  return {
    kind: 'address-origin',
    register,
    role,
    source: end.kind,
    ...(step && { step: step.address, offset: step.offset }),
    ...(end.kind === 'load' && address !== undefined && { address }),
    ...(step && value !== undefined && { value }),
  };
}

/** A witness is no fact. */
function certain(value: KnownValue | undefined): KnownValue['value'] {
  return value?.provenance === 'derived' || value?.provenance === 'observed' ? value.value : undefined;
}
