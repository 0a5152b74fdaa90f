// The index of the library: every scenario with its reason, then what each theme is shown by.

import type { Scenario } from '../../src/scenario/format/scenario-shape.ts';

interface Named {
  readonly name: string;
  readonly scenario: Scenario;
}

const HEAD = `# Scenarios

Crashes that are kept as tests: \`replay test\` runs them. Each directory holds a log, what is expected of it, and where the crash
could be recorded, what the CPU really did before it (\`recorded.txt\`): nothing that is called certain may differ from that.

The expected facts come from the machine that crashed, not from this program. Logs of kernels 6.1 come from a module and programs
of our own, crashed in a virtual machine; logs in other forms come from \`test/scenario/native/crash.c\`, crashed on a real CPU and
printed as a kernel of that version would print it. A scenario whose log was changed on purpose says so.

Kinds of bugs (\`docs/diagnosis.md\`) that these do not show ran \`test/scenario/native/kinds.c\`; a few lines about programs are written by hand.

Kernels 6.1 that met what user code cannot cause ran \`test/scenario/native/faults.c\`. Two vectors have no scenario because no log can
carry them: 9 was raised by the 386 only, 15 by no processor.
`;

const THEMES: readonly (readonly [string, RegExp])[] = [
  ['Report eras', /^kernel-/],
  ['Exceptions', /^(vector-|double-fault$|bug$|warning$|panic$)/],
  [
    'Page faults',
    /^(null-pointer|poison|error-pointer|wild-jump|fetch|protection-fault|page-crossing|wraps|nx|smep|error-code)/,
  ],
  [
    'Instructions',
    /^(plain-load|scaled-index|read-modify-write|string|stack|sse|x87|lock|divide|segment|ud2|xlat|cmov|imul|bit-offset|sbb|xchg|leave|iret)/,
  ],
  [
    'Lead-ups',
    /^(straight-line|branch|loop-edge|call-in-window|two-ways|long-lead-up|what-if|store-in-lead-up|switch|callee)/,
  ],
  [
    'Lost and damaged',
    /^(wrapped|truncated|no-code|no-numeric-eip|lost|missing|damaged|decorated|repeated|doubled|partial|no-headline|interleaved|interrupted|syslog|journald|kmsg|netconsole|serial|mail|quoted|html|dmesg)/,
  ],
  ['Honest failures', /^(contradicted|not-replayable)$/],
  ['User programs', /^user/],
];

/** Markdown. */
export function indexOf(scenarios: readonly Named[]): string {
  const tags = new Map<string, string[]>();
  for (const { name, scenario } of scenarios) {
    for (const tag of scenario.shows ?? []) tags.set(tag, [...(tags.get(tag) ?? []), name]);
  }
  const themes = THEMES.map(([title, pattern]) => {
    const lines = [...tags.keys()]
      .filter((tag) => pattern.test(tag))
      .sort()
      .map((tag) => `- ${tag}: ${(tags.get(tag) ?? []).map(link).join(', ')}`);
    return [`## ${title}`, '', ...lines, ''].join('\n');
  });
  const all = scenarios.map(({ name, scenario }) => `- ${link(name)}: ${scenario.why}`);
  return [HEAD, ...themes, `## All ${scenarios.length}`, '', ...all, ''].join('\n');
}

function link(name: string): string {
  return `[${name}](${name})`;
}
