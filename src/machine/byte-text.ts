// Bytes as people write them: two lower-case hexadecimal digits each.

export function byteText(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** Writes bytes with `separator` between each two. */
export function bytesText(bytes: Iterable<number>, separator = ''): string {
  return Array.from(bytes, byteText).join(separator);
}

/** Writes a number of bytes: `1 byte`, `4 bytes`. */
export function byteCount(size: number): string {
  return `${size} byte${size === 1 ? '' : 's'}`;
}
