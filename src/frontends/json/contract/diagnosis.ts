// What kind of bug it is, whose it is, and what to do next.

import { count, list, mark, number, object, oneOf, text, word } from './describe.ts';
import { code, generalRegister } from './values.ts';

const grounds = list(
  object(
    'One thing that a diagnosis rests on.',
    { kind: oneOf(['register', 'step', 'stack-word', 'trace-entry', 'page-table', 'log', 'replay'], 'What it is.') },
    {
      register: text('`register`: its name, as in `snapshot.registers`.'),
      value: number('Of the register or the page-table entry.'),
      step: count('`step`: index in `leadUp.steps`.'),
      index: count('`stack-word`, `trace-entry`: index in `snapshot.stack.words` or `snapshot.trace`.'),
      entry: oneOf(['pdpt', 'pde', 'pte'], '`page-table`: which entry.'),
      what: oneOf(
        ['fault-address', 'error-code', 'words', 'ordinal', 'taint', 'earlier'],
        '`log`: what the log says there.',
      ),
      line: count('`log`: the line, for inputs that have lines.'),
    },
  ),
  'What it rests on, most telling first.',
);

export const diagnosis = list(
  object(
    'One conclusion about the bug. Which of the other fields it has depends on its kind; docs/diagnosis.md lists the kinds.',
    {
      kind: code('What was concluded.'),
      strength: oneOf(
        ['proves', 'suggests', 'hint'],
        'How strong it is: it follows from the report; it fits and what else would fit is rare; it fits, and so do other things.',
      ),
      text: text('The conclusion in one sentence, as strong as `strength` allows.'),
      grounds,
    },
    {
      register: generalRegister,
      index: text('The register of an index; for `called-from`, see `entry`.'),
      base: generalRegister,
      value: word('The value that it is about.'),
      address: word('The address that it is about.'),
      marker: code('Which value that kernels write on purpose.'),
      below: count('Bytes below NULL, or below the stack pointer.'),
      errno: count('The error number.'),
      offset: count('Bytes above NULL; for `same-place-again`, from the start of the file.'),
      distance: count('Bytes above the register.'),
      scale: count('The factor of the index.'),
      position: count('Which argument it is, from 1.'),
      access: oneOf(['read', 'write', 'execute'], 'What was done to memory.'),
      source: text('Where the value came from: `argument`, `load`, `returned` or `constant`.'),
      sourceAddress: word('With `source` `load`: where it was loaded from.'),
      sourcePosition: count('With `source` `argument`: which one, from 1.'),
      sourceLikely: mark('The steps that the value came over are likely, and not certain.'),
      caller: text('Who handed the argument over, as the log names it.'),
      callerCertainty: oneOf(
        ['proved', 'likely'],
        '`proved`: its return address was found on the stack; `likely`: the first entry of the trace that can be it.',
      ),
      onBehalfOf: text('Where that function only does what it is told: the nearest caller that does more.'),
      seen: word('`beyond-ram`: the highest address of lowmem in the log.'),
      quirk: oneOf(
        ['xen-segment-end', 'alignment-not-checked'],
        '`machine-quirk`: in what the machine differs from a processor.',
      ),
      fits: count('`marker-recovered`: how many bytes in the place of the lost one would touch the address.'),
      into: count('Bytes from the start of an instruction to EIP, which lies within it.'),
      lost: mark('Only the instruction shows the assertion; the words of the kernel are not in the log.'),
      how: oneOf(['crossing', 'string', 'loop'], 'How the end of the mapping was passed.'),
      cause: code('Why the CPU refused.'),
      step: count('Index in `leadUp.steps`.'),
      entry: count('Index in `snapshot.trace`.'),
      bits: list(count(), 'Bits of a page-table entry that are set and of which one is reserved.'),
      esp: word('The stack pointer.'),
      stackStart: word('The lowest address of the kernel stack.'),
      words: text("The kernel's own words."),
      ordinal: count('Which report of this boot it is.'),
      file: text('`same-place-again`: the program or library.'),
      count: count('Reports of this input at the same place, this one included.'),
      programs: list(text(), 'Names of programs that crashed there; four at most.'),
      boot: oneOf(['same', 'another'], 'Of which boot the last of them was; absent where the kernel does not tell.'),
      line: count('The line where the first of them begins.'),
    },
  ),
  'What kind of bug it is, most useful first; empty where that is not known.',
);

export const blame = object(
  'The function to look at first.',
  {
    symbol: text('As the log names it.'),
    role: oneOf(['faulting', 'caller'], 'Whether it holds the faulting instruction, or called what does.'),
    certainty: oneOf(
      ['proved', 'likely'],
      '`proved`: it holds EIP, or its return address was found on the stack; `likely`: the first entry of the trace that can be it.',
    ),
    text: text('In words.'),
    grounds,
  },
  { helper: code('For a caller: what the faulting function is good for.') },
);

export const signature = object(
  'Keys by which reports of one bug are found. Nothing in them depends on where code was loaded.',
  {
    version: oneOf(['replay-sig/1'], 'The rules by which the keys are made; under one version they never change.'),
    variant: text('The class, the size of the access and how its address was made.'),
    keys: list(text(), 'Keys that need no symbols: `code:`, `place:` and `value:`.'),
    class: text('The kind of the best conclusion, or the exception, and what was done to memory.'),
  },
  {
    bucket: text('The function to look at and the class; absent where no function is named.'),
    blame: text('That function.'),
    incident: text(
      'Equal for reports of one boot: what its end-trace numbers have in common, with the release. From 2.6.25 to 5.16.',
    ),
  },
);

export const next = list(
  object(
    'A command that would tell more.',
    {
      command: text('Ready to paste; names from the log hold nothing that a shell reads.'),
      purpose: text('What it tells.'),
    },
    {},
  ),
  'What to run next.',
);
