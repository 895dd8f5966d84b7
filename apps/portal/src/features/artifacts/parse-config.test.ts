import { expect, it } from 'vitest';
import { parseConfig } from './parse-config.ts';

const EMPTY = { entrypoint: [], cmd: [], env: [], workingDir: '', user: '', ports: [], volumes: [], labels: {} };

it('is nothing where there is no object', () => {
  for (const value of [undefined, null, 'text', 7]) expect(parseConfig(value)).toBeUndefined();
});

it('takes damaged and missing fields for empty ones', () => {
  expect(parseConfig({ Entrypoint: 'sh', Env: [1], ExposedPorts: [], Labels: { a: 1 }, User: null })).toEqual(EMPTY);
  expect(parseConfig({})).toEqual(EMPTY);
});

it('reads what is there', () => {
  expect(parseConfig({ Cmd: ['sh'], ExposedPorts: { '80/tcp': {} }, Labels: { a: 'b' } })).toEqual({
    ...EMPTY,
    cmd: ['sh'],
    ports: ['80/tcp'],
    labels: { a: 'b' },
  });
});
