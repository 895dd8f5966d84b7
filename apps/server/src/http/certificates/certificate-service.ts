import { dirname, join } from 'node:path';
import type { ClientInstaller, InstallerPlace, SignForClientRequest } from '@berth/certs';
import {
  CertificateError,
  checkServerCertificate,
  describeServerCertificate,
  externalHostOf,
  readCertificateFile,
  readInputIfPresent,
  readServerCertificate,
  trustAnchor,
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
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

export interface SignedForClient {
  readonly certificate: string;
  readonly serial: string;
  readonly warnings: readonly string[];
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

  /** PEM of the CA that clients must trust: beside the certificate, or at the end of its chain; undefined when it is not there (a public CA). */
  async ca(): Promise<string | undefined> {
    const { tls } = this.#config;
    if (tls === undefined) return undefined;
    for (const path of [join(dirname(tls.certificate), 'ca.crt'), tls.certificate]) {
      const bytes = await readInputIfPresent(path);
      const anchor = bytes && trustAnchor(readCertificateFile(bytes, path));
      if (anchor !== undefined && anchor.subject.raw.equals(anchor.issuer.raw)) return writePem('CERTIFICATE', anchor.der);
    }
    return undefined;
  }

  /** What makes a client trust the CA; undefined when there is none to offer. */
  async installer(place: InstallerPlace): Promise<ClientInstaller | undefined> {
    const ca = await this.ca();
    if (ca === undefined) return undefined;
    const { clientInstaller } = await import('@berth/certs');
    return clientInstaller(place, ca);
  }

  /** @throws CertificateError when there is no CA here or the request cannot be signed. */
  async sign(request: SignForClientRequest): Promise<SignedForClient> {
    const { openAuthority, signForClient } = await import('@berth/certs');
    const directory = tlsDirectory(this.#config);
    if ((await readInputIfPresent(join(directory, 'ca.key'))) === undefined)
      throw new CertificateError(
        `This server has no CA. Start it with --tls auto, or put ca.crt and ca.key into ${directory} with: berth cert ca --dir ${directory}`,
      );
    return signForClient(await openAuthority(directory), request);
  }

  /** Answers one OCSP request for what the CA here issued; undefined when there is no CA. */
  async ocsp(request: Uint8Array): Promise<Buffer | undefined> {
    const directory = tlsDirectory(this.#config);
    if ((await readInputIfPresent(join(directory, 'ca.key'))) === undefined) return undefined;
    const { authorityLedger, createOcspResponder, openAuthority } = await import('@berth/certs');
    const authority = await openAuthority(directory);
    return createOcspResponder(authority, () => authorityLedger(authority))(request);
  }

  async #readState(): Promise<CertificateState | undefined> {
    const { tls, externalUrl } = this.#config;
    if (tls === undefined) return undefined;
    try {
      const pair = await readServerCertificate(tls);
      const { subject, names, notBefore, notAfter, sha256 } = describeServerCertificate(pair);
      return {
        subject,
        names,
        not_before: notBefore,
        not_after: notAfter,
        sha256,
        warnings: checkServerCertificate(pair, externalHostOf(externalUrl)),
      };
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      return {
        subject: '',
        names: [],
        not_before: '',
        not_after: '',
        sha256: '',
        warnings: [{ code: 'unusable', message: error.message }],
      };
    }
  }
}
