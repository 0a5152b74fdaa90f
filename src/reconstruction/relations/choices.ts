// Relations whose outcome hangs on one condition, and functions that can only be computed forward.

import type { Network, NodeId } from '../network/network.ts';

/** `result` is `yes` where `outcome` is 1, else `no`. */
export function addChoice(network: Network, outcome: NodeId, result: NodeId, yes: NodeId, no: NodeId): void {
  network.addRelation({
    nodes: [outcome, result, yes, no],
    propagate(net) {
      if (net.isKnown(outcome)) {
        net.equate(result, net.value(outcome) !== 0 ? yes : no);
        return;
      }
      const [y, n, r] = [net.bits(yes), net.bits(no), net.bits(result)];
      const either = y.unknown | n.unknown | (y.value ^ n.value);
      net.learn(result, { unknown: either, value: y.value & ~either });
      if (((r.value ^ y.value) & ~(r.unknown | y.unknown)) !== 0) net.refine(outcome, 1, 0);
      if (((r.value ^ n.value) & ~(r.unknown | n.unknown)) !== 0) net.refine(outcome, 1, 1);
    },
  });
}

/** Outputs that follow once all inputs are known; undefined where the function says nothing. */
export function addFunction(
  network: Network,
  inputs: readonly NodeId[],
  outputs: readonly NodeId[],
  compute: (inputs: readonly number[]) => readonly { readonly mask: number; readonly value: number }[],
): void {
  network.addRelation({
    nodes: inputs,
    propagate(net) {
      if (!inputs.every((node) => net.isKnown(node))) return;
      compute(inputs.map((node) => net.value(node))).forEach(({ mask, value }, i) => {
        net.refine(outputs[i] as NodeId, mask, value);
      });
    },
  });
}
