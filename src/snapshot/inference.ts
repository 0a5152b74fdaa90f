// Why a log implies a value that it does not print, as codes. Front ends choose the words (frontends/wording/inference.ts).

export type Inference =
  /** Vector 6 of a BUG whose die line is lost. */
  | 'bug-without-die-line'
  /** Vector 6: EIP points at the instruction that BUG() raises it with. */
  | 'bug-at-undefined-opcode'
  | 'warning-at-undefined-opcode'
  /** Vector 6, with no line that names an exception. */
  | 'undefined-opcode-at-eip'
  /** Vector 14, with no line that names an exception: the CR2 line at the end suggests it. */
  | 'closing-cr2-line'
  /** The fault address, where the vector is inferred from the same line. */
  | 'address-of-closing-cr2-line'
  /** The mode. */
  | 'privilege-of-cs'
  | 'privilege-of-ss'
  | 'line-for-user-programs'
  | 'mode-bit-of-error-code'
  /** The location of a BUG. */
  | 'bytes-after-ud2'
  /** Addresses of the task and its stack. */
  | 'printed-stack-page';
