import { request } from 'node:https';
import { reasonOf } from '../errors.ts';
import type { HostAndPort } from '../inspect/served-certificate.ts';
import { MAX_HTTP_BODY, NETWORK_TIMEOUT_MS } from '../limits.ts';
import { type Answer, requestOnce } from '../server/request-once.ts';
import { type Check, failure, pass, skip, warning } from './check.ts';
import { dockerError, tooLargeMessage, typedHost } from './docker-words.ts';

export interface RegistryContext {
  readonly target: HostAndPort;
  readonly scheme: 'https' | 'http';
  readonly now: () => Date;
  /** Of the engine here, or empty: it words some failures differently by version. */
  readonly dockerVersion: string;
}

/** Clocks further apart than this make tokens and fresh certificates fail, in milliseconds. */
const MAX_CLOCK_DIFFERENCE_MS = 60_000;
/** The size that an upload is announced with when a proxy's limit is sought: larger than any usual limit. */
const PROBE_BYTES = 10 * 1024 * 1024 * 1024;
const PROBE_TIMEOUT_MS = 4_000;

/** `/v2/`, the token realm, the clock and the upload limit of a proxy. Verification is off here (the certificate was judged before) and nothing secret is sent. */
export async function checkRegistry(context: RegistryContext): Promise<Check[]> {
  const url = new URL(`${context.scheme}://${typedHost(context.target)}/v2/`);
  let answer: Answer;
  try {
    answer = await requestOnce({ url, insecure: true, timeoutMs: NETWORK_TIMEOUT_MS, maxBytes: MAX_HTTP_BODY });
  } catch (error) {
    return [apiFailure(context, error)];
  }
  const checks = [clockCheck(context, answer), apiCheck(context, answer)];
  const isRegistry = checks[1]?.status !== 'fail';
  checks.push(isRegistry ? await realmCheck(context, answer) : skip('token', 'Not checked: this is no registry.'));
  checks.push(await bodyLimitCheck(context));
  return checks;
}

function apiFailure({ target }: RegistryContext, error: unknown): Check {
  const code = `${(error as NodeJS.ErrnoException).code ?? ''} ${reasonOf(error)}`;
  if (/certificate required|CERTIFICATE_REQUIRED|bad certificate|handshake failure/i.test(code))
    return failure('api', 'The server demands a client certificate.', {
      docker: dockerError(target, 'remote error: tls: certificate required'),
      fix: [`put the pair you were given into certs.d/${typedHost(target)}/ as client.cert and client.key`],
    });
  return failure('api', `/v2/ did not answer: ${reasonOf(error)}.`, { fix: ['look into the log of the server'] });
}

function clockCheck({ now }: RegistryContext, answer: Answer): Check {
  const remote = Date.parse(answer.headers.date ?? '');
  if (Number.isNaN(remote)) return skip('clock', 'Not checked: the server does not tell its time.');
  const difference = now().getTime() - remote;
  if (Math.abs(difference) <= MAX_CLOCK_DIFFERENCE_MS) return pass('clock', "This machine's clock and the server's agree.");
  const minutes = Math.round(Math.abs(difference) / 60_000);
  return warning(
    'clock',
    `This machine's clock is ${minutes} minute${minutes === 1 ? '' : 's'} ${difference > 0 ? 'ahead of' : 'behind'} the server's: tokens and new certificates may be refused.`,
    { fix: ['on the machine that is wrong: timedatectl set-ntp true'] },
  );
}

function apiCheck({ target, scheme }: RegistryContext, answer: Answer): Check {
  const url = `${scheme}://${typedHost(target)}/v2/`;
  const isRegistry =
    String(answer.headers['docker-distribution-api-version'] ?? '').includes('registry/2.0') ||
    /^(bearer|basic)\s/i.test(answer.headers['www-authenticate'] ?? '');
  if (answer.status === 401 && isRegistry) return pass('api', `${url} is a registry that asks for a login.`);
  if (answer.status === 200 && (isRegistry || /^\s*(\{\s*\})?\s*$/.test(answer.body))) return pass('api', `${url} is a registry.`);
  if (answer.status >= 300 && answer.status < 400)
    return failure('api', `${url} redirects to ${answer.headers.location ?? 'nowhere'}; docker does not log in through a redirect.`, {
      fix: ['use the name and port that it redirects to'],
    });
  const text = statusText(answer.status);
  if (answer.status === 400 && /HTTPS/i.test(answer.body))
    return failure('api', `The port speaks TLS, but plain HTTP was spoken to it: ${answer.body.trim().slice(0, 200)}`, {
      fix: [`remove ${typedHost(target)} from insecure-registries`],
    });
  const what =
    answer.status === 200
      ? 'a web page, not a registry: a proxy or another program answers there'
      : answer.status === 502 || answer.status === 503 || answer.status === 504
        ? `HTTP ${answer.status}: the proxy answers, but the registry behind it does not`
        : `HTTP ${answer.status}: no registry answers on this host and path`;
  return failure('api', `${url} gave ${what}.`, {
    docker:
      answer.status === 200
        ? undefined
        : `Error response from daemon: login attempt to ${url} failed with status: ${answer.status} ${text}`,
    fix: ['check the host and port; a proxy must pass the whole host (/v2/, /service/token, /api/) to the registry'],
  });
}

