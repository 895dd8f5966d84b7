import { createHash } from 'node:crypto';
import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { type ApiCalls, apiCalls, idFrom } from '../../testing/api-calls.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

export const INDEX = 'application/vnd.oci.image.index.v1+json';

export interface Rule {
  readonly template: string;
  readonly params?: object;
  readonly tag?: object;
  readonly repository?: object;
}

export interface Task {
  readonly id: number;
  readonly repository: string;
  readonly status: string;
  readonly total: number;
  readonly retained: number;
}

export interface Decision {
  readonly digest: string;
  readonly action: string;
  readonly because: string;
  readonly outcome?: string;
}

/** A server with an administrator, and for each test a project of its own. */
export class RetentionScene {
  readonly server = new IdentityTestServer();
  readonly asAdmin: ApiCalls['asAdmin'];
  readonly ask: ApiCalls['ask'];
  /** Of the project. */
  name = '';
  projectId = 0;
  #projects = 0;
  #admin = 0;

  constructor() {
    const { ask, asAdmin } = apiCalls(this.server);
    this.ask = ask;
    this.asAdmin = asAdmin;
  }

  async start(databaseUrl: string): Promise<void> {
    await this.server.start(databaseUrl);
    this.#admin = await this.server.addUser('admin', true);
  }

  async newProject(): Promise<void> {
    this.#projects += 1;
    this.name = `team${this.#projects}`;
    this.projectId = await this.server.addProject(this.name, this.#admin);
  }

  async push(path: string, content: string, subject?: string): Promise<string> {
    const about = subject === undefined ? {} : { subject: { mediaType: INDEX, digest: subject, size: 1 } };
    const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [], annotations: { content }, ...about });
    const [repository = '', tag] = `${this.name}/${path}`.split(':');
    const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    const answer = await this.server.ask('PUT', `/v2/${repository}/manifests/${tag ?? digest}`, {
      as: 'admin',
      body,
      headers: { 'content-type': INDEX },
    });
    expect(answer.status, answer.text).toBe(201);
    return digest;
  }

  /** As if it had been pushed then. */
  async age(digest: string, days: number): Promise<void> {
    await this.server.knex.raw(`update manifests set pushed_at = now() - interval '1 day' * ? where digest = ?`, [days, digest]);
  }

  policy(rules: readonly Rule[], more: object = {}): object {
    return {
      algorithm: 'or',
      rules: rules.map(({ template, params = {}, tag = {}, repository = {} }) => ({
        ...{ disabled: false, action: 'retain', template, params },
        tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**', ...tag }],
        scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**', ...repository }] },
      })),
      trigger: { kind: 'Schedule', settings: { cron: '' }, references: {} },
      scope: { level: 'project', ref: this.projectId },
      ...more,
    };
  }

  async create(rules: readonly Rule[]): Promise<number> {
    return idFrom(await this.asAdmin('POST', '/retentions', this.policy(rules)));
  }

  async run(id: number, dryRun = false): Promise<number> {
    const execution = idFrom(await this.asAdmin('POST', `/retentions/${id}/executions`, { dry_run: dryRun }));
    await this.server.policy.retentionRuns.work(new AbortController().signal);
    return execution;
  }

  async one<T>(path: string): Promise<T> {
    const answer = await this.asAdmin('GET', path);
    expect(answer.status, answer.text).toBe(200);
    return answer.json<T>();
  }

  async decisions(id: number, execution: number, repository = 'app'): Promise<readonly Decision[]> {
    const tasks = await this.one<Task[]>(`/retentions/${id}/executions/${execution}/tasks`);
    const task = tasks.find((each) => each.repository === repository);
    return this.one<Decision[]>(`/retentions/${id}/executions/${execution}/tasks/${task?.id}/decisions?page_size=100`);
  }

  async tagsOf(repository: string): Promise<string[]> {
    const answer = await this.server.ask('GET', `/v2/${this.name}/${repository}/tags/list`, { as: 'admin' });
    return answer.status === 404 ? [] : (answer.json<{ tags: string[] | null }>().tags ?? []);
  }
}

/** A scene for the tests of one file. */
export function useRetentionScene(): RetentionScene {
  const database = useTestDatabase();
  const scene = new RetentionScene();
  beforeAll(() => scene.start(database.url));
  afterAll(() => scene.server.stop());
  beforeEach(() => scene.newProject());
  return scene;
}
