import { parseArgs } from 'node:util';
import { exitOnSignals } from '../harness/processes.ts';
import { runKills } from './kill-run.ts';

/** `npm run kills -w @berth/e2e -- --kills 200`: the long form of kills.e2e.ts. */
exitOnSignals();
const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' } } });
const report = await runKills(Number(values.kills), (sentence) => process.stderr.write(`${sentence}\n`));
process.stdout.write(`${JSON.stringify(report)}\n`);
