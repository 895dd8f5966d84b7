import { expect, it } from 'vitest';
import { asTree } from './repository-tree.ts';

const named = (names: readonly string[]) => names.map((name) => ({ name: `team/${name}` }));
const tree = (names: readonly string[]) =>
  asTree(named(names), { prefix: 'team/', isTree: true }).map(({ inside, folders, depth }) => [
    inside,
    folders.map(({ path }) => path),
    depth,
  ]);

it('names a folder where its first repository is, and no second time', () => {
  expect(tree(['api', 'web/app', 'web/shop/cart', 'web/shop/pay', 'web/zoo', 'worker'])).toEqual([
    ['api', [], 0],
    ['web/app', ['web'], 1],
    ['web/shop/cart', ['web/shop'], 2],
    ['web/shop/pay', [], 2],
    ['web/zoo', [], 1],
    ['worker', [], 0],
  ]);
});

it('names a folder again that it left, and every folder that a page begins in', () => {
  expect(tree(['a/b/c', 'd/b/c'])).toEqual([
    ['a/b/c', ['a', 'a/b'], 2],
    ['d/b/c', ['d', 'd/b'], 2],
  ]);
});

it('is no tree in another order', () => {
  const rows = asTree(named(['web/app', 'api']), { prefix: 'team/', isTree: false });
  expect(rows.map(({ inside, folders, depth }) => [inside, folders, depth])).toEqual([
    ['web/app', [], 0],
    ['api', [], 0],
  ]);
});
