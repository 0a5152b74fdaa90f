// Registers at the position, each with how it is known, and where a value that was asked about came from.

import { flagsText } from '../wording/value.ts';
import { Instruction } from './fault.tsx';
import { PlaceLink } from './heading.tsx';
import { limits, PROVENANCE_WORDS, Value } from './value.tsx';
import { codeName, type Props } from './view.ts';
import {
  changedRegisters,
  type KnownJson,
  type Link,
  placeName,
  registersAt,
  sitePosition,
  stepsOf,
  whereFrom,
} from './walk.ts';

const GENERAL = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'] as const;

export function Registers({ view }: Props) {
  const { report, state } = view;
  const registers = registersAt(report, state.position);
  const changed = changedRegisters(report, state.position);
  if (Object.keys(registers).length === 0) return null;
  const isSite = state.position === sitePosition(report);
  return (
    <section class="registers" aria-labelledby={view.id('registers')}>
      <h4 id={view.id('registers')}>Registers {isSite ? 'at the fault' : 'before this instruction'}</h4>
      <table>
        <thead class="aside">
          <tr>
            <th scope="col">register</th>
            <th scope="col">value</th>
            <th scope="col">how it is known</th>
            <th scope="col">line of the log</th>
          </tr>
        </thead>
        <tbody>
          {GENERAL.map((name) => {
            const known = registers[name];
            return known === undefined ? null : (
              <RegisterRow key={name} view={view} name={name} known={known} isChanged={changed.has(name)} />
            );
          })}
          {registers.eflags === undefined ? null : <Flags view={view} known={registers.eflags} />}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps extends Props {
  readonly name: (typeof GENERAL)[number];
  readonly known: KnownJson;
  readonly isChanged: boolean;
}

function RegisterRow({ view, name, known, isChanged }: RowProps) {
  const isAsked = view.state.asked?.place.register === name;
  const said = limits(known);
  return (
    <>
      <tr id={view.id(`registers.${name}`)} class={`${isChanged ? 'changed' : ''}${isAsked ? ' asked' : ''}`}>
        <th scope="row">
          <button
            type="button"
            aria-pressed={isAsked}
            title={`Where does %${name} come from?`}
            onClick={() => view.act?.({ kind: 'ask', ...(!isAsked && { place: { register: name } }) })}
          >
            %{name}
          </button>
        </th>
        <td>
          <Value known={known} said />
          {isChanged ? <span class="changed-mark"> changed</span> : null}
        </td>
        <td class={`word ${known.provenance}`}>{PROVENANCE_WORDS[known.provenance]}</td>
        <td>{known.provenance === 'observed' ? <PlaceLink view={view} path={`registers.${name}`} /> : null}</td>
      </tr>
      {said === '' ? null : (
        <tr class="limits">
          <td colSpan={4}>{said}</td>
        </tr>
      )}
    </>
  );
}

function Flags({ view, known }: Props & { readonly known: KnownJson }) {
  const { value, knownBits, provenance } = known;
  const flags = {
    provenance,
    ...(value !== undefined && { value: Number(value) }),
    ...(knownBits !== undefined && { knownBits: Number(knownBits) }),
  } as Parameters<typeof flagsText>[0];
  return (
    <tr id={view.id('registers.eflags')} class="flags">
      <th scope="row">flags</th>
      <td>
        {value === undefined ? (
          <Value known={known} said />
        ) : (
          <span class={`value ${provenance}`}>{flagsText(flags)}</span>
        )}
      </td>
      <td class={`word ${provenance}`}>{PROVENANCE_WORDS[provenance]}</td>
      <td>{provenance === 'observed' ? <PlaceLink view={view} path="registers.eflags" /> : null}</td>
    </tr>
  );
}

const KIND_WORDS: Readonly<Record<Link['write']['kind'], string>> = {
  copy: 'copied',
  load: 'loaded',
  store: 'stored',
  constant: 'set to a constant',
  computed: 'computed',
  callee: 'may have been left by the called code',
};

/** The way back from the value that was asked about, one step a line, each a place to go to. */
export function Origin({ view }: Props) {
  const { report, state } = view;
  if (state.asked === undefined) return null;
  const { links, before } = whereFrom(report, state.asked);
  return (
    <section class="where-from" aria-labelledby={view.id('where-from')}>
      <h4 id={view.id('where-from')}>Where {placeName(state.asked.place)} comes from</h4>
      <ol>
        {links.map(({ position, write }) => (
          <li key={position}>
            <a href={`#${view.id(`s${position}`)}`} onClick={() => view.act?.({ kind: 'seek', position })}>
              {codeName(stepsOf(report)[position] ?? {})}
            </a>{' '}
            <Instruction text={stepsOf(report)[position]?.text ?? ''} />
            <span class="how">
              {`${placeName(write.place)} ${KIND_WORDS[write.kind]}${write.from ? ` from ${placeName(write.from)}` : ''}`}
              {write.certain || write.kind === 'callee' ? '' : ', perhaps'}: <Value known={write} />
            </span>
          </li>
        ))}
        {before === undefined ? null : <li>{`Before the first instruction shown, ${placeName(before)} held it.`}</li>}
      </ol>
    </section>
  );
}
