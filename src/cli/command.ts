import { Command } from 'commander';

/** Options that every command has. */
export interface GlobalOptions {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly debug?: boolean;
}

/** A command with examples, which its help and the reference show. */
export class CliCommand extends Command {
  readonly #examples: string[] = [];

  override createCommand(name?: string): CliCommand {
    return new CliCommand(name);
  }

  /** @param lines - each a command line; what is behind `#` says what it is for */
  examples(...lines: readonly string[]): this {
    this.#examples.push(...lines);
    return this;
  }

  get exampleLines(): readonly string[] {
    return this.#examples;
  }

  override helpInformation(context?: { error: boolean }): string {
    const help = super.helpInformation(context);
    if (this.#examples.length === 0) return help;
    return `${help}\nExamples:\n${this.#examples.map((line) => `  ${line}`).join('\n')}\n`;
  }
}
