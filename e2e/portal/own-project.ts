import { randomBytes } from 'node:crypto';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';

export interface OwnProject {
  readonly name: string;
  addMember(username: string, role: number): Promise<void>;
  /** With this repository, where there is one. */
  remove(repository?: string): Promise<void>;
}

/** A project that no other test looks at: pages that are open, or were a moment ago, change what is told of pushes. */
export async function ownProject(client: RegistryClient, word: string): Promise<OwnProject> {
  const name = `${word}-${randomBytes(4).toString('hex')}`;
  const headers = { ...client.basic(), 'content-type': 'application/json' };
  const ask = async (method: string, path: string, body?: string): ReturnType<RegistryClient['plain']> =>
    client.plain(method, `/api/v2.0${path}`, { headers, ...(body === undefined ? {} : { body }) });
  expectStatus('new project', await ask('POST', '/projects', JSON.stringify({ project_name: name })), 201);
  return {
    name,
    addMember: async (username, role) => {
      const body = JSON.stringify({ role_id: role, member_user: { username } });
      expectStatus('new member', await ask('POST', `/projects/${name}/members`, body), 201);
    },
    remove: async (repository) => {
      if (repository !== undefined)
        expectStatus('delete the repository', await ask('DELETE', `/projects/${name}/repositories/${repository}`), 200);
      expectStatus('delete the project', await ask('DELETE', `/projects/${name}`), 200);
    },
  };
}
