import { type Destination, importArchive, type ImportOutcome, type ImportWatch, tarEntries } from '@berth/archives';
import { parseRepositoryName, type Reference, type RepositoryName } from '@berth/oci';
import type { ActorKey, Registry } from '@berth/registry';
import type { ArchiveBody } from './archive-body.ts';
import { RegistryExportSource } from './export-source.ts';
import { RegistryImportTarget } from './import-target.ts';

/** Archives that one process takes in at a time: each may hold 32 MiB of manifests. */
const MAX_IMPORTS = 8;
/** Where blobs of archives wait in each project. It never has a manifest, so that no list shows it. */
const STAGING = 'berth-archive-import';

/** As many archives as this process takes are being imported. */
export class TooManyImportsError extends Error {
  override readonly name = 'TooManyImportsError';
}

export interface Import {
  readonly destination: Destination;
  readonly actor: ActorKey;
  readonly body: ArchiveBody;
  readonly watch?: ImportWatch;
  /** Asked of live rights. */
  mayPull(repository: RepositoryName): Promise<boolean>;
  /** Told of each manifest that was put; resolves when that is kept. */
  pushed(repository: RepositoryName, references: readonly Reference[]): Promise<void>;
}

/** Images on their way in and out as files. */
export class Archives {
  readonly source: RegistryExportSource;
  readonly registry: Registry;
  #importing = 0;

  constructor(registry: Registry) {
    this.registry = registry;
    this.source = new RegistryExportSource(registry);
  }

  /** Rejects with ArchiveRefusedError, TooManyImportsError, and as a push does. The rest of a refused body was skipped then. */
  async import({ destination, actor, body, watch = {}, mayPull, pushed }: Import): Promise<ImportOutcome> {
    if (this.#importing >= MAX_IMPORTS) throw new TooManyImportsError('Too many archives are being imported.');
    this.#importing += 1;
    const { project, repository = STAGING } = destination;
    const target = new RegistryImportTarget({
      ...{ registry: this.registry, actor, mayPull, pushed },
      staging: parseRepositoryName(`${project}/${repository}`),
    });
    try {
      return await importArchive(tarEntries(body.chunks()), target, { destination, watch });
    } catch (error) {
      await body.skip();
      throw error;
    } finally {
      this.#importing -= 1;
    }
  }
}
