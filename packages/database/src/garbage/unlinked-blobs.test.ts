import { pushImage } from '@berth/testkit';
import { expect, test } from 'vitest';
import { rowsOf } from '../transactions.ts';
import { useGarbageScene } from './testing/garbage-scene.ts';

const scene = useGarbageScene();

/** Three blobs of 100, 10 and 1 bytes, each linked from three repositories of the project of `scene.here`; what the project's quota has used before. */
async function linked(): Promise<{ readonly project: number; readonly used: number }> {
  await pushImage(scene.under, scene.here);
  const [row] = await rowsOf<{ project_id: number }>(scene.knex, 'select project_id from repositories where name = ?', [scene.here]);
  const project = Number(row?.project_id);
  const used = await usedBytes(project);
  await rowsOf(
    scene.knex,
    `with homes as (insert into repositories (project_id, name) select ?, 'unlinked/r' || n from generate_series(1, 3) n returning id),
     made as (
       insert into blobs (digest, size, storage_key)
       select 'sha256:' || lpad(n::text, 64, '0'), n, 'unlinked-' || n from unnest(array[100, 10, 1]) n returning id)
     select 1`,
    [project],
  );
  await rowsOf(
    scene.knex,
    `insert into repository_blobs (repository_id, blob_id, lease_until)
     select r.id, b.id, now() from repositories r, blobs b where r.name like 'unlinked/%' and b.storage_key like 'unlinked-%'`,
    [],
  );
  return { project, used };
}

async function usedBytes(project: number): Promise<number> {
  const [row] = await rowsOf<{ used_bytes: number }>(scene.knex, 'select used_bytes from project_quotas where project_id = ?', [project]);
  return Number(row?.used_bytes);
}

function counted(project: number): Promise<readonly unknown[]> {
  return rowsOf(
    scene.knex,
    `select p.size::integer, p.links::integer from project_blobs p join blobs b on b.id = p.blob_id
     where p.project_id = ? and b.storage_key like 'unlinked-%' order by p.size desc`,
    [project],
  );
}

test('one statement that takes some links of one blob and all of another: the first is counted down, the second out of the quota', async () => {
  const { project, used } = await linked();
  expect(await usedBytes(project)).toBe(used + 111);
  await rowsOf(
    scene.knex,
    `delete from repository_blobs l using blobs b, repositories r
     where b.id = l.blob_id and r.id = l.repository_id
       and (b.storage_key = 'unlinked-100' or (b.storage_key = 'unlinked-10' and r.name <> 'unlinked/r1'))`,
    [],
  );
  expect(await counted(project)).toEqual([
    { size: 10, links: 1 },
    { size: 1, links: 3 },
  ]);
  expect(await usedBytes(project)).toBe(used + 11);
  await rowsOf(scene.knex, `delete from repository_blobs l using blobs b where b.id = l.blob_id and b.storage_key like 'unlinked-%'`, []);
  expect(await counted(project)).toEqual([]);
  expect(await usedBytes(project)).toBe(used);
  await scene.sweepAll();
});
