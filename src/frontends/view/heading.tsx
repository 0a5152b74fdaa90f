// What a report is and where it happened, and what was odd in its log.

import type { Props, View } from './view.ts';

export function Heading({ view }: Props) {
  const { report, snapshot, replay } = view.report;
  const { file, line, title = report.kind, where = '' } = report;
  return (
    <header class="heading">
      <p class="overline">
        <span class={`badge ${replay.verdict}`}>{replay.verdict.replace('-', ' ')}</span>
        <span>{line === undefined ? file : `${file}:${line}`}</span>
      </p>
      <h2 id={view.id('title')}>
        {title} {where === '' ? null : <span class="where">{where}</span>}
      </h2>
      <Facts snapshot={snapshot} />
      {report.diagnostics.map(({ message, line: at }) => (
        <p class="diagnostic" key={message}>
          {message} {at === undefined || view.log === undefined ? null : <LineLink view={view} line={at} />}
        </p>
      ))}
    </header>
  );
}

function Facts({ snapshot }: { readonly snapshot: View['report']['snapshot'] }) {
  const { kernel, build, task, pid, cpu, mode, taint, hardware, options } = snapshot;
  const facts = Object.entries({
    mode,
    kernel: kernel === undefined ? undefined : [kernel, build].filter(Boolean).join(' '),
    task: task === undefined || pid === undefined ? task : `${task} (${pid})`,
    CPU: cpu?.toString(),
    taint,
    hardware,
    options: options?.join(' '),
  }).filter(([, value]) => value !== undefined && value !== '');
  if (facts.length === 0) return null;
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A link to a line of the log. */
function LineLink({ view, line }: Props & { readonly line: number }) {
  return (
    <a class="line-link" href={`#${view.id(`L${line}`)}`}>
      {`L${line}`}
      <span class="aside">, line {line} of the log</span>
    </a>
  );
}

/** The line of a fact of the snapshot; nothing where the log is not shown, or does not have it. */
export function PlaceLink({ view, path }: Props & { readonly path: string }) {
  const at = view.report.snapshot.places[path];
  return at === undefined || view.log === undefined ? null : <LineLink view={view} line={at.line} />;
}
