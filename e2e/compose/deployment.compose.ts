import { afterAll, beforeAll, describe } from 'vitest';
import { scenario } from '../harness/requirements.ts';
import { balancing } from './balancing.ts';
import { bundling } from './bundling.ts';
import { BUILD_LIMIT_MS, ComposeScene } from './compose-scene.ts';
import { installing } from './installing.ts';
import { Site } from './site.ts';
import { refusingUnfitMachines } from './unfit-machine.ts';
import { upgrading } from './upgrading.ts';

const NEEDS = ['root', 'dockerd', 'docker', 'docker-compose', 'pg_isready', 'setpriv', 'ip', 'haproxy', 'busybox'];

/** The real Dockerfile, compose file and installer on real engines. In one file, since the image is built once. */
scenario('the deployment with docker-compose', NEEDS, () => {
  const scene = new ComposeScene();
  beforeAll(() => scene.start(), BUILD_LIMIT_MS);
  afterAll(() => scene.end(), BUILD_LIMIT_MS);

  describe('install.sh on a machine that is not fit', () => refusingUnfitMachines(scene));
  describe('install.sh', () => installing(scene));

  describe('a site without a network', () => {
    const site = new Site(scene);
    beforeAll(() => site.start());
    afterAll(() => site.end(), BUILD_LIMIT_MS);

    describe('the offline bundle', () => bundling(site));
    describe('an upgrade', () => upgrading(site));
    describe('two servers', () => balancing(site));
  });
});
