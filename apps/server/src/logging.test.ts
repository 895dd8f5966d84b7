import { describe, expect, it } from 'vitest';
import { createLogger, errorFields, loggedTarget, withoutCredentials } from './logging.ts';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = [];
  write(createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } }));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

describe('secrets', () => {
  it.each(['authorization', 'cookie', 'password', 'token', 'access_token', 'refresh_token', 'secret'])(
    'a field named %s is redacted at any depth used',
    (name) => {
      const record = logged((logger) => logger.info({ [name]: 'hunter2', a: { [name]: 'hunter2', b: { [name]: 'hunter2' } } }, 'x'));
      expect(JSON.stringify(record)).not.toContain('hunter2');
    },
  );

  it('passwords in URLs of error messages, stacks and causes are redacted', () => {
    const error = new Error('connect postgres://berth:hunter2@db/x', { cause: new Error('also redis://a:hunter2@b') });
    expect(JSON.stringify(logged((logger) => logger.error({ err: error }, 'x')))).not.toContain('hunter2');
  });

  it('own properties of errors stay out: they hold values of rows', () => {
    const error = Object.assign(new Error('duplicate key'), { detail: 'Key (email)=(hunter2)', code: '23505' });
    const record = logged((logger) => logger.error({ err: error }, 'x'));
    expect(JSON.stringify(record)).not.toContain('hunter2');
    expect(record.err).toMatchObject({ message: 'duplicate key', code: '23505' });
  });

  it.each(['token', 'access_token', 'password', 'code', 'state', 'X-Amz-Signature'])('the query parameter %s is redacted', (name) => {
    expect(loggedTarget(`/x?a=1&${name}=hunter2&b=2`)).toBe(`/x?a=1&${name}=[redacted]&b=2`);
  });
});

it('bounds targets', () => {
  expect(loggedTarget(`/${'a'.repeat(9_000)}`).length).toBeLessThan(600);
});

it('leaves addresses without credentials alone', () => {
  expect(withoutCredentials('see https://example.com:8443/a@b')).toBe('see https://example.com:8443/a@b');
});

it('survives errors that are no Error, and cycles of causes', () => {
  expect(errorFields('text')).toEqual({ type: 'string', message: 'text' });
  const error = new Error('a');
  error.cause = error;
  expect(errorFields(error).message).toBe('a');
});

it('writes level names and ISO times', () => {
  expect(logged((logger) => logger.warn('x'))).toMatchObject({
    level: 'warn',
    msg: 'x',
    time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
  });
});
