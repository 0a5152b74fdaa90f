// Lines in, lines out: runs the commands of one session. The terminal and scripts share it.

import { REGISTER_NAMES } from '../../machine/registers.ts';
import { visibleText } from '../../machine/visible-text.ts';
import type { KnownRegisters } from '../../session/machine-view.ts';
import { stopLines } from '../wording/stop.ts';
import { inline } from '../wording/value.ts';
import { adviceLines } from './advice.ts';
import { CommandError } from './command-error.ts';
import { COMMANDS, findCommand } from './commands/all-commands.ts';
import type { Desk, DeskParts } from './commands/command.ts';
import { displayedLines } from './commands/display.ts';
import { contextLines, isChanged, operandLines, REASON_ROWS, type ViewSize } from './context-view.ts';
import { Displays } from './displays.ts';
import { fold } from './fold.ts';
import { type Paint, plain } from './paint.ts';
import { shorten } from './shorten.ts';

export interface Screen extends ViewSize {
  readonly paint: Paint;
}

export interface Outcome {
  readonly lines: readonly string[];
  /** The line could not be done, and `lines` says why. */
  readonly failed: boolean;
  readonly quit: boolean;
}

/** Scripts are read by people, too. */
const SCRIPT_COLUMNS = 80;
/** Characters of one command; no one types more, and each command may look through its line a few times. */
export const LINE_LIMIT = 16_384;
/** Characters of one line of an answer and of a message that are shown: they may repeat what was typed. */
const SAID_LIMIT = 1000;
const MESSAGE_LIMIT = 200;

export class Interpreter {
  readonly #desk: Desk;
  /** Absent in scripts: then two lines stand for the view. */
  readonly #screen: (() => Screen) | undefined;
  #lastShown: KnownRegisters | undefined;
  #repeat: string | undefined;

  constructor(desk: DeskParts, screen?: () => Screen) {
    this.#desk = { ...desk, displays: new Displays() };
    this.#screen = screen;
  }

  /** What is shown when the session begins. */
  greeting(): readonly string[] {
    const { fault, verdict } = this.#desk.annotations;
    const columns = this.#screen?.().columns ?? SCRIPT_COLUMNS;
    const head = [`✗ ${fault}`, ...(verdict === '' ? [] : [verdict])].flatMap((line) => fold(line, columns));
    return [...head, ...this.#view(head.length)];
  }

  /** An empty line repeats the last command, where that makes sense. */
  run(line: string): Outcome {
    if (line.length > LINE_LIMIT) return failure(`the line is longer than ${LINE_LIMIT} characters`);
    const text = line.trim() === '' ? (this.#repeat ?? '') : line.trim();
    if (text === '' || text.startsWith('#')) return { lines: [], failed: false, quit: false };
    try {
      const { word, argument } = split(text);
      const command = findCommand(word);
      const answer = command.run(argument, this.#desk);
      this.#repeat = command.repeats ? (answer.next ?? text) : undefined;
      const stop = answer.stop
        ? [...stopLines(answer.stop, this.#desk.target, this.#desk.annotations), ...adviceLines(answer.stop)].flatMap(
            (line_) => fold(line_, this.#screen?.().columns ?? SCRIPT_COLUMNS),
          )
        : [];
      const moved = answer.stop !== undefined || answer.changed === true;
      const reason = answer.stop?.kind === 'fault' ? stop.map((text_) => this.#paint('fault', text_)) : stop;
      const said = this.#folded(answer.lines);
      const displayed = moved ? this.#folded(displayedLines(this.#desk)) : [];
      const view = moved ? this.#view(said.length + reason.length + displayed.length) : [];
      const lines = [...said, ...reason, ...view, ...displayed];
      return { lines, failed: false, quit: answer.quit === true };
    } catch (error) {
      this.#repeat = undefined;
      const message = error instanceof Error ? error.message : String(error);
      // One that no one foresaw costs the command, not the session.
      return failure(error instanceof CommandError ? message : `internal error, please report it: ${message}`);
    }
  }

  /** What the word before the cursor can become. */
  complete(line: string): readonly [readonly string[], string] {
    const start = line.trimStart();
    const words = start.split(/\s+/);
    const last = words.at(-1) ?? '';
    if (words.length <= 1)
      return [
        matching(
          COMMANDS.map(({ names }) => `${names[0]} `),
          last,
        ),
        last,
      ];
    const name = /\$\w*$/.exec(last)?.[0];
    if (name !== undefined) {
      return [
        matching(
          REGISTER_NAMES.map((register) => `$${register}`),
          name,
        ),
        name,
      ];
    }
    const command = COMMANDS.find(({ names }) => names.includes(head(words[0] as string)));
    const own = matching(command?.completions ?? [], last);
    if (own.length > 0 || command?.takesAddress === undefined) return [own, last];
    const symbol = /(?:[a-z_][\w.]*)?$/i.exec(last)?.[0] ?? '';
    return [matching(this.#desk.annotations.symbolNames, symbol), symbol];
  }

  #folded(lines: readonly string[]): readonly string[] {
    const columns = this.#screen?.().columns ?? Number.POSITIVE_INFINITY;
    return lines.flatMap((line) => fold(visibleText(shorten(line, SAID_LIMIT)), columns));
  }

  /** `above`: lines that are printed before or after it and should stay on the screen. */
  #view(above: number): readonly string[] {
    const registers = this.#desk.target.view.registers();
    const before = this.#lastShown;
    this.#lastShown = registers;
    const screen = this.#screen?.();
    if (screen) {
      const rows = screen.rows - Math.max(0, above - REASON_ROWS);
      return contextLines(this.#desk, before, { columns: screen.columns, rows }, screen.paint);
    }
    return shortView(this.#desk, before);
  }

  #paint: Paint = (role, text) => (this.#screen?.().paint ?? plain)(role, text);
}

function failure(message: string): Outcome {
  const ending = message.endsWith('?') ? '' : '.';
  return { lines: [`${visibleText(shorten(message, MESSAGE_LIMIT))}${ending}`], failed: true, quit: false };
}

/** `x/5i`: the command without its format. */
function head(word: string): string {
  return word.split('/', 1)[0] as string;
}

function matching(candidates: readonly string[], beginning: string): readonly string[] {
  return candidates.filter((candidate) => candidate.startsWith(beginning));
}

/** `x/8wx $esp`: a command ends at a blank or at the slash of its format. */
function split(text: string): { readonly word: string; readonly argument: string } {
  const match = /^([a-z-]+)\s*(.*)$/i.exec(text);
  if (match === null) throw new CommandError(`cannot read "${text}"; try help`);
  return { word: (match[1] as string).toLowerCase(), argument: (match[2] as string).trim() };
}

/** For scripts: the next instruction, its operand, what changed. */
function shortView(desk: Desk, before: KnownRegisters | undefined): readonly string[] {
  const { target, annotations } = desk;
  const { place } = target;
  const now = target.view.registers();
  const instruction = target.instructionAt(place.address);
  const number = place.line === 'diversion' ? `d${place.executed}` : String(place.position);
  const changes = REGISTER_NAMES.filter(
    (name) => before !== undefined && name !== 'eip' && isChanged(before[name], now[name]),
  ).map((name) => `${name} ${inline(now[name])}`);
  return [
    `${number}=> ${annotations.place(place.address)}  ${instruction ? annotations.text(instruction) : '?'}`,
    ...operandLines(desk),
    ...(changes.length > 0 ? [`   changed: ${changes.join(', ')}`] : []),
  ];
}
