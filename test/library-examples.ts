// The examples of a page: each block of JavaScript that a block of its output follows.

export interface Example {
  /** The heading above it. */
  readonly heading: string;
  readonly code: string;
  readonly output: string;
}

/** Throws for a block of JavaScript without an output: every example is run. */
export function examplesOf(page: string): readonly Example[] {
  const examples: Example[] = [];
  let heading = '';
  for (const [, title, code, output] of page.matchAll(
    /^#+ (.*)$|^```js\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```\n)?/gm,
  )) {
    if (title !== undefined) heading = title;
    else if (output === undefined) throw new Error(`an example under "${heading}" has no output`);
    else examples.push({ heading, code: code ?? '', output });
  }
  return examples;
}
