// What is shown again at every stop, in the order in which the user asked for it. The text is worked out anew each time.

/** One `display`, as it was typed: `$ecx`, `/i $pc`. */
export interface Display {
  readonly id: number;
  readonly text: string;
}

export class Displays {
  readonly #all = new Map<number, Display>();
  #nextId = 1;

  get list(): readonly Display[] {
    return [...this.#all.values()];
  }

  add(text: string): Display {
    const display = { id: this.#nextId++, text };
    this.#all.set(display.id, display);
    return display;
  }

  /** Gives false if there is none of that number. */
  remove(id: number): boolean {
    return this.#all.delete(id);
  }

  clear(): void {
    this.#all.clear();
  }
}
