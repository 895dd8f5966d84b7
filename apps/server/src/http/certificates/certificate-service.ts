import { dirname, join } from 'node:path';
import type {
  Authority,
  Certificate,
  ClientInstaller,
  InstallerPlace,
  IssuedWithKey,
  IssueWithKeyRequest,
  LedgerEntry,
  NamedSentence,
  Refusal,
  RevocationReason,
  SignForClientRequest,
} from '@berth/certs';
import {
  CertificateError,
  checkServerCertificate,
  describeServerCertificate,
  externalHostOf,
  isSelfSigned,
  issuingRoot,
  readCertificateFile,
  readInputIfPresent,
  readServerCertificate,
  writePem,
} from '@berth/certs/server';
import type { Config } from '../../config.ts';
import { tlsDirectory } from '../../process/tls-certificate.ts';

export interface CertificateState {
  readonly subject: string;
  readonly names: readonly string[];
  readonly not_before: string;
  readonly not_after: string;
  readonly sha256: string;
  readonly warnings: readonly CodedWarning[];
}

/** What is wrong with the files that are served; where the certificate tool says it, with the name of its sentence. */
export interface CodedWarning extends Partial<NamedSentence> {
  readonly code: string;
  readonly message: string;
}

export interface SignedForClient {
  readonly certificate: string;
  readonly serial: string;
  readonly warnings: readonly NamedSentence[];
}

export interface ServedState {
  /** `auto`: made by the server itself; `files`: named in the configuration; `none`: TLS is off. */
  readonly source: 'auto' | 'files' | 'none';
  readonly file?: string;
  readonly caDirectory: string;
  /** The server's own first; empty when there is none, or none that can be used. */
  readonly chain: readonly Certificate[];
  readonly warnings: CertificateState['warnings'];
  readonly refusals: readonly Refusal[];
}

/** The server's own certificate and the CA in its data directory, as the API shows and uses them. */
export class CertificateService {
  readonly #config: Pick<Config, 'dataDir' | 'tls' | 'externalUrl'>;
  #state: { readonly at: number; readonly value: Promise<CertificateState | undefined> } | undefined;

  constructor(config: Pick<Config, 'dataDir' | 'tls' | 'externalUrl'>) {
    this.#config = config;
  }

