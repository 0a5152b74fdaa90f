// What one line of a report says. The grammar turns text into facts; the assembler decides which report they belong to.

import type { GeneralRegister, SegmentRegister } from '../../../machine/registers.ts';
import type { U32 } from '../../../machine/u32.ts';
import type { DiagnosticCode } from '../../../snapshot/diagnostic.ts';
import type { Inference } from '../../../snapshot/inference.ts';
import type {
  ControlRegister,
  DebugRegister,
  ModuleReference,
  ReportKind,
  SourceLocation,
  SymbolReference,
  UserMapping,
} from '../../../snapshot/snapshot.ts';
import type { ForeignArchitecture, ForeignWriter } from '../../carrier.ts';

/** Which line a value comes from, best first where several give the same value. */
export type EipSource = 'block' | 'closing' | 'ip-line' | 'printing-eip' | 'elsewhere';

/** Headings after which lines mean something that they do not mean elsewhere. */
export type Section = 'stack' | 'trace' | 'modules' | 'code' | 'printing-eip';

export interface TraceFact {
  readonly address?: U32;
  readonly symbol?: SymbolReference;
  readonly reliable: boolean;
}

export interface UserFault {
  readonly text: string;
  readonly comm?: string;
  readonly pid?: number;
  readonly vector?: number;
  readonly faultAddress?: U32;
  readonly eip: U32;
  readonly esp: U32;
  readonly errorCode: U32;
  readonly mapping?: UserMapping;
  readonly cpu?: number;
}

export interface IdentityValues {
  readonly comm: string;
  readonly pid: number;
  readonly uid: number;
  readonly cpu: number;
  readonly taint: string;
  readonly task: U32;
  readonly threadInfo: U32;
  readonly release: string;
  readonly build: string;
  readonly hardware: string;
  readonly options: readonly string[];
  readonly offset: string;
}

export type IdentityFact = {
  [Field in keyof IdentityValues]: {
    readonly kind: 'identity';
    readonly field: Field;
    readonly value: IdentityValues[Field];
    /** Why the line implies the value without printing it. */
    readonly inferred?: Inference;
  };
}[keyof IdentityValues];

export type Fact =
  /** A line that opens a report. `vector` where the words name the exception. */
  | {
      readonly kind: 'headline';
      readonly text: string;
      readonly report: ReportKind;
      readonly vector?: number;
      readonly address?: U32;
    }
  | {
      readonly kind: 'die';
      readonly text: string;
      readonly vector?: number;
      readonly errorCode?: U32;
      readonly ordinal?: number;
    }
  | { readonly kind: 'location'; readonly location: SourceLocation }
  | { readonly kind: 'page-table'; readonly entry: 'pdpt' | 'pde' | 'pte'; readonly digits: string }
  | { readonly kind: 'page-fault'; readonly errorCode?: U32; readonly mode?: 'kernel' | 'user' }
  | { readonly kind: 'eip'; readonly value: U32; readonly source: EipSource }
  | { readonly kind: 'symbol'; readonly symbol: SymbolReference; readonly source: EipSource }
  | { readonly kind: 'register'; readonly name: GeneralRegister | 'eflags'; readonly value: U32 }
  | { readonly kind: 'segment'; readonly name: SegmentRegister; readonly value: number }
  | { readonly kind: 'control'; readonly name: ControlRegister; readonly value: U32 }
  | { readonly kind: 'debug'; readonly name: DebugRegister; readonly value: U32 }
  /** The 16-digit `CR2:` line near the end. */
  | { readonly kind: 'closing-cr2'; readonly value: U32 }
  /** `EIP: … SS:ESP 0068:…`: the line that ends a report of 2.6.18 to 4.17. */
  | { readonly kind: 'closing-eip'; readonly ss: number; readonly esp: U32 }
  /** The line that starts another register block: `CPU:    0` of old kernels. */
  | { readonly kind: 'block-start' }
  /** ` VLI`: the code line starts before EIP. */
  | { readonly kind: 'preceding-bytes' }
  | IdentityFact
  | { readonly kind: 'section'; readonly section: Section }
  /** `cut`: words after these are lost. */
  | { readonly kind: 'stack-words'; readonly words: readonly U32[]; readonly cut?: true }
  | { readonly kind: 'trace'; readonly entries: readonly TraceFact[] }
  | {
      readonly kind: 'code';
      readonly bytes: readonly number[];
      readonly marker?: number;
      readonly unavailable?: string;
      /** What stands where a byte should. */
      readonly damaged?: string;
      /** The line is longer than one is read. */
      readonly cut?: true;
      /** The line goes on from a code line above it. */
      readonly continues?: true;
      /** How many bytes come before the first place where more than a blank is between two. */
      readonly gap?: number;
    }
  | { readonly kind: 'modules'; readonly modules: readonly ModuleReference[] }
  | { readonly kind: 'panic'; readonly text: string }
  | { readonly kind: 'closing'; readonly text: string }
  | { readonly kind: 'cut-here' }
  /** A tool's name for an address of the trace. */
  | { readonly kind: 'address-symbol'; readonly address: U32; readonly symbol: SymbolReference }
  | { readonly kind: 'end-trace'; readonly text: string }
  /** What the kernel found wrong, in its own words: the report that follows from it comes next. */
  | { readonly kind: 'sentence'; readonly text: string }
  /** Understood, belongs to the report, has no field of its own. */
  | { readonly kind: 'remark'; readonly text: string }
  /** Understood and of no use: output of other tools, separators. */
  | { readonly kind: 'noise' }
  | ({ readonly kind: 'user-fault' } & UserFault)
  | { readonly kind: 'foreign'; readonly origin: ForeignArchitecture | ForeignWriter }
  /** One line of a 64-bit kernel about a 64-bit program: it says nothing of the lines around it. */
  | { readonly kind: 'foreign-user-fault' }
  | {
      readonly kind: 'problem';
      readonly code: DiagnosticCode;
      readonly message: string;
      /** The register that it is about. */
      readonly register?: string;
    };

/** A family of lines: the facts in `text`, or nothing where the line is not of this family. */
export type LineReader = (text: string) => readonly Fact[];
