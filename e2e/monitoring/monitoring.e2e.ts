import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Berth } from '../harness/berth.ts';
import { makeCertificate } from '../harness/certificate.ts';
import { run, waitFor } from '../harness/processes.ts';
import { scenario } from '../harness/requirements.ts';
import { removeFolder, scratchFolder } from '../harness/scratch.ts';
import { requireTool } from '../harness/tools.ts';

const FOLDER = join(import.meta.dirname, '../../deploy/monitoring');
const ALERTS = join(FOLDER, 'berth-alerts.yml');
const TESTS = join(FOLDER, 'berth-alerts.test.yml');

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

scenario('alerts and the dashboard', ['root', 'setpriv', 'openssl', 'promtool'], () => {
  let folder: string;
  let berth: Berth;
  /** Name of each metric that the running server has, with what histograms make of it. */
  const offered = new Set<string>();

  beforeAll(async () => {
    folder = await scratchFolder('monitoring');
    berth = await Berth.start({ tls: await makeCertificate(folder) });
    const { metricsPort } = berth;
    // They have a server of their own, which may begin after the other.
    const text = await waitFor('the metrics', 30_000, async () =>
      (await fetch(`http://127.0.0.1:${metricsPort}/metrics`, { signal: AbortSignal.timeout(10_000) })).text(),
    );
    for (const [, name, type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
      for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) offered.add(`${name}${suffix}`);
    }
  });
  afterAll(async () => {
    await berth?.dispose();
    await removeFolder(folder);
  });

  function rules(): Rules['groups'][number]['rules'] {
    return (parse(readFileSync(ALERTS, 'utf8')) as Rules).groups.flatMap((group) => group.rules);
  }

  function dashboard(): { readonly panels: readonly Panel[] } {
    return JSON.parse(readFileSync(join(FOLDER, 'berth-dashboard.json'), 'utf8')) as { panels: Panel[] };
  }

  function unknown(expression: string): string[] {
    return [...expression.matchAll(/\bberth_[a-z0-9_]+/g)].map(([name]) => name).filter((name) => !offered.has(name));
  }

  it('ask for metrics that the server has', () => {
    const expressions = [
      ...rules().map(({ expr }) => expr),
      ...dashboard().panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ];
    expect(expressions.length).toBeGreaterThan(30);
    expect(expressions.flatMap(unknown)).toEqual([]);
    expect(unknown('berth_metric_that_is_not_there')).toHaveLength(1);
  });

  it('are rules that Prometheus takes, and each fires when it should and not before', async () => {
    await run(requireTool('promtool'), ['check', 'rules', ALERTS]);
    await run(requireTool('promtool'), ['test', 'rules', TESTS]);
    const cases = (parse(readFileSync(TESTS, 'utf8')) as { tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown }[] }[] })
      .tests;
    const fired = cases.flatMap((one) => one.alert_rule_test.filter((moment) => moment.exp_alerts !== undefined));
    expect([...new Set(fired.map(({ alertname }) => alertname))].sort()).toEqual(
      rules()
        .map(({ alert }) => alert)
        .sort(),
    );
  });

  it('are the same in the chart, and a dashboard whose panels can be told apart', () => {
    const chart = join(FOLDER, '../helm/berth/files/alerts.yml');
    expect(readFileSync(chart, 'utf8')).toBe(readFileSync(ALERTS, 'utf8'));
    const { panels } = dashboard();
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('see each component of a running server as healthy, and the disk', async () => {
    const text = await (await fetch(`http://127.0.0.1:${berth.metricsPort}/metrics`, { signal: AbortSignal.timeout(10_000) })).text();
    for (const component of ['database', 'storage', 'storage-space']) {
      expect(text).toContain(`berth_component_healthy{component="${component}"} 1\n`);
    }
    expect(text).toMatch(/^berth_storage_free_bytes [1-9]/m);
  });
});
