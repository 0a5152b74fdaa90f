// A shape says once what a part of a scenario file must look like: the same description reads it, explains what is wrong with it and
// makes the JSON Schema that editors use.

import { isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from 'yaml';

/** Something wrong with a scenario file. */
export interface Problem {
  /** The line in the file, from 1; 0 if the file itself is missing. */
  readonly line: number;
  /** A sentence: what was expected and what to write. */
  readonly message: string;
}

/** Where a reader notes problems and the lines of what it read. */
export interface ReadContext {
  lineOf(node: Node): number;
  problem(line: number, message: string): void;
  /** The line of the value at `path`: `expect.address`. */
  readonly lines: Map<string, number>;
}

/** The most characters that are shown of a wrong value. */
const SHOWN = 40;

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Shape<T> {
  /** The end of the sentence "expected …". */
  readonly expected: string;
  readonly schema: JsonSchema;
  /** Gives undefined if a problem was noted. */
  read(node: Node, path: string, context: ReadContext): T | undefined;
}

export type Read<S> = S extends Shape<infer T> ? T : never;

/** A value without parts; `convert` gives undefined for one that does not fit. */
export function scalar<T>(expected: string, schema: JsonSchema, convert: (scalar: Scalar) => T | undefined): Shape<T> {
  return {
    expected,
    schema: { description: capital(expected), ...schema },
    read(node, path, context) {
      const line = context.lineOf(node);
      context.lines.set(path, line);
      const value = isScalar(node) ? convert(node) : undefined;
      if (value === undefined) context.problem(line, `${path}: expected ${expected}, found ${describe(node)}`);
      return value;
    },
  };
}

/** The same shape with its meaning, which editors show beside the key. What it has to look like follows where the schema has a rule for that. */
export function about<T>(meaning: string, shape: Shape<T>): Shape<T> {
  const { expected, schema } = shape;
  const isRuled = 'pattern' in schema || 'minimum' in schema;
  const description = isRuled ? `${meaning}: ${expected}` : meaning;
  return { expected, schema: { ...schema, description }, read: shape.read };
}

export function oneOf<const T extends string>(values: readonly T[]): Shape<T> {
  return scalar(`one of ${values.join(', ')}`, { enum: values }, ({ value }) =>
    values.find((allowed) => allowed === value),
  );
}

export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  const expected = `a list, each item ${item.expected}`;
  return {
    expected,
    schema: { type: 'array', items: item.schema },
    read(node, path, context) {
      context.lines.set(path, context.lineOf(node));
      if (!isSeq<Node>(node)) {
        context.problem(context.lineOf(node), `${path}: expected ${expected}, found ${describe(node)}`);
        return undefined;
      }
      return node.items.flatMap((entry, i) => {
        const value = item.read(entry, `${path}[${i}]`, context);
        return value === undefined ? [] : [value];
      });
    },
  };
}

/** A mapping whose keys are values themselves: addresses, register names. */
export function record<K, V>(key: Shape<K>, value: Shape<V>): Shape<readonly (readonly [K, V])[]> {
  const expected = `a mapping from ${key.expected} to ${value.expected}`;
  return {
    expected,
    schema: { type: 'object', additionalProperties: value.schema },
    read(node, path, context) {
      context.lines.set(path, context.lineOf(node));
      if (!isMap<Node, Node>(node)) {
        context.problem(context.lineOf(node), `${path}: expected ${expected}, found ${describe(node)}`);
        return undefined;
      }
      const seen = new Set<string>();
      return node.items.flatMap((pair): (readonly [K, V])[] => {
        const name = `${path}.${keyText(pair)}`;
        if (isRepeated(pair, path, seen, context)) return [];
        const k = key.read(pair.key, name, context);
        const v = readValue(pair, value, name, context);
        return k === undefined || v === undefined ? [] : [[k, v]];
      });
    },
  };
}

type Shapes = Readonly<Record<string, Shape<unknown>>>;
type ObjectOf<R extends Shapes, O extends Shapes> = { readonly [K in keyof R]: Read<R[K]> } & {
  readonly [K in keyof O]?: Read<O[K]>;
};

/** A mapping with fixed keys. */
export function object<R extends Shapes, O extends Shapes>(
  expected: string,
  required: R,
  optional: O,
): Shape<ObjectOf<R, O>> {
  const shapes: Shapes = { ...required, ...optional };
  const names = Object.keys(shapes);
  return {
    expected,
    schema: {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, (shapes[name] as Shape<unknown>).schema])),
      required: Object.keys(required),
      additionalProperties: false,
    },
    read(node, path, context) {
      const line = context.lineOf(node);
      context.lines.set(path, line);
      if (!isMap<Node, Node>(node)) {
        context.problem(line, `${path || 'the file'}: expected ${expected}, found ${describe(node)}`);
        return undefined;
      }
      const result: Record<string, unknown> = {};
      const seen = new Set<string>();
      for (const pair of node.items) {
        const name = keyText(pair);
        if (isRepeated(pair, path, seen, context)) continue;
        const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
        if (shape === undefined) {
          context.problem(context.lineOf(pair.key), unknownKey(name, path, names));
          continue;
        }
        const value = readValue(pair, shape, path === '' ? name : `${path}.${name}`, context);
        if (value !== undefined) result[name] = value;
      }
      for (const [name, shape] of Object.entries(required)) {
        if (seen.has(name)) continue;
        context.problem(line, `${path || 'the file'}: ${name} is missing; write \`${name}:\` and ${shape.expected}`);
      }
      return result as ObjectOf<R, O>;
    },
  };
}

function readValue<T>(pair: Pair<Node, Node>, shape: Shape<T>, path: string, context: ReadContext): T | undefined {
  if (pair.value) return shape.read(pair.value, path, context);
  context.problem(context.lineOf(pair.key), `${path}: expected ${shape.expected}, found nothing`);
  return undefined;
}

/** Notes a key that occurs twice: YAML 1.2, section 3.2.1.3, allows it once. */
function isRepeated(pair: Pair<Node, Node>, path: string, seen: Set<string>, context: ReadContext): boolean {
  const name = keyText(pair);
  const isNew = !seen.has(name);
  seen.add(name);
  if (!isNew)
    context.problem(
      context.lineOf(pair.key),
      `${placeText(path)}: the key \`${clipped(name)}\` is there twice; keep one`,
    );
  return !isNew;
}

function keyText({ key }: Pair<Node, Node>): string {
  return isScalar(key) ? (key.source ?? String(key.value)) : '?';
}

function unknownKey(name: string, path: string, names: readonly string[]): string {
  const near = names.find((known) => isNear(known.toLowerCase(), name.toLowerCase()));
  const advice = near === undefined ? `write one of ${names.join(', ')}` : `did you mean \`${near}\`?`;
  return `${placeText(path)} has no key \`${clipped(name)}\`; ${advice}`;
}

function placeText(path: string): string {
  return path === '' ? 'a scenario' : path;
}

/** Finds a name that is at most two letters away; words whose lengths differ by more are not compared. */
function isNear(known: string, name: string): boolean {
  return Math.abs(known.length - name.length) <= 2 && distance(known, name) <= 2;
}

/** Gives the Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min((next[j - 1] as number) + 1, (row[j] as number) + 1, (row[j - 1] as number) + same);
    }
    row = next;
  }
  return row[b.length] as number;
}

function describe(node: Node): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node)) return 'an alias; write the value itself';
  if (node.value === null) return 'nothing';
  return `\`${clipped(node.source ?? String(node.value))}\``;
}

function clipped(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