async function realmCheck(context: RegistryContext, answer: Answer): Promise<Check> {
  const { target, scheme } = context;
  const challenge = answer.headers['www-authenticate'] ?? '';
  const realm = /^bearer\s.*?realm="([^"]*)"/i.exec(challenge)?.[1];
  if (realm === undefined)
    return pass(
      'token',
      /^basic/i.test(challenge) ? 'It takes the password directly (Basic); there is no token server.' : 'It asks for no login.',
    );
  const advice = [
    'on the server set BERTH_EXTERNAL_URL to the address that clients use, or let the proxy pass the Host header (proxy_set_header Host $http_host) and name it in BERTH_TRUSTED_PROXIES',
  ];
  if (!URL.canParse(realm))
    return failure('token', `The registry sends clients to "${realm}" for a token, which is not an address.`, { fix: advice });
  const url = new URL(realm);
  if (scheme === 'https' && url.protocol === 'http:')
    return failure(
      'token',
      `The registry is reached over HTTPS but sends clients to ${url.origin} for a token: the password would travel unprotected, and fails where that port is closed.`,
      { fix: advice },
    );
  const bare = url.hostname.replace(/^\[|\]$/g, '');
  if ((bare === 'localhost' || bare === '::1' || bare.startsWith('127.')) && bare !== target.host)
    return failure('token', `The registry sends clients to ${url.origin} for a token, which is their own machine.`, { fix: advice });
  const service = /service="([^"]*)"/i.exec(challenge)?.[1];
  if (service !== undefined) url.searchParams.set('service', service);
  try {
    const token = await requestOnce({ url, insecure: true, timeoutMs: NETWORK_TIMEOUT_MS, maxBytes: MAX_HTTP_BODY });
    if ([200, 400, 401, 403, 429].includes(token.status)) return pass('token', `The token server ${url.origin}${url.pathname} answers.`);
    return failure('token', `The token server ${url.origin}${url.pathname} answers HTTP ${token.status}, so nobody can log in.`, {
      docker: `Error response from daemon: login attempt to ${scheme}://${typedHost(target)}/v2/ failed with status: ${token.status} ${statusText(token.status)}`,
      fix: ['a proxy must pass this path to the registry too'],
    });
  } catch (error) {
    return failure('token', `The registry sends clients to ${url.origin} for a token, which does not answer: ${reasonOf(error)}.`, {
      fix: advice,
    });
  }
}

/** An upload is announced with its size and the header Expect: 100-continue, and not sent: a proxy with a limit answers 413 at once. */
async function bodyLimitCheck({ target, scheme, dockerVersion }: RegistryContext): Promise<Check> {
  if (scheme === 'http') return skip('upload-limit', 'Not checked over plain HTTP.');
  const answer = await announceUpload(new URL(`https://${typedHost(target)}/v2/berth-doctor/probe/blobs/uploads/0`));
  if (answer?.status !== 413) return pass('upload-limit', 'No size limit for uploads was met.');
  return failure(
    'upload-limit',
    `A proxy (${answer.server || 'unnamed'}) refuses large uploads with 413, so pushes of larger layers fail.`,
    {
      docker: tooLargeMessage(answer.body, dockerVersion),
      fix: [
        'nginx: client_max_body_size 0;  and: proxy_request_buffering off;',
        'Kubernetes ingress: nginx.ingress.kubernetes.io/proxy-body-size: "0"',
        'Cloudflare and similar: use a name that does not pass through them',
      ],
    },
  );
}

async function announceUpload(url: URL): Promise<{ readonly status: number; readonly body: string; readonly server: string } | undefined> {
  return new Promise((resolve) => {
    const sent = request(url, {
      method: 'PATCH',
      rejectUnauthorized: false,
      agent: false,
      headers: { 'content-length': String(PROBE_BYTES), 'content-type': 'application/octet-stream', expect: '100-continue' },
    });
    const done = (result: { status: number; body: string; server: string } | undefined) => {
      clearTimeout(timer);
      sent.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => done(undefined), PROBE_TIMEOUT_MS);
    sent.on('continue', () => done(undefined));
    sent.on('error', () => done(undefined));
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let total = 0;
      const finish = () =>
        done({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          server: String(response.headers.server ?? ''),
        });
      response.on('data', (chunk: Buffer) => {
        total += chunk.length;
        if (total <= MAX_HTTP_BODY) chunks.push(chunk);
        else finish();
      });
      response.on('end', finish);
      response.on('error', finish);
    });
    sent.flushHeaders();
  });
}

function statusText(status: number): string {
  return STATUS_TEXT[status] ?? '';
}

const STATUS_TEXT: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
