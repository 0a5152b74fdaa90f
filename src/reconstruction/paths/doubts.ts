// The signs that control may have come from elsewhere than the path shows.

/** What the code says about being reached from outside the captured bytes. */
export type Doubt =
  /** A function begins here: any code may call it. */
  | 'entry'
  /** Nothing can fall into this instruction. */
  | 'after-jump'
  /** Padding before it: compilers align what is jumped to. */
  | 'after-padding'
  /** It is a no-op that the kernel can switch to a jump: a place of its own, which much code jumps to. */
  | 'at-switch'
  /** The code around it hints at a label: see join-hints and loop-heads. */
  | 'join-hint'
  /** Bytes that cannot be read with certainty may hold a branch to it. */
  | 'unread-branch'
  /** Code or a table outside of the function leads here, as the file shows. */
  | 'named-elsewhere'
  /** The bytes right before the captured ones may hold a jump over the first of these. */
  | 'near-start'
  /** It comes after copies that only one of several ways needs: see copy-blocks. */
  | 'after-copies'
  /** It looks like what code before the captured bytes jumps to. */
  | 'joined-from-before'
  /** It looks like what code after the captured bytes jumps back to. */
  | 'joined-from-after'
  | 'none';

/** Why a step of a path is not certain: what is said of the next one, or what is known of the way there. */
export type StepDoubt =
  | Exclude<Doubt, 'after-jump' | 'none'>
  /** Another visible way in contradicts nothing either. */
  | 'other-way'
  /** The bytes before belong to no instruction that is known, or were not captured. */
  | 'window-start'
  /** The reading of the bytes is not certain. */
  | 'boundary'
  | 'call-returned'
  /** Further back nothing fits: somewhere on this straight line control came from outside. */
  | 'dead-end';
