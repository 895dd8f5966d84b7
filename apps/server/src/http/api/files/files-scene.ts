import { gzipSync } from 'node:zlib';
import type { fileChanges, foundFiles, imageDirectory } from '@berth/api-contract';
import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import type { z } from 'zod';
import { apiCalls } from '../../testing/api-calls.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';
import { layerTar, type LayerItem } from '../../testing/layer-tar.ts';
import { Pusher } from '../../testing/pushed-content.ts';

export type Directory = z.output<typeof imageDirectory>;
export type Found = z.output<typeof foundFiles>;
export type Changes = z.output<typeof fileChanges>;
type Ask = ReturnType<typeof apiCalls>['ask'];

/** A server with a project of which `guest` is a member, for tests of the files in images. */
export function useFilesScene(): FilesScene {
  const database = useTestDatabase();
  const scene = new FilesScene();
  beforeAll(() => scene.start(database.url), 60_000);
  afterAll(() => scene.server.stop());
  return scene;
}

export class FilesScene {
  readonly server = new IdentityTestServer();
  readonly push = new Pusher(this.server);
  readonly ask: Ask = apiCalls(this.server).ask;
  readonly never = new AbortController().signal;

  async start(databaseUrl: string): Promise<void> {
    await this.server.start(databaseUrl);
    const id = await this.server.addProject('team', await this.server.addUser('admin', true));
    await this.server.addMembers(id);
  }

  at(repository: string, reference = '1'): string {
    return `/projects/team/repositories/${repository}/artifacts/${reference}`;
  }

  /** Reads every layer that waits. */
  async readLayers(): Promise<void> {
    while ((await this.server.files.indexer.work(this.never)).more) continue;
  }

  /** Pushes an image of these layers as `repository:tag` of the project. */
  async pushLayers(name: string, layers: readonly Buffer[], config?: Record<string, unknown>): Promise<void> {
    const [repository = '', tag = ''] = name.split(':');
    await this.push.image(`team/${repository}`, tag, {
      layers,
      layerType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      ...(config === undefined ? {} : { config }),
    });
  }

  /** Pushes it, has it read, and answers what the API says of a directory. */
  async listed(repository: string, layers: readonly Buffer[]): Promise<(directory: string, query?: string) => Promise<Directory>> {
    await this.pushLayers(`${repository}:1`, layers);
    await this.ask('GET', `${this.at(repository)}/files`, { as: 'guest' });
    await this.readLayers();
    return async (directory, query = '') => {
      const answer = await this.ask('GET', `${this.at(repository)}/files?directory=${encodeURIComponent(directory)}${query}`, {
        as: 'guest',
      });
      expect(answer.status, answer.text).toBe(200);
      return answer.json<Directory>();
    };
  }
}

/** A gzipped tar of these. */
export function layer(...items: readonly (readonly [string, LayerItem])[]): Buffer {
  return gzipSync(layerTar(items));
}

/** What is there, by which layer. */
export function brief({ files }: Pick<Directory, 'files'>): string[] {
  return files.map(({ path, kind, layer: from }) => `${path} ${kind} ${from}`);
}
