import { type Answer, AnswerError, RegistryClient } from './registry-client.ts';
import { type Berth } from './berth.ts';

/** The administrator's view of a server: makes users and projects over the REST API, as harbor-cli would. */
export class Management {
  readonly #client: RegistryClient;

  constructor(berth: Berth) {
    this.#client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
  }

  close(): void {
    this.#client.close();
  }

  async createUser(username: string, password: string): Promise<void> {
    await this.#send('POST', '/users', { username, password, email: `${username}@example.com`, realname: username, comment: '' });
  }

  async createProject(name: string, isPublic = false): Promise<void> {
    await this.#send('POST', '/projects', { project_name: name, metadata: { public: String(isPublic) } });
  }

  /** Harbor's role numbers: 1 project admin, 2 developer, 3 guest, 4 maintainer, 5 limited guest. */
  async addMember(project: string, username: string, role: 1 | 2 | 3 | 4 | 5): Promise<void> {
    await this.#send('POST', `/projects/${project}/members`, { role_id: role, member_user: { username } });
  }

  /** Changes settings of the whole server. */
  async configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#send('PUT', '/configurations', settings);
  }

  async get(path: string): Promise<Answer> {
    return this.#client.plain('GET', `/api/v2.0${path}`, { headers: this.#client.basic() });
  }

  /** POST; answers the last part of the path in Location, which is the id of what was made. */
  async make(path: string, body: unknown): Promise<number> {
    const { headers } = await this.#send('POST', path, body);
    return Number(
      String(headers['location'] ?? '')
        .split('/')
        .at(-1),
    );
  }

  async put(path: string, body: unknown): Promise<void> {
    await this.#send('PUT', path, body);
  }

  async #send(method: string, path: string, body: unknown): Promise<Answer> {
    const answer = await this.#client.plain(method, `/api/v2.0${path}`, {
      headers: { ...this.#client.basic(), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.status >= 300) throw new AnswerError(`${method} ${path}`, answer);
    return answer;
  }
}
