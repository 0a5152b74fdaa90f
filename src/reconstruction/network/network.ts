// The graph of definitions along one candidate path: nodes are 32-bit values of which some bits are known, relations tie them together.
// Everything that propagation finds is an implication; a contradiction therefore rules the path out. Changes can be undone, for a search.

import { addBits, exactly, type KnownBits } from './known-bits.ts';

export type NodeId = number;

/** A rule between nodes, run again whenever one of them becomes better known. It must be stateless: the network is rewound. */
export interface Relation {
  readonly nodes: readonly NodeId[];
  propagate(network: Network): void;
}

/** The node whose value is 0; every fully known node is a constant distance from it. */
export const ZERO: NodeId = 0;

type Undo =
  | { readonly kind: 'bits'; readonly node: NodeId; readonly unknown: number; readonly value: number }
  | {
      readonly kind: 'union';
      readonly kept: NodeId;
      readonly moved: NodeId;
      readonly length: number;
      readonly shift: number;
    }
  | { readonly kind: 'node' }
  | { readonly kind: 'relation'; readonly relation: Relation };

/** Propagation steps allowed for one call; far above what code windows need. */
const STEP_LIMIT = 20_000;

export class Network {
  readonly #unknown: number[] = [0];
  readonly #value: number[] = [0];
  /** Class of nodes that differ by known constants: node = root + distance, modulo 2^32. */
  readonly #root: NodeId[] = [ZERO];
  readonly #distance: number[] = [0];
  readonly #members: NodeId[][] = [[ZERO]];
  readonly #watchers: Relation[][] = [[]];
  readonly #queue: Relation[] = [];
  readonly #queued = new Set<Relation>();
  readonly #dirty: NodeId[] = [];
  readonly #trail: Undo[] = [];
  #conflict: string | undefined;
  /** Counts unions: memory relations look again when it has moved. */
  #unions = 0;

  /** Why no execution fits, once that is so. */
  get conflict(): string | undefined {
    return this.#conflict;
  }

  get unions(): number {
    return this.#unions;
  }

  get size(): number {
    return this.#root.length;
  }

  addNode(): NodeId {
    const node = this.#root.length;
    this.#unknown.push(-1);
    this.#value.push(0);
    this.#root.push(node);
    this.#distance.push(0);
    this.#members.push([node]);
    this.#watchers.push([]);
    this.#trail.push({ kind: 'node' });
    return node;
  }

  /** A node for a value of `width` bits; the bits above are zero. */
  addNarrow(width: number): NodeId {
    const node = this.addNode();
    if (width < 32) this.refine(node, -1 << width, 0);
    return node;
  }

  addConstant(value: number): NodeId {
    const node = this.addNode();
    this.learn(node, exactly(value));
    return node;
  }

  /** A new node that equals `node` + `distance`. */
  addDistant(node: NodeId, distance: number): NodeId {
    if ((distance | 0) === 0) return node;
    const result = this.addNode();
    this.equate(result, node, distance);
    return result;
  }

