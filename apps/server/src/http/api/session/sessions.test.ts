import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codeOf } from '../../testing/api-calls.ts';
import { type Answer, PASSWORD } from '../../testing/ask.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const SESSION = '/api/v2.0/session';
const CURRENT = '/api/v2.0/users/current';
const NEW_PROJECT = '/api/v2.0/projects';
let users = 0;
let name = '';
let id = 0;

beforeAll(() => server.start(database.url, { trustedProxies: ['127.0.0.1'] }));
afterAll(() => server.stop());
beforeEach(async () => {
  users += 1;
  name = `person${users}`;
  id = await server.addUser(name);
});

interface Browser {
  readonly cookie: string;
  readonly token: string;
}

function signIn(headers: Record<string, string> = {}, password = PASSWORD): Promise<Answer> {
  return server.ask('POST', SESSION, { body: { username: name, password }, headers });
}

function browserOf(answer: Answer): Browser {
  expect(answer.status, answer.text).toBe(200);
  const [cookie = ''] = answer.headers['set-cookie'] ?? [];
  return { cookie: cookie.split(';')[0] ?? '', token: String(answer.headers['x-harbor-csrf-token']) };
}

function as({ cookie }: Browser, headers: Record<string, string> = {}): { headers: Record<string, string> } {
  return { headers: { cookie, ...headers } };
}

let made = 0;
function project(): { project_name: string } {
  made += 1;
  return { project_name: `made${made}` };
}

