// The lines of the log, each with the facts that were read from it.

import type { Props } from './view.ts';

export function Log({ view }: Props) {
  const { log } = view;
  if (log === undefined || log.lines.length === 0) return null;
  const facts = factsByLine(view);
  return (
    <section class="panel" aria-labelledby={view.id('log')}>
      <h3 id={view.id('log')}>The log</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with the keyboard */}
      <section class="scroll" aria-label="Lines of the log" tabIndex={0}>
        <ol class="log">
          {log.lines.map((text, i) => {
            const line = log.first + i;
            const read = facts.get(line) ?? [];
            return (
              <li key={line} id={view.id(`L${line}`)} class={read.length > 0 ? 'used' : ''}>
                <span class="number">{line}</span>
                <code>{text}</code>
                <span class="read">
                  {read.map(({ target, name }) =>
                    target === undefined ? (
                      <span key={name}>{name}</span>
                    ) : (
                      <a key={name} href={`#${view.id(target)}`}>
                        {name}
                      </a>
                    ),
                  )}
                </span>
              </li>
            );
          })}
        </ol>
      </section>
      {log.more === undefined ? null : <p class="quiet">{log.more} more lines of this report are left out.</p>}
    </section>
  );
}

interface ReadFact {
  readonly name: string;
  /** The element that shows it. */
  readonly target?: string;
}

const SECTIONS: Readonly<Record<string, string>> = { stack: 'stack', code: 'walk', 'trap.faultAddress': 'fault' };
const LINKED = /^(?:registers\.e(?:[abcd]x|[sd]i|[sb]p|flags)|trace\[\d+\])$/;

function factsByLine({ report }: Props['view']): ReadonlyMap<number, readonly ReadFact[]> {
  const found = new Map<number, ReadFact[]>();
  for (const [path, { line }] of Object.entries(report.snapshot.places)) {
    const target = SECTIONS[path] ?? (LINKED.test(path) ? path : undefined);
    found.set(line, [...(found.get(line) ?? []), { name: factName(path), ...(target && { target }) }]);
  }
  return found;
}

/** `eax` of `registers.eax`, `trace` of `trace[3]`, `fault address` of `trap.faultAddress`. */
function factName(path: string): string {
  const name = path.replace(/^.*\./, '').replace(/\[\d+\]$/, '');
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
