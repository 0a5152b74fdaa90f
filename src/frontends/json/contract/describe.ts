// The form of a JSON value, said once: the same description gives the TypeScript type that the builder must fulfil, the JSON Schema, and the
// documentation.

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A described form. `T` exists at compile time only. */
export interface Form<T> {
  /** What the value means, for the schema and the documentation; empty where the field's name and form say it. */
  readonly description: string;
  readonly kind: FormKind;
  /** Never set: carries the type. */
  readonly type?: T;
}

type FormKind =
  | { readonly kind: 'scalar'; readonly schema: JsonSchema; readonly words: string }
  | { readonly kind: 'list'; readonly item: Form<unknown> }
  | { readonly kind: 'record'; readonly value: Form<unknown> }
  | { readonly kind: 'object'; readonly required: Forms; readonly optional: Forms };

export type Forms = Readonly<Record<string, Form<unknown>>>;

/** The TypeScript type of a form. */
export type Of<F> = F extends Form<infer T> ? T : never;

type ObjectOf<R extends Forms, O extends Forms> = { readonly [K in keyof R]: Of<R[K]> } & {
  readonly [K in keyof O]?: Of<O[K]>;
};

function scalar<T>(words: string, schema: JsonSchema): (description?: string) => Form<T> {
  return (description = '') => ({ description, kind: { kind: 'scalar', schema, words } });
}

export const text = scalar<string>('text', { type: 'string' });
export const integer = scalar<number>('integer', { type: 'integer' });
export const count = scalar<number>('integer from 0', { type: 'integer', minimum: 0 });
export const positive = scalar<number>('integer from 1', { type: 'integer', minimum: 1 });
export const flag = scalar<boolean>('true or false', { type: 'boolean' });
/** Present and true, or left out. */
export const mark = scalar<true>('true, or left out', { const: true });
export const word = scalar<string>('32 bits: 0x and eight digits', { type: 'string', pattern: '^0x[0-9a-f]{8}$' });
export const half = scalar<string>('16 bits: 0x and four digits', { type: 'string', pattern: '^0x[0-9a-f]{4}$' });
export const number = scalar<string>('0x and digits', { type: 'string', pattern: '^0x[0-9a-f]+$' });
export const bytes = scalar<string>('bytes: two digits each', { type: 'string', pattern: '^([0-9a-f]{2})*$' });

export function oneOf<const T extends string | number>(values: readonly T[], description = ''): Form<T> {
  const words = values.map((value) => `\`${value}\``).join(', ');
  return { description, kind: { kind: 'scalar', schema: { enum: values }, words } };
}

export function list<T>(item: Form<T>, description = ''): Form<readonly T[]> {
  return { description, kind: { kind: 'list', item } };
}

/** Named values of one form, such as registers. */
export function record<T>(value: Form<T>, description = ''): Form<Readonly<Record<string, T>>> {
  return { description, kind: { kind: 'record', value } };
}

export function object<R extends Forms, O extends Forms>(
  description: string,
  required: R,
  optional: O,
): Form<ObjectOf<R, O>> {
  return { description, kind: { kind: 'object', required, optional } };
}

/**
 * The JSON Schema of a form. `unknown: 'allowed'` is what consumers get, so that an older copy accepts fields that are added later;
 * `'refused'` is for our own tests.
 */
export function schemaOf(form: Form<unknown>, unknown: 'allowed' | 'refused'): JsonSchema {
  const described = form.description === '' ? {} : { description: form.description };
  const { kind } = form;
  switch (kind.kind) {
    case 'scalar':
      return { ...kind.schema, ...described };
    case 'list':
      return { type: 'array', ...described, items: schemaOf(kind.item, unknown) };
    case 'record':
      return { type: 'object', ...described, additionalProperties: schemaOf(kind.value, unknown) };
    case 'object': {
      const fields = { ...kind.required, ...kind.optional };
      return {
        type: 'object',
        ...described,
        required: Object.keys(kind.required),
        properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field, unknown)])),
        ...(unknown === 'refused' && { additionalProperties: false }),
      };
    }
  }
}

/** One line of documentation. */
export interface DocumentedField {
  /** `leadUp.steps[].path`. */
  readonly path: string;
  readonly form: string;
  readonly required: boolean;
  readonly description: string;
}

/** Every field of a form, outer ones first. */
export function documentedFields(form: Form<unknown>, path = ''): readonly DocumentedField[] {
  const { kind } = form;
  switch (kind.kind) {
    case 'scalar':
      return [];
    case 'list':
      return documentedFields(kind.item, `${path}[]`);
    case 'record':
      return documentedFields(kind.value, `${path}.*`);
    case 'object':
      return Object.entries({ ...kind.required, ...kind.optional }).flatMap(([name, field]) => {
        const at = path === '' ? name : `${path}.${name}`;
        const required = Object.hasOwn(kind.required, name);
        return [
          { path: at, form: formWords(field), required, description: field.description },
          ...documentedFields(field, at),
        ];
      });
  }
}

function formWords({ kind }: Form<unknown>): string {
  switch (kind.kind) {
    case 'scalar':
      return kind.words;
    case 'list':
      return `list of ${formWords(kind.item)}`;
    case 'record':
      return `object, each value ${formWords(kind.value)}`;
    case 'object':
      return 'object';
  }
}
