// The bar that a reader walks with: a scrubber with a tick for each position, buttons, and what the position is.

import { codeName, type Props } from './view.ts';
import { sitePosition, stepsOf } from './walk.ts';

const BUTTONS = [
  ['First instruction (Home)', 'M4 3v10M12 3.5 6 8l6 4.5z', Number.NEGATIVE_INFINITY],
  ['Instruction before (left arrow or k)', 'M11 3.5 5 8l6 4.5z', -1],
  ['Instruction after (right arrow or j)', 'M5 3.5 11 8l-6 4.5z', 1],
  ['The fault (End)', 'M12 3v10M4 3.5 10 8l-6 4.5z', Number.POSITIVE_INFINITY],
] as const;

export function WalkBar({ view }: Props) {
  const { report, state, act } = view;
  const last = sitePosition(report);
  if (last === 0) return null;
  return (
    <div class="walk-bar">
      <div class="buttons">
        {BUTTONS.map(([label, path, by]) => (
          <button
            key={label}
            type="button"
            aria-label={label}
            title={label}
            onClick={() => act?.({ kind: 'step', by })}
          >
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
              <path d={path} />
            </svg>
          </button>
        ))}
      </div>
      <div class="scrubber">
        <input
          type="range"
          aria-label="Position in the instructions"
          min={0}
          max={last}
          value={state.position}
          aria-valuetext={positionText(view)}
          onInput={(event) => act?.({ kind: 'seek', position: Number(event.currentTarget.value) })}
        />
        <span class="ticks" aria-hidden="true">
          {Array.from({ length: last + 1 }, (_, at) => (
            <i key={at} class={stepsOf(report)[at]?.origin ? 'origin' : (stepsOf(report)[at]?.path ?? 'site')} />
          ))}
        </span>
      </div>
      <output class="position">{positionText(view)}</output>
    </div>
  );
}

function positionText({ report, state: { position } }: Props['view']): string {
  const step = stepsOf(report)[position];
  return step === undefined
    ? 'at the fault'
    : `${sitePosition(report) - position} before the fault, at ${codeName(step)}`;
}
