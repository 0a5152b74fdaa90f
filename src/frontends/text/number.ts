// Numbers of the JSON as the text shows them.

/** `0xf88a5aed` without its prefix. */
export function digits(number: string): string {
  return number.slice(2);
}

/** How code is named: by its address, or by symbol and offset where the log prints no numeric EIP. */
export function codeName({ address, place = '' }: { readonly address?: string; readonly place?: string }): string {
  return address === undefined ? place : digits(address);
}
