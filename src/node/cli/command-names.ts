// The commands beside the one that explains logs.

const OTHER_COMMANDS: readonly (string | undefined)[] = ['test', 'record', 'step', 'gdb'];

export function isOtherCommand([first]: readonly string[]): boolean {
  return OTHER_COMMANDS.includes(first);
}
