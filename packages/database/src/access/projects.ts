import type { NewProject, Page, Project, ProjectQuery, Projects } from '@berth/access';
import { ROLES } from '@berth/access';
import { type ProjectName, say } from '@berth/oci';
import type { Knex } from 'knex';
import { trashProject } from '../registry/trash-entries.ts';
import { inTransaction, rowsOf } from '../transactions.ts';
import { containsPattern, isSearchable, nameKey } from './name-keys.ts';
import { readPage } from './paging.ts';
import { PROJECT_GRANTS } from './project-grants.ts';
import { namingConflicts } from './unique-violations.ts';

interface ProjectRow {
  readonly id: number;
  readonly name: ProjectName;
  readonly public: boolean;
  readonly owner_id: number;
  readonly owner_name: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly repository_count: number;
}

const COLUMNS = `p.id, p.name, p.public, p.owner_id, u.username as owner_name, p.created_at, p.updated_at,
  (select count(*) from repositories r where r.project_id = p.id and r.deleted_at is null
     and exists (select 1 from manifests m where m.repository_id = r.id)) as repository_count`;
const TABLES = 'projects p join users u on u.id = p.owner_id';

const UNIQUE_FIELDS = [
  { constraint: 'projects_name_living', field: 'name', sentence: say('project-name-taken')`A project with this name exists already.` },
];

/** Projects in Postgres. A deleted project keeps its row and id: what was issued for it never fits a new project of the same name. */
export function createProjects(knex: Knex): Projects {
  return {
    create: (project) => create(knex, project),

    async find(id) {
      const rows = await rowsOf<ProjectRow>(knex, `select ${COLUMNS} from ${TABLES} where p.id = ? and p.deleted_at is null`, [id]);
      return rows[0] && projectOf(rows[0]);
    },

    async findByName(name) {
      const rows = await rowsOf<ProjectRow>(knex, `select ${COLUMNS} from ${TABLES} where p.name = ? and p.deleted_at is null`, [name]);
      return rows[0] && projectOf(rows[0]);
    },

    list: (query) => list(knex, query),

    async setPublic(id, isPublic) {
      const rows = await rowsOf(
        knex,
        'update projects set public = ?, updated_at = now() where id = ? and deleted_at is null returning 1',
        [isPublic, id],
      );
      return rows.length > 0;
    },

    remove: (id, actor) => remove(knex, id, actor),
  };
}

async function create(knex: Knex, project: NewProject): Promise<Project> {
  return namingConflicts(UNIQUE_FIELDS, () =>
    inTransaction(knex, async (transaction) => {
      const created = await rowsOf<{ id: number }>(
        transaction,
        `insert into projects (name, public, owner_id)
         select ?, ?, id from users where id = ? and deleted_at is null for key share
         returning id`,
        [project.name, project.public, project.ownerId],
      );
      const id = created[0]?.id;
      if (id === undefined) throw new Error('The owner of the new project does not exist any more; no project was created.');
      await rowsOf(transaction, 'insert into project_members (project_id, user_id, role_id) values (?, ?, ?)', [
        id,
        project.ownerId,
        ROLES.projectAdmin,
      ]);
      const rows = await rowsOf<ProjectRow>(transaction, `select ${COLUMNS} from ${TABLES} where p.id = ?`, [id]);
      if (rows[0] === undefined) throw new Error('The database did not return the project it created.');
      return projectOf(rows[0]);
    }),
  );
}

async function list(knex: Knex, query: ProjectQuery): Promise<Page<Project>> {
  if (!isSearchable(query.name, query.exactName, query.ownerName)) return { items: [], total: 0 };
  const conditions = ['p.deleted_at is null'];
  const bindings: unknown[] = [];
  const add = (condition: string, ...values: unknown[]): void => {
    conditions.push(condition);
    bindings.push(...values);
  };
  if (query.scope !== 'everything') {
    if ('projectIds' in query.scope) add('(p.public or p.id = any(?::bigint[]))', query.scope.projectIds);
    else if (query.scope.memberId === undefined) add('p.public');
    else add(`(p.public or exists (select 1 from ${PROJECT_GRANTS} m where m.project_id = p.id and m.user_id = ?))`, query.scope.memberId);
  }
  if (query.ids !== undefined) add('p.id = any(?::bigint[])', query.ids);
  if (query.name !== undefined) add('p.name like ?', containsPattern(query.name.toLowerCase()));
  if (query.exactName !== undefined) add('p.name = ?', query.exactName);
  if (query.public !== undefined) add('p.public = ?', query.public);
  if (query.ownerName !== undefined) add('u.username_key = ?', nameKey(query.ownerName));
  return readPage<ProjectRow, Project>(
    knex,
    {
      select: COLUMNS,
      from: `${TABLES} where ${conditions.join(' and ')}`,
      bindings,
      sortable: {
        id: 'p.id',
        name: 'p.name',
        public: 'p.public',
        ownerName: 'u.username_key',
        createdAt: 'p.created_at',
        updatedAt: 'p.updated_at',
        repositoryCount: 'repository_count',
      },
      defaultSort: [{ field: 'name', descending: false }],
      tieBreak: 'p.id',
      toItem: projectOf,
    },
    query,
  );
}

/**
 * Locks the project and its repositories, so that no push is under way in them, and only then asks whether they are empty. Links of blobs
 * go too: nothing may be mounted from a project that is gone.
 */
async function remove(knex: Knex, id: number, actor: string): Promise<'removed' | 'absent' | 'not empty'> {
  return inTransaction(knex, async (transaction) => {
    const living = await rowsOf(transaction, 'select 1 from projects where id = ? and deleted_at is null for update', [id]);
    if (living.length === 0) return 'absent';
    const repositories = await rowsOf<{ id: number }>(
      transaction,
      'select id from repositories where project_id = ? and deleted_at is null order by id for update',
      [id],
    );
    const ids = repositories.map((repository) => repository.id);
    const filled = await rowsOf(transaction, 'select 1 from manifests where repository_id = any(?::bigint[]) limit 1', [ids]);
    if (filled.length > 0) return 'not empty';
    await rowsOf(transaction, 'delete from repository_blobs where repository_id = any(?::bigint[])', [ids]);
    await rowsOf(transaction, 'update repositories set deleted_at = now() where id = any(?::bigint[])', [ids]);
    await rowsOf(transaction, 'delete from robots where project_id = ?', [id]);
    await rowsOf(transaction, 'delete from listed_rights where project_id = ?', [id]);
    await trashProject(transaction, id, actor);
    await rowsOf(transaction, 'update projects set deleted_at = now(), updated_at = now() where id = ?', [id]);
    return 'removed';
  });
}

function projectOf(row: ProjectRow): Project {
  return {
    id: row.id,
    name: row.name,
    public: row.public,
    ownerId: row.owner_id,
    ownerName: row.owner_name,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    repositoryCount: row.repository_count,
  };
}
