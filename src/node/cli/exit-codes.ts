// What the exit code of the command says.

export const EXIT = {
  /** Every report was reproduced. */
  reproduced: 0,
  /** At least one report was contradicted or cannot be replayed. */
  notReproduced: 1,
  /** Wrong usage, unreadable input, a file without a report, or results that cannot be written, or an error of this program. */
  unusable: 2,
} as const;
