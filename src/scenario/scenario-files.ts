// The files of a scenario as its judge sees them: names in, texts out. Where they are kept is the business of the host
// (`node/files/scenario-directory.ts`).

export const SCENARIO_FILE = 'scenario.yaml';
export const DEFAULT_LOG = 'oops.log';

/** The most bytes of each file. The largest scenario of this package has a log of 8 kB and a scenario.yaml of 4 kB. */
export const FILE_LIMITS = { scenario: 256 << 10, log: 4 << 20, golden: 4 << 20, recorded: 4 << 20 } as const;

export type FileText =
  | { readonly text: string }
  /** A sentence that begins with the name of the file; `isMissing` is true if it could be created under that name. */
  | { readonly problem: string; readonly isMissing?: true };

/** Files in one directory; nothing outside it is read or written, whatever a name or a link says. */
export interface ScenarioFiles {
  /** Reads a text of at most `limit` bytes. */
  read(name: string, limit: number): FileText;
  /** Replaces a file as a whole. If that is not possible, it gives a sentence and leaves everything as it was. */
  write(name: string, text: string): string | undefined;
  /** True if both names lead to one file. */
  isSame(name: string, other: string): boolean;
}
