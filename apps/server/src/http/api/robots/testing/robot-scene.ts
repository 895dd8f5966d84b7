import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { apiCalls } from '../../../testing/api-calls.ts';
import { type Answer, PASSWORD } from '../../../testing/ask.ts';
import { IdentityTestServer } from '../../../testing/identity-test-server.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const EMPTY_INDEX = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] });

/** What the creation of a robot answers. */
export interface Made {
  readonly id: number;
  readonly name: string;
  readonly secret: string;
  readonly expires_at: number;
}

/** `resource:action` as the API has them. */
export function words(...list: readonly string[]): { resource: string; action: string }[] {
  return list.map((word) => ({ resource: word.split(':')[0] ?? '', action: word.split(':')[1] ?? '' }));
}

/** A server for robots, and for each test a project of its own with one image. */
export class RobotScene {
  readonly server = new IdentityTestServer();
  readonly calls = apiCalls(this.server);
  /** Of the test's project. */
  name = '';
  projectId = 0;
  #projects = 0;
  /** The system administrator `admin`. */
  admin = 0;

  /** Before the tests of a file, once. */
  async start(databaseUrl: string): Promise<void> {
    await this.server.start(databaseUrl);
    this.admin = await this.server.addUser('admin', true);
  }

  async newProject(): Promise<void> {
    this.#projects += 1;
    this.name = `team${this.#projects}`;
    this.projectId = await this.server.addProject(this.name, this.admin);
    await this.push('admin', PASSWORD);
  }

  /** The body that creates a robot of the project. */
  projectRobot(access: readonly string[], more: object = {}): object {
    return {
      name: 'ci',
      level: 'project',
      duration: 7,
      permissions: [{ kind: 'project', namespace: this.name, access: words(...access) }],
      ...more,
    };
  }

  async make(body: object, as = 'admin'): Promise<Made> {
    const answer = await this.calls.ask('POST', '/robots', { as, body });
    expect(answer.status, answer.text).toBe(201);
    return answer.json<Made>();
  }

  push(as: string, password: string, repository = `${this.name}/app`): Promise<Answer> {
    const path = `/v2/${repository}/manifests/latest`;
    return this.server.ask('PUT', path, { as, password, body: EMPTY_INDEX, headers: { 'content-type': INDEX } });
  }

  pull(as: string, password: string, repository = `${this.name}/app`): Promise<Answer> {
    return this.server.ask('GET', `/v2/${repository}/manifests/latest`, { as, password });
  }
}

export function useRobotScene(): RobotScene {
  const database = useTestDatabase();
  const scene = new RobotScene();
  beforeAll(() => scene.start(database.url));
  beforeEach(() => scene.newProject());
  afterAll(() => scene.server.stop());
  return scene;
}
