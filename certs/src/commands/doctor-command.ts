import type { Command } from 'commander';
import { type DoctorEnvironment, systemEnvironment } from '../doctor/environment.ts';
import { renderDiagnosis } from '../doctor/render-diagnosis.ts';
import { runDoctor } from '../doctor/run-doctor.ts';
import { action, type CommandIo, newCommand, printJson, processIo, withSpinner } from './command-io.ts';

/** The `doctor` command, ready for `program.addCommand`. Exit code 1 when a check failed. */
export function doctorCommand(io: CommandIo = processIo(), environment: DoctorEnvironment = systemEnvironment()): Command {
  return newCommand(io, 'doctor')
    .description('say in plain words why docker cannot use a registry, and what mends it')
    .argument('<host[:port]>', 'the registry, exactly as it is typed in docker login')
    .option('--ca <file>', 'trust this CA instead of what is installed on this machine')
    .option('--json', 'print the checks as JSON')
    .addHelpText('before', 'Examples:\n  berth doctor harbor.daemon.io\n  berth doctor 192.168.56.121:8443 --ca tls/ca.crt\n')
    .action(
      action(io, async (target: string, options: { readonly ca?: string; readonly json?: boolean }) => {
        const diagnosis = await withSpinner(io, `Looking at ${target}`, () => runDoctor(target, environment, options));
        const colour = io.interactive && !environment.env['NO_COLOR'];
        if (options.json) printJson(io, diagnosis);
        else io.stdout.write(renderDiagnosis(diagnosis, colour));
        return diagnosis.healthy ? 0 : 1;
      }),
    );
}
