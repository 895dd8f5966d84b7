import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHECKOUT } from './harness/scratch.ts';

interface Manifest {
  readonly version: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const text = (path: string): string => readFileSync(join(CHECKOUT, path), 'utf8');
const manifestOf = (folder: string): Manifest => JSON.parse(text(join(folder, 'package.json'))) as Manifest;
const root = manifestOf('.');

function workspaces(): string[] {
  return (root.workspaces ?? []).flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    return readdirSync(join(CHECKOUT, parent)).map((name) => join(parent, name));
  });
}

it('one version stands everywhere: a release that forgets a place installs another image than it is', () => {
  const found: Record<string, string | undefined> = {
    'deploy/install.sh': /^VERSION=(.*)$/m.exec(text('deploy/install.sh'))?.[1],
    'deploy/Dockerfile': /^ARG VERSION=(.*)$/m.exec(text('deploy/Dockerfile'))?.[1],
    'Chart.yaml version': /^version: (.*)$/m.exec(text('deploy/helm/berth/Chart.yaml'))?.[1],
    'Chart.yaml appVersion': /^appVersion: (.*)$/m.exec(text('deploy/helm/berth/Chart.yaml'))?.[1],
  };
  for (const folder of workspaces()) {
    const { version, dependencies, devDependencies } = manifestOf(folder);
    found[folder] = version;
    for (const [name, wanted] of Object.entries({ ...dependencies, ...devDependencies }))
      if (name.startsWith('@berth/')) found[`${folder} needs ${name}`] = wanted;
  }
  expect(found).toEqual(Object.fromEntries(Object.keys(found).map((place) => [place, root.version])));
});
