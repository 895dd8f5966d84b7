import { randomBytes } from 'node:crypto';
import { BASE_IMAGE, importBaseImage } from '../harness/base-image.ts';
import { type Berth } from '../harness/berth.ts';
import { DockerEngine } from '../harness/docker-engine.ts';
import { type DockerRegistry } from '../harness/docker-registry.ts';

export interface Pair {
  readonly berth: readonly number[];
  readonly peer: readonly number[];
}

/** Seconds that `docker push` and `docker pull` of an image of five layers (together 150 MB) take, over several rounds. */
export async function dockerTimes(
  berth: Berth,
  peer: DockerRegistry,
  rounds: number,
): Promise<{ readonly push: Pair; readonly pull: Pair }> {
  const engine = await DockerEngine.start();
  try {
    await importBaseImage(engine);
    await engine.login(berth.host, 'admin', berth.adminPassword);
    const times = { push: { berth: [] as number[], peer: [] as number[] }, pull: { berth: [] as number[], peer: [] as number[] } };
    for (let round = 0; round < rounds; round += 1) {
      const files = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`layer${index}`, randomBytes(30_000_000)]));
      const copies = Object.keys(files).map((name) => `COPY ${name} /${name}\n`);
      await engine.build('bench:round', { Dockerfile: `FROM ${BASE_IMAGE}\n${copies.join('')}`, ...files });
      const sides = [
        ['berth', berth.host],
        ['peer', `127.0.0.1:${peer.port}`],
      ] as const;
      for (const [side, host] of round % 2 === 0 ? sides : [...sides].reverse()) {
        const name = `${host}/bench/image:${round}`;
        await engine.docker(['tag', 'bench:round', name]);
        times.push[side].push(await seconds(async () => engine.docker(['push', '--quiet', name])));
        await engine.docker(['rmi', name]);
      }
      await engine.docker(['rmi', '--force', 'bench:round']);
      for (const [side, host] of round % 2 === 0 ? sides : [...sides].reverse()) {
        const name = `${host}/bench/image:${round}`;
        times.pull[side].push(await seconds(async () => engine.docker(['pull', '--quiet', name])));
        await engine.docker(['rmi', '--force', name]);
      }
    }
    return times;
  } finally {
    await engine.dispose();
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
