// What the user typed cannot be done: a sentence for them, no fault of the program.

export class CommandError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandError';
  }
}
