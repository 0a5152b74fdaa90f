// The code as it ran, oldest first: what each step did, which ways values took beside it, what did not run.

import { Instruction, spaced } from './fault.tsx';
import { codeName, type Props, type View } from './view.ts';
import { type DrawnWay, drawnWays, type StepJson, stepsOf } from './walk.ts';

type ListedJson = View['report']['listing'][number];
type Listed = Pick<ListedJson, 'bytes' | 'text' | 'address' | 'place'>;

/** One line of the code. `order`: its place in the order of time, between two positions where it did not run. */
interface Row {
  readonly kind: 'step' | 'site' | 'not-run' | 'outside';
  readonly order: number;
  readonly listed: Listed;
  readonly step?: StepJson;
}

const BEFORE = 6;
const AFTER = 3;
const MOST_LANES = 2;

export function Code({ view }: Props) {
  const rows = rowsOf(view.report);
  const ways = drawnWays(view.report, view.state.asked).slice(0, MOST_LANES);
  const notes = [...new Set(ways.flatMap(({ end, links }) => [end, ...links.map(({ position }) => position)]))];
  notes.sort((a, b) => a - b);
  if (rows.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with the keyboard
    <section class="scroll" aria-label="Code as it ran" tabIndex={0}>
      <ol class="code">
        {rows.map((row, i) => (
          <CodeRow key={i} row={row} view={view} ways={ways} notes={notes} />
        ))}
      </ol>
    </section>
  );
}

/** The steps, the instructions between them that did not run, the faulting one, and a few after it; without steps the code around it. */
function rowsOf(report: View['report']): readonly Row[] {
  const { listing, replay, leadUp } = report;
  const { instruction } = replay;
  if (instruction === undefined) return [];
  const steps = stepsOf(report);
  const order = steps.length;
  const site: Row = { kind: 'site', order, listed: instruction };
  const at = listing.findIndex(({ role }) => role === 'crash-site');
  const outside = (part: readonly ListedJson[]) =>
    part.map((listed): Row => ({ kind: 'outside', order: Number.NaN, listed }));
  const after = at < 0 ? [] : outside(listing.slice(at + 1, at + 1 + AFTER));
  if (leadUp === undefined || steps.length === 0)
    return [...outside(at < 0 ? [] : listing.slice(Math.max(0, at - BEFORE), at)), site, ...after];
  const ran = steps.flatMap((step, i): Row[] => {
    const next = steps[i + 1]?.offset ?? report.snapshot.code?.eipOffset ?? step.offset;
    const skipped = listing.filter(
      ({ offset }) => leadUp.notExecuted.includes(offset) && step.offset < offset && offset < next,
    );
    return [
      { kind: 'step', order: i, listed: step, step },
      ...skipped.map((listed): Row => ({ kind: 'not-run', order: i + 0.5, listed })),
    ];
  });
  return [...ran, site, ...after];
}

interface CodeRowProps extends Props {
  readonly row: Row;
  readonly ways: readonly DrawnWay[];
  readonly notes: readonly number[];
}

function CodeRow({ row, view, ways, notes }: CodeRowProps) {
  const { kind, order, listed, step } = row;
  const isPosition = kind === 'step' || kind === 'site';
  const isHere = isPosition && view.state.position === order;
  const text = <Instruction text={listed.text} />;
  return (
    <li
      class={`${kind} ${step?.path ?? ''}${isHere ? ' here' : ''}`}
      {...(isPosition && { id: view.id(`s${order}`) })}
      {...(isHere && { 'aria-current': 'step' as const })}
    >
      <span class="lanes" aria-hidden="true">
        {ways.map((way, i) => (
          <span key={way.name} class={`lane way-${i} ${laneClass(way, order)}`} />
        ))}
      </span>
      <Sure row={row} />
      {isPosition ? (
        <PositionLink view={view} position={order} label={codeName(listed)} />
      ) : (
        <span class="address">{codeName(listed)}</span>
      )}
      <span class="bytes">{spaced(listed.bytes)}</span>
      {kind === 'not-run' ? <s>{text}</s> : text}
      <span class="effects">
        {kind === 'step' ? (step?.effects ?? []).join(', ') : null}
        {kind === 'site' ? <strong>{view.report.replay.fault?.text}</strong> : null}
        {kind === 'not-run' ? 'not executed' : null}
        {isPosition ? <Note view={view} position={order} notes={notes} /> : null}
      </span>
    </li>
  );
}

function PositionLink({ view, position, label }: Props & { readonly position: number; readonly label: string }) {
  return (
    <a
      class="address"
      href={`#${view.id(`s${position}`)}`}
      onClick={(event: Event) => {
        event.preventDefault();
        view.act?.({ kind: 'seek', position });
      }}
    >
      {label}
    </a>
  );
}

const SURE_WORDS: Readonly<Record<StepJson['path'], string>> = {
  only: 'certain to have run',
  likely: 'likely to have run',
  assumed: 'assumed to have run',
};

/** The mark of how sure the step is. */
function Sure({ row: { kind, step } }: { readonly row: Row }) {
  const mark = kind === 'site' ? '▶' : step?.path === 'assumed' ? '┆' : '';
  const word = kind === 'site' ? 'faulted' : step === undefined ? '' : SURE_WORDS[step.path];
  return (
    <span class="sure">
      <span aria-hidden="true">{mark}</span>
      <span class="aside">{word}</span>
    </span>
  );
}

/** A numbered note with links to the one before and the one after: a path to read along, without scripts too. */
function Note({ view, position, notes }: Props & { readonly position: number; readonly notes: readonly number[] }) {
  const at = notes.indexOf(position);
  if (at < 0) return null;
  const link = (to: number | undefined, label: string, sign: string) =>
    to === undefined ? null : (
      <a href={`#${view.id(`s${to}`)}`} aria-label={label} onClick={() => view.act?.({ kind: 'seek', position: to })}>
        {sign}
      </a>
    );
  return (
    <span class="note">
      {link(notes[at - 1], 'where the value was before', '↑')}
      <span class="aside">on the way of the value: </span>
      {`${at + 1}/${notes.length}`}
      {link(notes[at + 1], 'where the value went', '↓')}
    </span>
  );
}

/** Dashed where it is not certain that the value came that way. */
function laneClass({ end, links }: DrawnWay, at: number): string {
  const first = Math.min(...links.map(({ position }) => position));
  if (Number.isNaN(at) || at < first || at > end) return '';
  const perhaps = links.find(({ position }) => position <= at)?.write.certain === false ? ' perhaps' : '';
  if (at === first) return `begin${perhaps}`;
  if (at === end) return `end${perhaps}`;
  return `${links.some(({ position }) => position === at) ? 'joint' : 'through'}${perhaps}`;
}
