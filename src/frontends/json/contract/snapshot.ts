// What the log says. An absent field is not in the log; an empty list has its heading there and nothing under it.

import { GENERAL_REGISTERS } from '../../../machine/registers.ts';
import {
  bytes,
  count,
  flag,
  half,
  integer,
  list,
  number,
  object,
  oneOf,
  positive,
  record,
  text,
  word,
} from './describe.ts';
import { sourceRange, words } from './values.ts';

const trap = object(
  'What the log says of the exception itself.',
  {},
  {
    vector: count('Vector number of the exception: 14 for a page fault.'),
    errorCode: half('The error code that the CPU pushed.'),
    faultAddress: word('What CR2 held at the fault.'),
    ordinal: count('`[#2]`: the second report since boot.'),
    endTrace: text('The number of `---[ end trace`: random for a boot, one more for each report; 0 since Linux 5.17.'),
    location: object(
      'The place in the source of a BUG or WARN.',
      { line: integer('Line in the source file.') },
      {
        file: text('Name of the source file.'),
        filePointer: word('Address of the file name, where only that is known.'),
      },
    ),
    inferred: list(
      oneOf(['vector', 'errorCode', 'faultAddress']),
      'Fields above that the log implies without printing them.',
    ),
    text: text('What the log itself says of the fault address, in words.'),
  },
);

export const snapshot = object(
  'Everything that the log says, without conclusions. An absent field is not in the log.',
  {
    registers: words('Registers as printed: `eax` to `edi`, `eip`, `eflags`.'),
    segments: record(half(), 'Segment selectors as printed.'),
    control: words('Control registers: `cr0`, `cr2`, `cr3`, `cr4`.'),
    trap,
    places: record(
      sourceRange,
      'Where the log shows each of these facts; the name is its path in `snapshot`, such as `registers.eax`, `stack`, `trace[0]`.',
    ),
  },
  {
    debug: words('Debug registers: `dr0` to `dr7`.'),
    code: object(
      'The bytes of the `Code:` line.',
      { bytes: bytes('In the order of memory.') },
      {
        start: word('Linear address of the first byte; left out where EIP is not printed (4.10 and later).'),
        eipOffset: count('Which of the bytes EIP points at.'),
      },
    ),
    codeUnavailable: text('What the log prints in the place of code bytes.'),
    stack: object(
      'The stack dump.',
      { words: list(word(), 'Upwards from the stack pointer.') },
      { start: word('Linear address of the first word.') },
    ),
    mode: oneOf(['kernel', 'user'], 'Privilege of the code that faulted.'),
    headline: text('The line that opens the report, without decorations.'),
    symbol: text('The symbol that EIP lies in, as printed.'),
    source: text('`file:line` of EIP, where a tool (decode_stacktrace.sh) printed it.'),
    kernel: text('Release of the kernel.'),
    build: text('Build of the kernel: `#4 SMP …`.'),
    hardware: text('Words of the `Hardware name:` line.'),
    options: list(text(), 'Words of the die line: `PREEMPT`, `SMP` and others.'),
    kernelOffset: text('Words of the `Kernel Offset:` line.'),
    task: text('Name of the task (comm).'),
    pid: integer('Process number of the task.'),
    uid: integer('User number of the task.'),
    cpu: integer('Number of the processor.'),
    taint: text('The letters after `Tainted:`, or `Not tainted`.'),
    taskAddress: word('Address of the task_struct.'),
    threadInfo: word('Address of the thread_info, the lowest of the kernel stack.'),
    pageTable: record(number(), 'Page-table entries for the fault address: `pdpt`, `pde`, `pte`.'),
    modules: list(
      object('A loaded module.', { name: text('Its name.') }, { flags: text('The letters in parentheses.') }),
      'Loaded modules in the order of the log.',
    ),
    mapping: object(
      'The mapping that holds the instruction of a user program.',
      { file: text('Its name.'), start: word('Its first address.'), size: word('Its size in bytes.') },
      { fileOffset: word('Offset of the instruction in the file, where the kernel prints it.') },
    ),
    trace: list(
      object(
        'An entry of the call trace.',
        { reliable: flag('False for entries marked `?`: found on the stack, not in the chain of frames.') },
        {
          address: word('The return address; not printed from 4.10 on.'),
          symbol: text('As printed.'),
          source: text('`file:line`, where a tool printed it.'),
        },
      ),
      'The call trace, innermost first.',
    ),
    remarks: list(
      text(),
      'Lines of the report that are understood and have no field of their own, as printed: the message of a WARN, `Workqueue: …`.',
    ),
    closing: list(text(), 'Closing lines, such as `Kernel panic - not syncing: …`.'),
  },
);

/** Kept here, as it belongs to the words of the stack dump. */
export const stackRemarks = list(
  object(
    'A word of the stack dump that means something.',
    {
      index: count('Which of `snapshot.stack.words`.'),
      remarks: list(
        object(
          'One remark.',
          {
            kind: oneOf(['return-address', 'saved-frame-pointer', 'equals-register', 'near-register'], 'What it is.'),
            text: text('The remark in words.'),
          },
          {
            symbol: text('For a return address: the symbol that the call trace gives for it.'),
            reliable: flag('For a return address: it is in the chain of frames.'),
            frame: count('For a saved frame pointer: which frame, 1 is the innermost.'),
            register: text('The register whose value it equals, or lies near to.'),
            distance: count('For `near-register`: bytes above the value of the register.'),
          },
        ),
        'At least one.',
      ),
    },
    { address: word('Where the word lies; left out where the log prints no stack pointer.') },
  ),
  'Remarks on words of the stack dump; words without one are left out.',
);

export const registerRemarks = list(
  object(
    'A register and what its value is, as far as the value itself shows it.',
    {
      register: oneOf([...GENERAL_REGISTERS, 'eflags'], 'Which register.'),
      kind: oneOf(
        ['fault-address', 'negative', 'text', 'equal-bytes', 'equals-register', 'number', 'zone', 'flags'],
        'What is said of it: the first of these that holds.',
      ),
      text: text('The remark in words; empty for a number below 10.'),
    },
    {
      errno: positive('For `negative`: the number without its sign.'),
      name: text('For `negative`: the errno of that number. -1 has none, as it is mostly a sentinel.'),
      spelled: text('For `text`: the four bytes in the order of memory.'),
      byte: count('For `equal-bytes`: the byte.'),
      other: oneOf(GENERAL_REGISTERS, 'For `equals-register`: an earlier register of the same value.'),
      decimal: count('For `number`: the value, which is below 4096.'),
      zone: oneOf(
        ['user', 'lowmem', 'kernel', 'vmalloc', 'fixmap'],
        'For `zone`: where the value lies, if it is an address.',
      ),
      set: list(text(), 'For `flags`: the flags that are set.'),
    },
  ),
  'One remark on each register that the log holds.',
);
