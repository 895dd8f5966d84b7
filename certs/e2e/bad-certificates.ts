import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox } from './sandbox.ts';

export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** Makes wrong certificates with openssl, the way people's recipes make them. */
export class BadCertificates {
  readonly #sandbox: Sandbox;
  readonly #folder: string;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    this.#folder = sandbox.folder;
  }

  /** The handbook's first recipe: self-signed, a common name and nothing else. */
  async legacyCommonName(name: string): Promise<Pair> {
    const pair = this.#pair('legacy');
    await this.#openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '3650',
      '-subj',
      `/C=CN/ST=Beijing/L=Beijing/O=example/OU=Personal/CN=${name}`,
      '-keyout',
      pair.key,
      '-out',
      pair.certificate,
    );
    return pair;
  }

  /** A CA with the given subject. */
  async authority(name: string, subject: string): Promise<Pair> {
    const pair = this.#pair(name);
    await this.#openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '3650',
      '-subj',
      subject,
      '-addext',
      'keyUsage=critical,keyCertSign,cRLSign',
      '-keyout',
      pair.key,
      '-out',
      pair.certificate,
    );
    return pair;
  }

  /** A certificate under `ca` with the extensions and options given. */
  async signed(
    name: string,
    ca: Pair,
    options: { readonly extensions: string; readonly subject?: string; readonly args?: readonly string[] },
  ): Promise<Pair> {
    const pair = this.#pair(name);
    const request = join(this.#folder, `${name}.csr`);
    const extensions = join(this.#folder, `${name}.ext`);
    await writeFile(extensions, `${options.extensions}\n`);
    await this.#openssl(
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      options.subject ?? `/CN=${name}`,
      '-keyout',
      pair.key,
      '-out',
      request,
    );
    await this.#openssl(
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      ca.certificate,
      '-CAkey',
      ca.key,
      '-CAcreateserial',
      '-extfile',
      extensions,
      '-out',
      pair.certificate,
      ...(options.args ?? ['-days', '300']),
    );
    return pair;
  }

  /** A certificate whose validity lies wholly in the past or the future, which `openssl x509` cannot make but `openssl ca` can. */
  async dated(name: string, ca: Pair, dates: { readonly from: string; readonly to: string; readonly host: string }): Promise<Pair> {
    const pair = this.#pair(name);
    const base = join(this.#folder, `${name}-db`);
    const config = `${base}.cnf`;
    await writeFile(`${base}.txt`, '');
    await writeFile(
      config,
      `[ca]\ndefault_ca=x\n[x]\ndatabase=${base}.txt\nnew_certs_dir=${this.#folder}\nrand_serial=yes\ndefault_md=sha256\npolicy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=DNS:${dates.host}\nextendedKeyUsage=serverAuth\n`,
    );
    await this.#openssl(
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      pair.key,
      '-out',
      `${base}.csr`,
    );
    await this.#openssl(
      'ca',
      '-batch',
      '-notext',
      '-config',
      config,
      '-cert',
      ca.certificate,
      '-keyfile',
      ca.key,
      '-startdate',
      dates.from,
      '-enddate',
      dates.to,
      '-in',
      `${base}.csr`,
      '-out',
      pair.certificate,
    );
    return pair;
  }

  #pair(name: string): Pair {
    return { certificate: join(this.#folder, `${name}.crt`), key: join(this.#folder, `${name}.key`) };
  }

  async #openssl(...args: string[]): Promise<void> {
    await this.#sandbox.must('openssl', args);
  }
}
