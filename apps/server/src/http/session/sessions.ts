import type { Account, LiveAccounts, Principal } from '@berth/access';
import { say, type Sentence } from '@berth/oci';
import { deriveKey } from '@berth/tokens';
import type { Request, Response } from 'express';
import session from 'express-session';
import passport, { type Strategy } from 'passport';
import type { OriginOf } from '../forwarded.ts';
import { bringsCookie, COOKIE_NAME, mayCarryCookie } from './cookie.ts';
import { CSRF_HEADER, changesSomething, csrfToken, csrfTokenMatches, isFromOwnPage } from './cross-site.ts';

export interface SessionsParts {
  readonly store: session.Store;
  readonly accounts: LiveAccounts;
  readonly masterKey: Buffer;
  readonly originOf: OriginOf;
  /** Ways of signing in at the portal, tried in this order; the first that knows the person decides. */
  readonly strategies: readonly Strategy[];
  /** Milliseconds since the epoch; tests hand in their own. */
  readonly now?: () => number;
}

/** A session ends after so many milliseconds, however busy it was. */
const LIFETIME_MS = 12 * 60 * 60 * 1000;

/** The request lacks what a browser of ours would send: nothing was done. The message is a sentence for its user. */
export class CrossSiteError extends Error {
  override readonly name = 'CrossSiteError';
  readonly sentence: Sentence;

  constructor(sentence: Sentence) {
    super(sentence.text);
    this.sentence = sentence;
  }
}

/** What passport keeps in a session. */
interface Remembered {
  readonly userId: number;
  readonly credentialVersion: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/**
 * Sessions of browsers: a cookie that names a row in Postgres, and the CSRF token that goes with it. A session holds no right of its own:
 * each request asks for the living account, so it ends with the account and with its password (law 9).
 */
export class Sessions {
  readonly #parts: SessionsParts;
  readonly #now: () => number;
  readonly #csrfKey: Buffer;
  readonly #open: ReturnType<typeof session>;
  readonly #passport = new passport.Passport();
  readonly #ways: string[];

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
    this.#csrfKey = deriveKey(parts.masterKey, 'csrf tokens v1');
    this.#open = session({
      name: COOKIE_NAME,
      secret: deriveKey(parts.masterKey, 'session cookies v1').toString('base64'),
      store: parts.store,
      resave: false,
      saveUninitialized: false,
      // Without an age: the browser forgets it when it closes, the store when it was idle.
      cookie: { path: '/', httpOnly: true, secure: true, sameSite: 'lax' },
    });
    this.#ways = parts.strategies.map((strategy, index) => `${strategy.name ?? 'way'} ${index}`);
    for (const [index, strategy] of parts.strategies.entries()) this.#passport.use(this.#ways[index] ?? '', strategy);
    this.#passport.serializeUser((account, done) => done(null, this.#remember(account as unknown as Account)));
    this.#passport.deserializeUser((kept: Remembered, done: (error: unknown, account?: Account | false) => void) => {
      this.#recall(kept).then((account) => done(null, account ?? false), done);
    });
  }

  /** Can this caller have a session? Where not, cookies are not even looked at. */
  isPossible(request: Request): boolean {
    return mayCarryCookie(this.#parts.originOf(request));
  }

  /**
   * The account whose session the request's cookie names, if any. Tells the session's CSRF token in the answer's header. Throws
   * {@link CrossSiteError} for a request that changes something and was not made by a page of ours.
   */
  async account(request: Request, response: Response): Promise<Account | undefined> {
    if (!bringsCookie(request.headers.cookie) || !this.isPossible(request)) return undefined;
    await this.#load(request, response);
    const account = request.user as unknown as Account | undefined;
    if (account === undefined) return undefined;
    const token = csrfToken(this.#csrfKey, request.sessionID);
    response.setHeader(CSRF_HEADER, token);
    if (changesSomething(request)) {
      this.refuseForeignPage(request);
      if (!csrfTokenMatches(request.headers[CSRF_HEADER], token)) {
        throw new CrossSiteError(
          say(
            'csrf-token-wrong',
          )`The header X-Harbor-CSRF-Token is missing or of another session. Nothing was changed; repeat with the token of this answer.`,
        );
      }
    }
    return account;
  }

  /** Was the session of a request that is still under way not ended since? */
  async isOpen({ sessionID }: Request): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#parts.store.get(sessionID, (error: unknown, kept) => {
        if (error === null || error === undefined) resolve(kept !== null && kept !== undefined);
        else reject(error as Error);
      });
    });
  }

  refuseForeignPage(request: Request): void {
    if (isFromOwnPage(request, this.#parts.originOf(request))) return;
    throw new CrossSiteError(say('foreign-page')`A page of another site sent this request. Nothing was changed.`);
  }

  /** Whom the name and password in the request's body prove; undefined when no way of signing in knows them. */
  prove(request: Request, response: Response): Promise<Principal | undefined> {
    return new Promise((resolve, reject) => {
      const done = (error: unknown, account: unknown): void => {
        if (error === null || error === undefined) resolve(account === false ? undefined : (account as Principal));
        else reject(error as Error);
      };
      const authenticate = this.#passport.authenticate(this.#ways, { session: false }, done) as (...args: unknown[]) => void;
      authenticate(request, response, (error: unknown) => reject(error as Error));
    });
  }

  /** Begins a session under a new id, and ends the one that the cookie named before. */
  async start(request: Request, response: Response, account: Account): Promise<void> {
    await this.#load(request, response);
    await new Promise<void>((resolve, reject) => {
      request.logIn(account as unknown as Express.User, { session: true }, (error: unknown) =>
        error === undefined || error === null ? resolve() : reject(error as Error),
      );
    });
    response.setHeader(CSRF_HEADER, csrfToken(this.#csrfKey, request.sessionID));
  }

  /** Ends the session of the cookie, and takes the cookie back. */
  async end(request: Request, response: Response): Promise<void> {
    if (!bringsCookie(request.headers.cookie) || !this.isPossible(request)) return;
    await this.#load(request, response);
    await new Promise<void>((resolve, reject) => {
      request.session.destroy((error: unknown) => (error === undefined || error === null ? resolve() : reject(error as Error)));
    });
    response.removeHeader(CSRF_HEADER);
    response.clearCookie(COOKIE_NAME, { path: '/', httpOnly: true, secure: true, sameSite: 'lax' });
  }

  async #load(request: Request, response: Response): Promise<void> {
    if (request.session !== undefined) return;
    // express-session gives no secure cookie over what it takes for plain HTTP; who may have one was decided above.
    Object.defineProperty(request, 'secure', { value: true, configurable: true });
    await run((next) => this.#open(request, response, next));
    await run((next) => (this.#passport.authenticate('session') as (...args: unknown[]) => void)(request, response, next));
  }

  #remember(account: Account): Remembered {
    return { userId: account.actor.id, credentialVersion: account.credentialVersion, since: this.#now() };
  }

  async #recall({ userId, credentialVersion, since }: Remembered): Promise<Account | undefined> {
    if (this.#now() - since >= LIFETIME_MS) return undefined;
    return this.#parts.accounts.findAt(userId, credentialVersion);
  }
}

function run(middleware: (next: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    middleware((error) => (error === undefined || error === null ? resolve() : reject(error as Error)));
  });
}