  /** What is served over TLS and what is wrong with it; undefined without TLS. Looked at anew every half minute at most. */
  state(): Promise<CertificateState | undefined> {
    if (this.#state === undefined || Date.now() - this.#state.at > 30_000) this.#state = { at: Date.now(), value: this.#readState() };
    return this.#state.value;
  }

  /** PEM of the CA that clients must trust; undefined when it is not there. */
  async ca(): Promise<string | undefined> {
    const anchor = await this.anchor();
    return anchor && writePem('CERTIFICATE', anchor.der);
  }

  /**
   * The CA that clients must trust, beside the certificate or in its chain; undefined when it is not there (a public CA).
   * A file named ca.crt may be there for another reason, so that only the CA counts that did issue what is served.
   */
  async anchor(): Promise<Certificate | undefined> {
    const { tls } = this.#config;
    if (tls === undefined) return undefined;
    const chain = await certificatesOf(tls.certificate);
    const beside = await certificatesOf(join(dirname(tls.certificate), 'ca.crt'));
    const [leaf] = chain;
    return leaf === undefined ? beside.find(isSelfSigned) : issuingRoot(leaf, [...beside, ...chain]);
  }

  /** What makes a client trust the CA; undefined when there is none to offer. */
  async installer(place: InstallerPlace): Promise<ClientInstaller | undefined> {
    const ca = await this.ca();
    if (ca === undefined) return undefined;
    const { clientInstaller } = await import('@berth/certs');
    return clientInstaller(place, ca);
  }

  /** @throws CertificateError when no CA here can issue, or the request cannot be signed. */
  async sign(request: SignForClientRequest): Promise<SignedForClient> {
    const { signForClient } = await import('@berth/certs');
    return signForClient(await this.#openAuthority(), request);
  }

  /** @throws CertificateError when no CA here can issue; CertificateUsageError when a name is none. */
  async issue(request: IssueWithKeyRequest): Promise<IssuedWithKey> {
    const { issueWithKey } = await import('@berth/certs');
    return issueWithKey(await this.#openAuthority(), request);
  }

  /** What the CA here issued, the latest first; nothing where there is no CA. */
  async issued(): Promise<readonly LedgerEntry[]> {
    const { ledgerEntries, readAuthorityLedger } = await import('@berth/certs');
    const ledger = await readAuthorityLedger(tlsDirectory(this.#config));
    return ledger === undefined ? [] : ledgerEntries(ledger);
  }

  /** From then on OCSP says so, and the next revocation list. Repeating it changes nothing. */
  async revoke(serial: string, reason: RevocationReason): Promise<void> {
    const { revokeCertificate } = await import('@berth/certs');
    await revokeCertificate(await this.#openAuthority(), serial, reason);
  }

  /** Whether a CA here can issue; `problem` is the reason when it cannot. */
  async authority(): Promise<{ readonly certificate?: Certificate; readonly problem?: CertificateError }> {
    const { readAuthorityCertificate } = await import('@berth/certs');
    try {
      return { certificate: (await this.#openAuthority()).certificate };
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      const certificate = await readAuthorityCertificate(tlsDirectory(this.#config)).catch(() => undefined);
      return { problem: error, ...(certificate === undefined ? {} : { certificate }) };
    }
  }

  /** Answers one OCSP request for what the CA here issued; undefined when there is no CA that can sign, such as one whose key is encrypted. */
  async ocsp(request: Uint8Array): Promise<Buffer | undefined> {
    const { authorityLedger, createOcspResponder } = await import('@berth/certs');
    const authority = await this.#openAuthority().catch((error: unknown) => {
      if (error instanceof CertificateError) return undefined;
      throw error;
    });
    return authority && createOcspResponder(authority, () => authorityLedger(authority))(request);
  }

  async #openAuthority(): Promise<Authority> {
    const { openAuthority, PassphraseNeededError } = await import('@berth/certs');
    const directory = tlsDirectory(this.#config);
    if ((await readInputIfPresent(join(directory, 'ca.key'))) === undefined)
      throw new CertificateError(
        `This server has no CA. Start it with --tls auto, or put ca.crt and ca.key into ${directory} with: berth cert ca --dir ${directory}`,
        { reason: 'certificate-no-ca', values: { directory } },
      );
    try {
      return await openAuthority(directory);
    } catch (error) {
      if (!(error instanceof PassphraseNeededError)) throw error;
      throw new CertificateError(
        `The key of this server's CA is encrypted, and the server is not told its password. Issue on the server with: berth cert server NAME --dir ${directory}`,
        { cause: error, reason: 'certificate-ca-encrypted', values: { directory } },
      );
    }
  }

  /** What is served, read anew, and what clients who know this server as `host[:port]` would hold against it. */
  async served(host: string): Promise<ServedState> {
    const { tls, externalUrl } = this.#config;
    const place = { caDirectory: tlsDirectory(this.#config), chain: [], warnings: [], refusals: [] };
    if (tls === undefined) return { ...place, source: 'none' };
    const named = { ...place, source: tls.auto === true ? ('auto' as const) : ('files' as const), file: tls.certificate };
    const pair = await readServerCertificate(tls).catch(unusable);
    if (!('chain' in pair)) return { ...named, warnings: [pair] };
    const { judgeCertificate } = await import('@berth/certs');
    const { chain } = pair;
    const refusals = await judgeCertificate({ chain, host, ca: await this.anchor() });
    return { ...named, chain, warnings: checkServerCertificate(pair, externalHostOf(externalUrl)), refusals };
  }

  async #readState(): Promise<CertificateState | undefined> {
    const { tls, externalUrl } = this.#config;
    if (tls === undefined) return undefined;
    const pair = await readServerCertificate(tls).catch(unusable);
    if (!('chain' in pair)) return { subject: '', names: [], not_before: '', not_after: '', sha256: '', warnings: [pair] };
    const { subject, names, notBefore, notAfter, sha256 } = describeServerCertificate(pair);
    const warnings = checkServerCertificate(pair, externalHostOf(externalUrl));
    return { subject, names, not_before: notBefore, not_after: notAfter, sha256, warnings };
  }
}

/** The certificates of a file; none when it is absent or cannot be read as such, which must not fail what others ask of the server. */
async function certificatesOf(path: string): Promise<Certificate[]> {
  try {
    const bytes = await readInputIfPresent(path);
    return bytes === undefined ? [] : readCertificateFile(bytes, path);
  } catch (error) {
    if (error instanceof CertificateError) return [];
    throw error;
  }
}

/** Files that cannot be used are a warning, not a failure of the page that shows it. */
function unusable(error: unknown): CodedWarning {
  if (error instanceof CertificateError) return { code: 'unusable', message: error.message, ...nameOf(error) };
  throw error;
}

/** What other languages need to tell it. */
export function nameOf({ reason, values }: CertificateError): { readonly reason?: string; readonly values?: NamedSentence['values'] } {
  return reason === undefined ? {} : { reason, values };
}
