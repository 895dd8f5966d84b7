import type { NewUser, Project, Projects, Standings, User, Users } from '@berth/access';
import type { ProjectName } from '@berth/oci';
import type { RecordsUnderTest } from '@berth/testkit';
import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { openKnex, PipelinedLookups } from '../connection/index.ts';
import { recordsOnPostgres } from '../registry/records-on-postgres.ts';
import { useTestDatabase } from '../testing/index.ts';
import { createProjects, createStandings, createUsers } from './index.ts';

/** An id that no row has. */
export const ABSENT = 999_999_999;

export interface AccessUnderTest {
  readonly knex: Knex;
  readonly users: Users;
  readonly projects: Projects;
  readonly standings: Standings;
  /** The registry's ports on the same database. */
  readonly records: RecordsUnderTest;
  createProject(name: string, owner: User, isPublic?: boolean): Promise<Project>;
}

/** For tests of this folder: a database of its own for the file, empty at the start of each test. Read the result inside tests only. */
export function useAccess(): AccessUnderTest {
  const database = useTestDatabase();
  const under = {} as { -readonly [Key in keyof AccessUnderTest]: AccessUnderTest[Key] };
  let lookups: PipelinedLookups;
  beforeAll(() => {
    const knex = openKnex({ url: database.url, applicationName: 'access' });
    lookups = new PipelinedLookups({ url: database.url, applicationName: 'access-lookups' });
    under.knex = knex;
    under.users = createUsers({ knex, lookups });
    under.projects = createProjects(knex);
    under.standings = createStandings({ knex, lookups });
    under.records = recordsOnPostgres(knex, lookups);
    under.createProject = (name, owner, isPublic = false) =>
      under.projects.create({ name: name as ProjectName, public: isPublic, ownerId: owner.id });
  });
  afterAll(async () => {
    await lookups.close();
    await under.knex.destroy();
  });
  beforeEach(async () => {
    await under.knex.raw(
      'truncate users, projects, project_members, repositories, blobs, manifest_contents, settings restart identity cascade',
    );
  });
  return under;
}

export function newUser(username: string, more: Partial<NewUser> = {}): NewUser {
  return { username, email: `${username}@example.com`, realname: '', comment: '', passwordHash: 'hash', systemAdmin: false, ...more };
}
