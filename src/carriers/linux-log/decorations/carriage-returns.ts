// Old Macs and some captures of serial lines end lines with a carriage return alone. Such a log becomes one with line feeds before it is cut
// into lines; in any other log a carriage return is a character like others (a progress bar's, a terminal's).

export interface LineEnds {
  /** The text that is to be read so far; it may be behind. */
  take(text: string): string;
  /** What was kept back. */
  end(): string;
}

/** No line of a log is longer than this: without a line feed up to here, nothing ends in one. */
const LOOKED_AT = 16_384;
/** A carriage return that is not part of a line end with a line feed. */
const ALONE = /\r[^\r\n]/;

export function createLineEnds(): LineEnds {
  /** Until it is seen how lines end. */
  let held = '';
  let endsInReturns: boolean | undefined;

  function release(): string {
    const text = held;
    held = '';
    return translate(text);
  }

  function translate(text: string): string {
    return endsInReturns === true ? text.replaceAll('\r', '\n') : text;
  }

  return {
    take(text) {
      if (endsInReturns !== undefined) return translate(text);
      held += text;
      const feed = held.indexOf('\n');
      if (feed >= 0 && feed < Math.min(held.length - 1, LOOKED_AT)) endsInReturns = false;
      else if (held.length <= LOOKED_AT + 1) return '';
      else endsInReturns = ALONE.test(held.slice(0, LOOKED_AT));
      return release();
    },

    end() {
      // A line feed as the very last character is of whoever wrote the file.
      endsInReturns ??= ALONE.test(held);
      return release();
    },
  };
}