describe('signing in', () => {
  it('is refused over plain HTTP to another machine, without a look at the password', async () => {
    for (const password of [PASSWORD, 'Wrong-Password-1']) {
      const answer = await signIn({ host: 'registry.example.com' }, password);
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('needs HTTPS');
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  it('refuses a wrong password, and throttles guessing', async () => {
    const wrong = await signIn({}, 'Wrong-Password-1');
    expect([wrong.status, codeOf(wrong)]).toEqual([401, 'UNAUTHORIZED']);
    expect(wrong.headers['set-cookie']).toBeUndefined();
    for (let failure = 1; failure < 10; failure += 1) await signIn({}, `Wrong-Password-${failure}`);
    const throttled = await signIn();
    expect(throttled.status).toBe(429);
    expect(Number(throttled.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('refuses a page of another site', async () => {
    expect((await signIn({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await signIn({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await signIn({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await signIn({ origin: 'null' })).status).toBe(403);
  });

  it('refuses a body without a name, or of another shape', async () => {
    for (const body of [{}, { username: name }, { username: [name], password: PASSWORD }, 'x']) {
      expect([400, 415]).toContain((await server.ask('POST', SESSION, { body })).status);
    }
  });

  it('gives a cookie that scripts and neighbours cannot touch, and says who signed in', async () => {
    const answer = await signIn({ 'sec-fetch-site': 'same-origin' });
    expect(answer.json()).toMatchObject({ user_id: id, username: name, sysadmin_flag: false });
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^__Host-berth=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect((await server.ask('GET', CURRENT, as(browserOf(answer)))).json()).toMatchObject({ user_id: id });
  });

  it('works behind a proxy that ends TLS', async () => {
    const tls = { host: 'registry.example.com', 'x-forwarded-proto': 'https' };
    const browser = browserOf(await signIn({ ...tls, origin: 'https://registry.example.com' }));
    expect((await server.ask('GET', CURRENT, as(browser, tls))).status).toBe(200);
    // The same cookie over plain HTTP is not looked at.
    expect((await server.ask('GET', CURRENT, as(browser, { host: 'registry.example.com' }))).status).toBe(401);
  });

  it('gives another session each time, and ends the one before', async () => {
    const first = browserOf(await signIn());
    const second = browserOf(await signIn(as(first).headers));
    expect(second.cookie).not.toBe(first.cookie);
    expect((await server.ask('GET', CURRENT, as(first))).status).toBe(401);
    expect((await server.ask('GET', CURRENT, as(second))).status).toBe(200);
  });

  it('never takes the session id that somebody else chose', async () => {
    const chosen = '__Host-berth=s%3Achosen.signature';
    const browser = browserOf(await signIn({ cookie: chosen }));
    expect(browser.cookie).not.toContain('chosen');
    expect((await server.ask('GET', CURRENT, { headers: { cookie: chosen } })).status).toBe(401);
  });
});

describe('a change by cookie', () => {
  it('needs the token of this very session', async () => {
    const browser = browserOf(await signIn());
    const other = browserOf(await signIn());
    for (const token of [undefined, '', 'x', other.token, `${browser.token}x`]) {
      const headers = token === undefined ? {} : { 'x-harbor-csrf-token': token };
      const answer = await server.ask('POST', NEW_PROJECT, { body: project(), ...as(browser, headers) });
      expect([answer.status, codeOf(answer)], String(token)).toEqual([403, 'FORBIDDEN']);
    }
    expect(await server.projectNames()).toEqual([]);
    const done = await server.ask('POST', NEW_PROJECT, { body: project(), ...as(browser, { 'x-harbor-csrf-token': browser.token }) });
    expect(done.status, done.text).toBe(201);
  });

  it('needs to come from a page of ours, by Sec-Fetch-Site, else by Origin', async () => {
    const browser = browserOf(await signIn());
    const attempt = async (headers: Record<string, string>) =>
      (await server.ask('POST', NEW_PROJECT, { body: project(), ...as(browser, { 'x-harbor-csrf-token': browser.token, ...headers }) }))
        .status;
    expect(await attempt({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await attempt({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await attempt({ 'sec-fetch-site': 'none' })).toBe(403);
    expect(await attempt({ origin: 'http://evil.example' })).toBe(403);
    expect(await attempt({ origin: `https://127.0.0.1:${server.port}` })).toBe(403);
    expect(await attempt({ origin: `http://127.0.0.1:${server.port}` })).toBe(201);
    expect(await attempt({ 'sec-fetch-site': 'same-origin', origin: 'http://whatever.example' })).toBe(201);
  });

  it('is told its token by every answer, and none where there is no session', async () => {
    const browser = browserOf(await signIn());
    expect((await server.ask('GET', CURRENT, as(browser))).headers['x-harbor-csrf-token']).toBe(browser.token);
    expect((await server.ask('GET', '/api/v2.0/systeminfo')).headers['x-harbor-csrf-token']).toBeUndefined();
  });

  it('needs no token with a password: no browser sends that by itself', async () => {
    expect((await server.ask('POST', NEW_PROJECT, { as: name, body: project() })).status).toBe(201);
    const browser = browserOf(await signIn());
    // The header decides alone, even beside a cookie.
    const wrong = await server.ask('GET', CURRENT, { as: name, password: 'Wrong-Password-1', ...as(browser) });
    expect(wrong.status).toBe(401);
  });
});

describe('a session ends', () => {
  it('when it is signed out, whatever keeps the cookie', async () => {
    const browser = browserOf(await signIn());
    expect((await server.ask('DELETE', SESSION, as(browser))).status).toBe(403);
    const out = await server.ask('DELETE', SESSION, as(browser, { 'x-harbor-csrf-token': browser.token }));
    expect(out.status).toBe(200);
    expect(out.headers['set-cookie']?.[0]).toMatch(/^__Host-berth=;.*Expires=Thu, 01 Jan 1970/);
    expect((await server.ask('GET', CURRENT, as(browser))).status).toBe(401);
    expect((await server.ask('DELETE', SESSION)).status).toBe(200);
  });

  it('with the password it began with', async () => {
    const browser = browserOf(await signIn());
    await server.stores.users.setPassword(id, 'not a hash');
    server.passFiveSeconds();
    expect((await server.ask('GET', CURRENT, as(browser))).status).toBe(401);
  });

  it('with the account', async () => {
    const browser = browserOf(await signIn());
    await server.stores.users.remove(id);
    server.passFiveSeconds();
    expect((await server.ask('GET', CURRENT, as(browser))).status).toBe(401);
  });

  it('after twelve hours, however busy', async () => {
    const browser = browserOf(await signIn());
    server.clock += 12 * 60 * 60 * 1000 - 1;
    expect((await server.ask('GET', CURRENT, as(browser))).status).toBe(200);
    server.clock += 1;
    expect((await server.ask('GET', CURRENT, as(browser))).status).toBe(401);
  });

  it('after an hour without a request; a request in between prolongs it', async () => {
    const browser = browserOf(await signIn());
    await server.knex('sessions').update({ expire: server.knex.raw(`now() + interval '10 seconds'`) });
    expect((await server.ask('GET', CURRENT, as(browser))).status).toBe(200);
    const [row] = await server.knex('sessions').select(server.knex.raw(`max(extract(epoch from expire - now())) as left`));
    expect(Number((row as { left: unknown }).left)).toBeGreaterThan(3_500);
    await server.knex('sessions').update({ expire: server.knex.raw(`now() - interval '10 seconds'`) });
    expect((await server.ask('GET', CURRENT, as(browser))).status).toBe(401);
  });

  it('after the time that the settings name', async () => {
    await server.stores.settings.saveAccess({ sessionIdleMinutes: 5 });
    try {
      await server.knex('sessions').delete();
      browserOf(await signIn());
      const [row] = await server.knex('sessions').select(server.knex.raw(`extract(epoch from expire - now()) as left`));
      expect(Number((row as { left: unknown }).left)).toBeLessThanOrEqual(301);
    } finally {
      await server.stores.settings.saveAccess({ sessionIdleMinutes: 60 });
    }
  });
});

describe("Harbor's own sign-in, /c/login", () => {
  const logIn = (password: string, headers: Record<string, string> = {}) =>
    server.ask('POST', '/c/login', {
      body: new URLSearchParams({ principal: name, password }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });

  it('gives the same session, and /c/log_out ends it', async () => {
    const browser = browserOf(await logIn(PASSWORD));
    expect((await server.ask('GET', CURRENT, as(browser))).json()).toMatchObject({ user_id: id });
    expect((await server.ask('GET', '/c/log_out', as(browser, { 'sec-fetch-site': 'cross-site' }))).status).toBe(403);
    expect((await server.ask('GET', '/c/log_out', as(browser))).status).toBe(200);
    expect((await server.ask('GET', CURRENT, as(browser))).status).toBe(401);
  });

  it('refuses what the other refuses', async () => {
    expect((await logIn('Wrong-Password-1')).status).toBe(401);
    expect((await logIn('')).status).toBe(401);
    expect((await logIn(PASSWORD, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await logIn(PASSWORD, { host: 'registry.example.com' })).status).toBe(403);
    for (let failure = 1; failure < 10; failure += 1) await logIn(`Wrong-Password-${failure}`);
    expect((await logIn(PASSWORD)).status).toBe(429);
  });
});

it('a session opens nothing of /v2, where docker has its own tokens', async () => {
  const browser = browserOf(await signIn());
  expect((await server.ask('GET', '/v2/', as(browser))).status).toBe(401);
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
