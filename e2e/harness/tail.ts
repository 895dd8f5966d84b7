/** The last letters of what a program prints. Cut only now and then: a copy for each line of a busy server would cost more than its clients do. */
export class Tail {
  readonly #letters: number;
  #text = '';

  constructor(letters: number) {
    this.#letters = letters;
  }

  add(text: string): void {
    this.#text += text;
    if (this.#text.length > 2 * this.#letters) this.#text = this.text;
  }

  get text(): string {
    return this.#text.slice(-this.#letters);
  }
}
