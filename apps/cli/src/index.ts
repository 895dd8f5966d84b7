import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { EXIT, UsageError } from './exit.ts';
import { VERBS } from './verbs/index.ts';

/** Runs the command line `argv` (as in process.argv) and answers the exit code: 0 success, 1 failure, 2 wrong usage. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('berth')
    .description('Berth, a private registry for container images')
    .version(manifest.version, '-V, --version')
    // Else an option that a verb and a verb below it both have would always be the upper one's.
    .enablePositionalOptions()
    .addHelpText('before', EXAMPLES);
  try {
    const called = argv.slice(2).find((word) => !word.startsWith('-'));
    // A server has other things to do than to print.
    if (called !== 'serve') process.stdout.on('error', endWithReader);
    for (const { name, description, load } of VERBS) {
      program.addCommand(name === called ? (await load()).summary(description) : new Command(name).description(description));
    }
    answerWrongUsage(program);
    await program.parseAsync([...argv]);
    return Number(process.exitCode ?? EXIT.success);
  } catch (error) {
    return report(error);
  }
}

const EXAMPLES = `Examples:
  berth serve                         start the registry on 127.0.0.1:8080, data in ./data
  berth serve --host 0.0.0.0          let other machines in
  berth admin reset-password alice    set a new password
  berth cert server registry.lan      make a certificate that docker accepts
  berth admin check-config            show what is configured, and where each value comes from
`;

/** A reader that has seen enough, such as `head`, is no defect. That the rest was well, nobody has told it. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.failure);
}

/** Says what to do next. Subcommands do not inherit it, and without the override commander ends the process with 1 for wrong usage. */
function answerWrongUsage(command: Command): void {
  command.showHelpAfterError('(add --help for the options and examples)').exitOverride();
  for (const child of command.commands) answerWrongUsage(child);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // commander has printed its sentence; `--help` also ends here.
    return error.exitCode === 0 ? EXIT.success : EXIT.usage;
  }
  if (error instanceof UsageError) {
    process.stderr.write(`berth: ${error.message}\n`);
    return EXIT.usage;
  }
  process.stderr.write(`berth: ${sentenceOf(error)}\n`);
  return EXIT.failure;
}

/** Errors made for people, and what the system refused (it names the file), are shown as they are; a defect with the place it happened at. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('syscall' in error) return `${error.message}.`;
  if (error.constructor !== Error && !(error instanceof TypeError) && !(error instanceof RangeError)) return error.message;
  return error.stack ?? error.message;
}
