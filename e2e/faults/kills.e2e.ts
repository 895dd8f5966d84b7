import { describe, expect, it } from 'vitest';
import { runKills } from './kill-run.ts';

describe('kill -9 at random moments of pushes', () => {
  it('loses nothing that was acknowledged and shows nothing that is half written', async () => {
    const report = await runKills(20, (sentence) => console.log(sentence));
    expect(report.kills).toBe(20);
    expect(report.blobs).toBeGreaterThan(20);
    expect(report.manifests).toBeGreaterThan(5);
  }, 600_000);
});