  addRelation(relation: Relation): void {
    for (const node of relation.nodes) (this.#watchers[node] as Relation[]).push(relation);
    this.#trail.push({ kind: 'relation', relation });
    this.#enqueue(relation);
  }

  bits(node: NodeId): KnownBits {
    return { unknown: this.#unknown[node] as number, value: this.#value[node] as number };
  }

  unknownBits(node: NodeId): number {
    return this.#unknown[node] as number;
  }

  isKnown(node: NodeId): boolean {
    return this.#unknown[node] === 0;
  }

  /** The known bits as an unsigned number, with zeros where a bit is not known. */
  value(node: NodeId): number {
    return (this.#value[node] as number) >>> 0;
  }

  /** `a` − `b` where that is a known constant, whatever the values are. */
  distance(a: NodeId, b: NodeId): number | undefined {
    if (this.#root[a] !== this.#root[b]) return undefined;
    return ((this.#distance[a] as number) - (this.#distance[b] as number)) | 0;
  }

  /** A representative of the nodes that differ from `node` by constants. */
  classOf(node: NodeId): NodeId {
    return this.#root[node] as NodeId;
  }

  /** The bits of `mask` are known to be those of `value`. */
  refine(node: NodeId, mask: number, value: number): void {
    this.learn(node, { unknown: ~mask, value: value & mask });
  }

  learn(node: NodeId, bits: KnownBits): void {
    const unknown = this.#unknown[node] as number;
    const value = this.#value[node] as number;
    if (((bits.value ^ value) & ~(unknown | bits.unknown)) !== 0) {
      this.fail('two values for one register or word');
      return;
    }
    const next = unknown & bits.unknown;
    if (next === unknown) return;
    this.#trail.push({ kind: 'bits', node, unknown, value });
    this.#unknown[node] = next;
    this.#value[node] = value | bits.value;
    this.#dirty.push(node);
  }

  /** `a` = `b` + `distance`. */
  equate(a: NodeId, b: NodeId, distance = 0): void {
    const rootA = this.#root[a] as NodeId;
    const rootB = this.#root[b] as NodeId;
    // rootA = rootB + gap
    const gap = (distance + (this.#distance[b] as number) - (this.#distance[a] as number)) | 0;
    if (rootA === rootB) {
      if (gap !== 0) this.fail('a value differs from itself');
      return;
    }
    const membersA = this.#members[rootA] as NodeId[];
    const membersB = this.#members[rootB] as NodeId[];
    const keepB = rootB === ZERO || (rootA !== ZERO && membersB.length >= membersA.length);
    if (keepB) this.#merge(rootB, rootA, gap);
    else this.#merge(rootA, rootB, -gap | 0);
  }

  fail(reason: string): void {
    this.#conflict ??= reason;
  }

  /** Runs all relations to a fixpoint. False: no execution fits. */
  propagate(): boolean {
    let steps = 0;
    while (this.#conflict === undefined) {
      const node = this.#dirty.pop();
      if (node !== undefined) {
        this.#spread(node);
        continue;
      }
      const relation = this.#queue.pop();
      if (relation === undefined) return true;
      this.#queued.delete(relation);
      if (++steps > STEP_LIMIT) break;
      relation.propagate(this);
    }
    this.#queue.length = 0;
    this.#queued.clear();
    this.#dirty.length = 0;
    return this.#conflict === undefined;
  }

  mark(): number {
    return this.#trail.length;
  }

  /** Takes back everything since `mark`, contradictions included. */
  undo(mark: number): void {
    while (this.#trail.length > mark) this.#undoOne(this.#trail.pop() as Undo);
    this.#conflict = undefined;
    this.#queue.length = 0;
    this.#queued.clear();
    this.#dirty.length = 0;
    this.#unions++;
  }

  #merge(kept: NodeId, moved: NodeId, shift: number): void {
    const into = this.#members[kept] as NodeId[];
    const from = this.#members[moved] as NodeId[];
    this.#trail.push({ kind: 'union', kept, moved, length: into.length, shift });
    this.#unions++;
    for (const node of from) {
      this.#root[node] = kept;
      this.#distance[node] = ((this.#distance[node] as number) + shift) | 0;
      into.push(node);
    }
    // Each side learns what the other knew; one known member makes all known.
    this.#dirty.push(...from);
    if (kept !== ZERO) this.#dirty.push(...into.slice(0, into.length - from.length));
    // Watchers of unchanged bits still want to see the new distance.
    for (const node of from) for (const relation of this.#watchers[node] as Relation[]) this.#enqueue(relation);
  }

  #spread(node: NodeId): void {
    const root = this.#root[node] as NodeId;
    const mine = this.#distance[node] as number;
    if (root === ZERO) {
      this.learn(node, exactly(mine));
    } else if (this.#unknown[node] === 0) {
      this.equate(node, ZERO, this.#value[node] as number);
    } else {
      const bits = this.bits(node);
      for (const other of this.#members[root] as NodeId[]) {
        const gap = ((this.#distance[other] as number) - mine) | 0;
        if (other === node) continue;
        if (gap === 0) this.learn(other, bits);
        else this.learn(other, addBits(bits, exactly(gap)));
      }
    }
    for (const relation of this.#watchers[node] as Relation[]) this.#enqueue(relation);
  }

  #enqueue(relation: Relation): void {
    if (this.#queued.has(relation)) return;
    this.#queued.add(relation);
    this.#queue.push(relation);
  }

  #undoOne(entry: Undo): void {
    switch (entry.kind) {
      case 'bits':
        this.#unknown[entry.node] = entry.unknown;
        this.#value[entry.node] = entry.value;
        return;
      case 'union':
        for (const node of this.#members[entry.moved] as NodeId[]) {
          this.#root[node] = entry.moved;
          this.#distance[node] = ((this.#distance[node] as number) - entry.shift) | 0;
        }
        (this.#members[entry.kept] as NodeId[]).length = entry.length;
        return;
      case 'node':
        this.#unknown.pop();
        this.#value.pop();
        this.#root.pop();
        this.#distance.pop();
        this.#members.pop();
        this.#watchers.pop();
        return;
      case 'relation':
        for (const node of entry.relation.nodes) this.#watchers[node]?.pop();
        return;
    }
  }
}
