import { type ListedRights, ROBOT_PROJECT_ACTIONS, ROBOT_SYSTEM_ACTIONS } from '@berth/access';
import { useTestDatabase } from '@berth/database/testing';
import { ACCESS_TOKEN_PREFIX } from '@berth/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../api/endpoints.ts';
import { ROUTES } from '../v2/routes.ts';
import { type Answer, IdentityTestServer } from './identity-test-server.ts';

/**
 * The authorisation matrix: every route of /v2 and of the API x every kind of caller x own and foreign objects, each really asked.
 * What each may do is written here a second time, independent of the code's tables. A route without a row fails.
 *
 * Callers: X anonymous, L limitedGuest, G guest, D developer, M maintainer, A projectAdmin (all of the project "team"), O an outsider,
 * S a system administrator. A row names who is let in where it is their own project; in the foreign project only S is.
 */
const CALLERS = {
  X: undefined,
  L: 'limitedGuest',
  G: 'guest',
  D: 'developer',
  M: 'maintainer',
  A: 'projectAdmin',
  O: 'outsider',
  S: 'admin',
} as const;
type Letter = keyof typeof CALLERS;
const LETTERS = Object.keys(CALLERS) as Letter[];

const database = useTestDatabase();
const server = new IdentityTestServer();
const DIGEST = `sha256:${'0'.repeat(64)}`;
const UPLOAD = '6f1c0f52-7cf2-4d71-9f6e-2b1c7f9a6a11';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const ids = { team: 0, foreign: 0, retention: 0, foreignRetention: 0, foreignMember: 0, guestUser: 0, robot: 0, foreignRobot: 0 };
/** One for each caller that may try to remove it. */
const doomedRobots: number[] = [];

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  ids.team = await server.addProject('team', admin);
  ids.foreign = await server.addProject('foreign', admin);
  ids.guestUser = (await server.addMembers(ids.team)).guest.userId;
  await server.addUser('outsider');
  ids.foreignMember = (await server.stores.members.add(ids.foreign, await server.addUser('stranger'), 3)).id;
  ids.robot = await addRobot('kept', ids.team, admin);
  ids.foreignRobot = await addRobot('kept', ids.foreign, admin);
  ids.retention = await addRetention(ids.team);
  ids.foreignRetention = await addRetention(ids.foreign);
  for (let count = 0; count < 20; count += 1) doomedRobots.push(await addRobot(`doomed-${count}`, ids.team, admin));
  // A project that holds something cannot be deleted: who may delete gets 412, and nothing is lost between the rows.
  for (const name of ['team', 'foreign']) {
    const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] });
    const pushed = await server.ask('PUT', `/v2/${name}/held/manifests/latest`, { as: 'admin', body, headers: { 'content-type': INDEX } });
    expect(pushed.status, pushed.text).toBe(201);
  }
  await addOtherCallers();
  // Pushes to projects that do not exist are the gate's own test; here no caller may make any.
  await server.stores.settings.saveAccess({ projectCreation: 'adminonly', createProjectOnPush: true });
});
afterAll(() => server.stop());

async function addRetention(projectId: number): Promise<number> {
  const made = await server.policy.retention.create({ projectId, rules: [], cron: '' });
  return 'id' in made ? made.id : made.taken;
}

async function addRobot(name: string, projectId: number, creator: number): Promise<number> {
  const rights = { where: { projectId }, actions: ['repository:pull'] };
  const robot = { name, projectId, description: '', disabled: false, durationDays: -1, secretHash: 'none', permissions: [rights] };
  return (await server.stores.robots.create({ ...robot, creator: { kind: 'user', id: creator } })).id;
}

const secrets = { token: '', narrowed: '', expired: '', robot: '', disabledRobot: '', expiredRobot: '', systemRobot: '' };

/** Other ways to be somebody, each with its secret. */
async function addOtherCallers(): Promise<void> {
  const { stores, secrets: keeper } = server.identity;
  const group = await stores.groups.create({ name: 'guests', type: 4, ldapDn: '' });
  await stores.groups.addMember(group.id, await server.addUser('grouped'));
  await stores.members.grant(ids.team, { entity: { kind: 'group', id: group.id }, roleId: 3 });
  const developer = (await stores.users.findCredential('developer'))?.user.id ?? 0;
  const addToken = async (name: string, durationDays: number | undefined, permissions: readonly ListedRights[] | undefined) => {
    const secret = keeper.generate(ACCESS_TOKEN_PREFIX);
    await stores.accessTokens.create({ userId: developer, name, secretHash: keeper.keyedHash(secret), durationDays, permissions });
    return secret;
  };
  secrets.token = await addToken('all', undefined, undefined);
  secrets.narrowed = await addToken('pull', undefined, [{ where: { projectId: ids.team }, actions: ['repository:pull'] }]);
  secrets.expired = await addToken('old', -1, undefined);
  const addRobotOf = async (
    name: string,
    projectId: number | undefined,
    more: { disabled?: boolean; permissions?: readonly ListedRights[] },
  ) => {
    const secret = keeper.generate();
    const { id } = await stores.robots.create({
      ...{ name, projectId, description: '', disabled: more.disabled ?? false, durationDays: 1, secretHash: keeper.keyedHash(secret) },
      permissions: more.permissions ?? [{ where: { projectId: ids.team }, actions: ROBOT_PROJECT_ACTIONS }],
      creator: { kind: 'user', id: 1 },
    });
    return { id, secret };
  };
  secrets.robot = (await addRobotOf('full', ids.team, {})).secret;
  secrets.disabledRobot = (await addRobotOf('off', ids.team, { disabled: true })).secret;
  const expired = await addRobotOf('old', ids.team, {});
  await server
    .knex('robots')
    .where({ id: expired.id })
    .update({ expires_at: new Date(0) });
  secrets.expiredRobot = expired.secret;
  secrets.systemRobot = (
    await addRobotOf('system', undefined, { permissions: [{ where: 'system', actions: ROBOT_SYSTEM_ACTIONS }] })
  ).secret;
}

function ask(letter: Letter, method: string, path: string, body?: unknown): Promise<Answer> {
  const as = CALLERS[letter];
  return server.ask(method, path, { ...(as === undefined ? {} : { as }), ...(body === undefined ? {} : { body }) });
}

describe('/v2', () => {
  /** By action of the route table. */
  const MAY: Record<string, string> = { enter: 'LGDMAOS', catalog: 'LGDMAOS', pull: 'LGDMAS', push: 'DMAS', delete: 'MAS' };
  const rows = ROUTES.flatMap((route) => ['team', 'foreign'].map((project) => ({ route, project })));

  it.each(rows)('$route.method $route.path at $project', async ({ route, project }) => {
    const path = route.path
      .replace('<name>', `${project}/app`)
      .replace('<digest>', DIGEST)
      .replace('<reference>', 'latest')
      .replace('<id>', UPLOAD);
    const repositoryRoute = route.action !== 'enter' && route.action !== 'catalog';
    for (const letter of LETTERS) {
      const may = MAY[route.action]?.includes(letter) === true && (project === 'team' || !repositoryRoute || letter === 'S');
      const answer = await ask(letter, route.method, path, bodyOf(route.method));
      const where = `${letter}: ${answer.status} ${answer.text}`;
      if (letter === 'X') expect(answer.status, where).toBe(401);
      else if (may) expect([401, 403], where).not.toContain(answer.status);
      else if (route.action === 'pull') expect(refusedAsAbsent(answer), where).toBe(true);
      else expect(answer.status, where).toBe(403);
    }
  });

  it.each(rows)('$route.method $route.path at $project with a bearer token of every scope', async ({ route, project }) => {
    const path = route.path
      .replace('<name>', `${project}/app`)
      .replace('<digest>', DIGEST)
      .replace('<reference>', 'latest')
      .replace('<id>', UPLOAD);
    const repositoryRoute = route.action !== 'enter' && route.action !== 'catalog';
    for (const letter of LETTERS) {
      const bearer = await server.token(CALLERS[letter], `repository:${project}/app:*`, 'registry:catalog:*');
      const body = bodyOf(route.method);
      const answer = await server.ask(route.method, path, { bearer, ...(body === undefined ? {} : { body }) });
      const may = MAY[route.action]?.includes(letter) === true && (project === 'team' || !repositoryRoute || letter === 'S');
      const where = `${letter}: ${answer.status} ${answer.text}`;
      // An anonymous token enters, and lists what is public; a token whose scope was cut away is sent for another one.
      if (may || (letter === 'X' && !repositoryRoute)) expect([401, 403], where).not.toContain(answer.status);
      else expect(answer.status, where).toBe(401);
    }
  });

  it.each(rows)('$route.method $route.path at $project for groups, access tokens and robots', async ({ route, project }) => {
    await server.knex('failure_counters').delete();
    const path = route.path
      .replace('<name>', `${project}/app`)
      .replace('<digest>', DIGEST)
      .replace('<reference>', 'latest')
      .replace('<id>', UPLOAD);
    const body = bodyOf(route.method);
    const repositoryRoute = route.action !== 'enter' && route.action !== 'catalog';
    for (const [name, password, letter] of [
      ['grouped', undefined, 'G'],
      ['developer', secrets.token, 'D'],
      // Pull and nothing else.
      ['developer', secrets.narrowed, 'G'],
      // Pull, push and delete.
      ['robot$team+full', secrets.robot, 'M'],
      ['robot$system', secrets.systemRobot, 'O'],
      ['developer', secrets.expired, 'X'],
      ['robot$team+off', secrets.disabledRobot, 'X'],
      ['robot$team+old', secrets.expiredRobot, 'X'],
    ] as const) {
      const as = { as: name, ...(password === undefined ? {} : { password }) };
      const answer = await server.ask(route.method, path, { ...as, ...(body === undefined ? {} : { body }) });
      const may = MAY[route.action]?.includes(letter) === true && (project === 'team' || !repositoryRoute);
      const where = `${name} as ${letter}: ${answer.status} ${answer.text}`;
      if (letter === 'X') expect(answer.status, where).toBe(401);
      else if (may) expect([401, 403], where).not.toContain(answer.status);
      else if (route.action === 'pull') expect(refusedAsAbsent(answer), where).toBe(true);
      else expect(answer.status, where).toBe(403);
    }
  });

  /** HEAD answers have no body to look at; there 404 must do. */
  function refusedAsAbsent(answer: Answer): boolean {
    return answer.status === 404 && (answer.text === '' || answer.text.includes('NAME_UNKNOWN'));
  }

  function bodyOf(method: string): string | undefined {
    return method === 'PUT' || method === 'PATCH' ? 'not a manifest' : undefined;
  }
});

describe('/api/v2.0', () => {
  interface Row {
    readonly may: string;
    readonly path: () => string;
    /** The same for a project, member or user that is not the caller's; may only S. */
    readonly foreign?: () => string;
    /** A body that every check of rights passes and that changes nothing. */
    readonly body?: unknown;
  }
  const EVERYONE = 'XLGDMAOS';
  const SIGNED_IN = 'LGDMAOS';
  const team = (rest = '') => `/projects/team${rest}`;
  const foreign = (rest = '') => `/projects/foreign${rest}`;
  const project = (may: string, rest = '', body?: unknown): Row => ({
    may,
    path: () => team(rest),
    foreign: () => foreign(rest),
    ...(body === undefined ? {} : { body }),
  });

  const retention = (may: string, rest = '', body?: unknown): Row => ({
    may,
    path: () => `/retentions/${ids.retention}${rest}`,
    foreign: () => `/retentions/${ids.foreignRetention}${rest}`,
    ...(body === undefined ? {} : { body }),
  });
  /** The id is known when it is sent. */
  const retentionBody = (where: 'team' | 'foreign', template: string): unknown => ({
    rules: [{ template, tag_selectors: [{}] }],
    scope: {
      get ref() {
        return ids[where];
      },
    },
  });

  const ROWS: Readonly<Record<string, Row>> = {
    getPing: { may: EVERYONE, path: () => '/ping' },
    getHealth: { may: EVERYONE, path: () => '/health' },
    getSystemInfo: { may: EVERYONE, path: () => '/systeminfo' },
    getCert: { may: EVERYONE, path: () => '/systeminfo/getcert' },
    getCertInstaller: { may: EVERYONE, path: () => '/systeminfo/getcert/installer' },
    getCertInstructions: { may: EVERYONE, path: () => '/systeminfo/getcert/instructions' },
    signCertificate: { may: 'S', path: () => '/system/certificates', body: { csr: 'none' } },
    listProjects: { may: EVERYONE, path: () => '/projects' },
    headProject: { may: SIGNED_IN, path: () => '/projects?project_name=team' },
    createProject: { may: 'S', path: () => '/projects', body: { project_name: 'Not A Name' } },
    getProject: project('LGDMAS'),
    updateProject: project('AS', '', {}),
    deleteProject: project('AS'),
    getProjectDeletable: project('AS', '/_deletable'),
    listProjectMetadatas: project('MAS', '/metadatas/'),
    getProjectMetadata: project('MAS', '/metadatas/public'),
    updateProjectMetadata: project('AS', '/metadatas/public', {}),
    addProjectMetadatas: project('AS', '/metadatas/', {}),
    deleteProjectMetadata: project('AS', '/metadatas/none'),
    getConfigurations: { may: 'S', path: () => '/configurations' },
    updateConfigurations: { may: 'S', path: () => '/configurations', body: {} },
    getInternalconfig: { may: 'S', path: () => '/internalconfig' },
    listAuditLogs: { may: SIGNED_IN, path: () => '/audit-logs' },
    listAuditLogExts: { may: SIGNED_IN, path: () => '/auditlog-exts' },
    listAuditLogEventTypes: { may: SIGNED_IN, path: () => '/auditlog-exts/events' },
    exportAuditLog: { may: SIGNED_IN, path: () => '/auditlog-exts/export' },
    verifyAuditLog: { may: 'S', path: () => '/auditlog-exts/verify' },
    getLogs: project('AS', '/logs'),
    getLogExts: project('AS', '/auditlog-exts'),
    ListImmuRules: project('MAS', '/immutabletagrules'),
    CreateImmuRule: project('MAS', '/immutabletagrules', {}),
    previewImmuRule: project('MAS', '/immutabletagrules/preview', {}),
    UpdateImmuRule: project('MAS', '/immutabletagrules/999999', {}),
    DeleteImmuRule: project('MAS', '/immutabletagrules/999999'),
    getRentenitionMetadata: { may: SIGNED_IN, path: () => '/retentions/metadatas' },
    createRetention: { may: 'DMAS', path: () => '/retentions', body: retentionBody('team', 'no such') },
    previewRetention: { may: 'DMAS', path: () => '/retentions/preview', body: retentionBody('team', 'always') },
    getRetention: retention('DMAS'),
    updateRetention: retention('DMAS', '', retentionBody('team', 'no such')),
    deleteRetention: { may: 'S', path: () => '/retentions/999999' },
    triggerRetentionExecution: retention('DMAS', '/executions', {}),
    listRetentionExecutions: retention('DMAS', '/executions'),
    operateRetentionExecution: retention('DMAS', '/executions/999999', { action: 'stop' }),
    listRetentionTasks: retention('DMAS', '/executions/999999/tasks'),
    getRetentionTaskLog: retention('DMAS', '/executions/999999/tasks/999999'),
    listRetentionDecisions: retention('DMAS', '/executions/999999/tasks/999999/decisions'),
    listQuotas: { may: 'S', path: () => '/quotas' },
    getQuota: { may: 'S', path: () => '/quotas/999999' },
    listQuotaEvents: project('LGDMAS', '/quota/events'),
    updateQuota: { may: 'S', path: () => '/quotas/999999', body: { hard: { storage: -1 } } },
    getGCSchedule: { may: 'S', path: () => '/system/gc/schedule' },
    createGCSchedule: { may: 'S', path: () => '/system/gc/schedule', body: { schedule: { type: 'None' } } },
    updateGCSchedule: { may: 'S', path: () => '/system/gc/schedule', body: { schedule: { type: 'None' } } },
    getGCPolicy: { may: 'S', path: () => '/system/gc/policy' },
    updateGCPolicy: { may: 'S', path: () => '/system/gc/policy', body: {} },
    getGCUse: { may: 'S', path: () => '/system/gc/why?digest=none' },
    getGCNumbers: { may: 'S', path: () => '/system/gc/numbers' },
    getGCHistory: { may: 'S', path: () => '/system/gc' },
    getGC: { may: 'S', path: () => '/system/gc/999999' },
    stopGC: { may: 'S', path: () => '/system/gc/999999' },
    getGCLog: { may: 'S', path: () => '/system/gc/999999/log' },
    // Refused after its rule, since a stream would not end.
    watchEvents: { may: SIGNED_IN, path: () => '/events?topic=none' },
    listJobs: { may: 'S', path: () => '/jobs' },
    listWorkRuns: { may: 'S', path: () => '/jobs/runs' },
    getWorkRun: { may: 'S', path: () => '/jobs/runs/999999' },
    getWorkRunLog: { may: 'S', path: () => '/jobs/runs/999999/log' },
    stopWorkRun: { may: 'S', path: () => '/jobs/runs/999999' },
    startWorkRun: { may: 'S', path: () => '/jobs/none/runs', body: {} },
    getPurgeHistory: { may: 'S', path: () => '/system/purgeaudit' },
    getPurgeJob: { may: 'S', path: () => '/system/purgeaudit/999999' },
    stopPurge: { may: 'S', path: () => '/system/purgeaudit/999999' },
    getPurgeJobLog: { may: 'S', path: () => '/system/purgeaudit/999999/log' },
    getPurgeSchedule: { may: 'S', path: () => '/system/purgeaudit/schedule' },
    createPurgeSchedule: { may: 'S', path: () => '/system/purgeaudit/schedule', body: { schedule: { type: 'None' } } },
    updatePurgeSchedule: { may: 'S', path: () => '/system/purgeaudit/schedule', body: { schedule: { type: 'None' } } },
    listSchedules: { may: 'S', path: () => '/schedules' },
    getSchedulePaused: { may: 'S', path: () => '/schedules/all/paused' },
    listDailyNumbers: { may: 'S', path: () => '/statistics/daily' },
    listTopRepositories: { may: 'S', path: () => '/statistics/top' },
    listProjectStorage: { may: 'S', path: () => '/statistics/projects' },
    listJobDays: { may: 'S', path: () => '/statistics/jobs' },
    listProjectDailyNumbers: project('LGDMAS', '/statistics/daily'),
    listProjectTopRepositories: project('LGDMAS', '/statistics/top?of=pushes'),
    getStatistic: { may: SIGNED_IN, path: () => '/statistics' },
    search: { may: EVERYONE, path: () => '/search?q=team' },
    getVolumes: { may: 'S', path: () => '/systeminfo/volumes' },
    listProjectMembers: project('GDMAS', '/members'),
    createProjectMember: project('AS', '/members', { role_id: 99 }),
    getProjectMember: project('GDMAS', '/members/999999'),
    updateProjectMember: project('AS', '/members/999999', { role_id: 99 }),
    deleteProjectMember: project('AS', '/members/999999'),
    listAllRepositories: { may: EVERYONE, path: () => '/repositories' },
    listRepositories: project('LGDMAS', '/repositories'),
    getRepository: project('LGDMAS', '/repositories/held'),
    updateRepository: project('DMAS', '/repositories/absent', {}),
    deleteRepository: project('MAS', '/repositories/absent'),
    getProjectSummary: project('LGDMAS', '/summary'),
    CopyArtifact: project('DMAS', '/repositories/held/artifacts?from=no'),
    deleteArtifact: project('MAS', '/repositories/held/artifacts/absent'),
    createTag: project('DMAS', '/repositories/held/artifacts/absent/tags', { name: 'x' }),
    deleteTag: project('MAS', '/repositories/held/artifacts/latest/tags/absent'),
    getAddition: project('LGDMAS', '/repositories/held/artifacts/latest/additions/none'),
    listArtifactLayers: project('LGDMAS', '/repositories/held/artifacts/latest/layers'),
    getArtifactManifest: project('LGDMAS', '/repositories/held/artifacts/latest/manifest'),
    addLabel: project('DMAS', '/repositories/held/artifacts/latest/labels', { id: 999_999 }),
    removeLabel: project('DMAS', '/repositories/held/artifacts/latest/labels/999999'),
    listTagHistory: project('LGDMAS', '/repositories/held/tags/latest/history'),
    rollbackTag: project('DMAS', '/repositories/held/tags/latest/rollback', { digest: 'none' }),
    ListLabels: {
      may: 'GDMAS',
      path: () => `/labels?scope=p&project_id=${ids.team}`,
      foreign: () => `/labels?scope=p&project_id=${ids.foreign}`,
    },
    CreateLabel: { may: 'S', path: () => '/labels', body: { name: 'matrix', scope: 'g' } },
    // A label that may not be seen answers like one that is not there: the tests of labels ask role by role.
    GetLabelByID: { may: SIGNED_IN, path: () => '/labels/999999' },
    UpdateLabel: { may: SIGNED_IN, path: () => '/labels/999999', body: {} },
    DeleteLabel: { may: SIGNED_IN, path: () => '/labels/999999' },
    importArchive: project('DMAS', '/archives'),
    getArchive: project('LGDMAS', '/repositories/held/artifacts/latest/archive'),
    listTrash: { may: 'S', path: () => '/trash' },
    restoreTrash: { may: 'S', path: () => '/trash/999999/restore' },
    purgeTrash: { may: 'S', path: () => '/trash/999999' },
    listProjectTrash: project('MAS', '/trash'),
    restoreProjectTrash: project('MAS', '/trash/999999/restore'),
    purgeProjectTrash: project('MAS', '/trash/999999'),
    listArtifacts: project('LGDMAS', '/repositories/held/artifacts'),
    getArtifact: project('LGDMAS', '/repositories/held/artifacts/latest'),
    listTags: project('LGDMAS', '/repositories/held/artifacts/latest/tags'),
    listAccessories: project('LGDMAS', '/repositories/held/artifacts/latest/accessories'),
    listArtifactsOfProject: project('LGDMAS', '/artifacts'),
    listRepositoryTags: project('LGDMAS', '/repositories/held/tags'),
    listUsers: { may: 'S', path: () => '/users' },
    createUser: { may: 'S', path: () => '/users', body: {} },
    getCurrentUserInfo: { may: SIGNED_IN, path: () => '/users/current' },
    getCurrentUserPermissions: { may: SIGNED_IN, path: () => `/users/current/permissions?scope=/project/${ids.foreign}` },
    searchUsers: { may: SIGNED_IN, path: () => '/users/search?username=guest' },
    getUser: { may: 'GS', path: () => `/users/${ids.guestUser}`, foreign: () => '/users/999999' },
    updateUserProfile: { may: 'GS', path: () => `/users/${ids.guestUser}`, foreign: () => '/users/999999', body: {} },
    deleteUser: { may: 'S', path: () => '/users/999999' },
    setUserSysAdmin: { may: 'S', path: () => '/users/999999/sysadmin', body: {} },
    listRobots: { may: 'S', path: () => '/robots' },
    createRobot: { may: 'S', path: () => '/robots', body: { level: 'system', permissions: [], name: 'Not A Name' } },
    getRobot: { may: 'GDMAS', path: () => `/robots/${ids.robot}`, foreign: () => `/robots/${ids.foreignRobot}` },
    updateRobot: { may: 'AS', path: () => `/robots/${ids.robot}`, foreign: () => `/robots/${ids.foreignRobot}`, body: { permissions: [] } },
    refreshRobot: {
      may: 'AS',
      path: () => `/robots/${ids.robot}`,
      foreign: () => `/robots/${ids.foreignRobot}`,
      body: { secret: 'too weak' },
    },
    deleteRobot: { may: 'AS', path: () => `/robots/${doomedRobots.pop()}`, foreign: () => `/robots/${ids.foreignRobot}` },
    listCurrentUserTokens: { may: SIGNED_IN, path: () => '/users/current/tokens' },
    createCurrentUserToken: { may: SIGNED_IN, path: () => '/users/current/tokens', body: {} },
    deleteCurrentUserToken: { may: SIGNED_IN, path: () => '/users/current/tokens/999999' },
    listUserTokens: { may: 'GS', path: () => `/users/${ids.guestUser}/tokens`, foreign: () => '/users/999999/tokens' },
    createUserToken: { may: 'G', path: () => `/users/${ids.guestUser}/tokens`, body: {} },
    deleteUserToken: { may: 'GS', path: () => `/users/${ids.guestUser}/tokens/999999`, foreign: () => '/users/999999/tokens/999999' },
    listUserGroups: { may: 'S', path: () => '/usergroups' },
    createUserGroup: { may: 'S', path: () => '/usergroups', body: {} },
    searchUserGroups: { may: SIGNED_IN, path: () => '/usergroups/search?groupname=x' },
    getUserGroup: { may: 'S', path: () => '/usergroups/999999' },
    updateUserGroup: { may: 'S', path: () => '/usergroups/999999', body: {} },
    deleteUserGroup: { may: 'S', path: () => '/usergroups/999999' },
    listUserGroupMembers: { may: 'S', path: () => '/usergroups/999999/members' },
    addUserGroupMember: { may: 'S', path: () => '/usergroups/999999/members', body: {} },
    removeUserGroupMember: { may: 'S', path: () => '/usergroups/999999/members/999999' },
    listRoles: { may: SIGNED_IN, path: () => '/roles' },
    createRole: { may: 'S', path: () => '/roles', body: { permissions: [] } },
    getRole: { may: SIGNED_IN, path: () => '/roles/1' },
    updateRole: { may: 'S', path: () => '/roles/999999', body: { permissions: [] } },
    deleteRole: { may: 'S', path: () => '/roles/999999' },
    getPermissions: { may: 'AS', path: () => '/permissions' },
    explainAccess: {
      may: 'AS',
      path: () => '/access/explain?user=stranger&resource=team/app&action=push',
      foreign: () => '/access/explain?user=stranger&resource=foreign/app&action=push',
    },
    createSession: { may: EVERYONE, path: () => '/session', body: {} },
    deleteSession: { may: EVERYONE, path: () => '/session' },
    updateUserPassword: { may: 'GS', path: () => `/users/${ids.guestUser}/password`, foreign: () => '/users/999999/password', body: {} },
  };

  it('has a row for every endpoint, and none for what is gone', () => {
    expect(Object.keys(ROWS).sort()).toEqual(ENDPOINTS.map(({ operation }) => operation.id).sort());
  });

  const asked = ENDPOINTS.map(({ operation }) => ({ id: operation.id, method: operation.method.toUpperCase(), path: operation.path }));
  it.each(asked)('$method $path ($id)', async ({ id, method }) => {
    const row = ROWS[id];
    if (row === undefined) throw new Error(`${id} has no row.`);
    for (const letter of LETTERS) {
      const answer = await ask(letter, method, `/api/v2.0${row.path()}`, row.body);
      const where = `${letter}: ${answer.status} ${answer.text}`;
      if (row.may.includes(letter)) expect(refused(answer), where).toBe(false);
      else expect(answer.status, where).toBe(letter === 'X' ? 401 : 403);
    }
  });

  it.each(asked.filter(({ id }) => ROWS[id]?.foreign !== undefined))('$method $path ($id) of somebody else', async ({ id, method }) => {
    const row = ROWS[id];
    for (const letter of LETTERS) {
      const answer = await ask(letter, method, `/api/v2.0${row?.foreign?.()}`, row?.body);
      const where = `${letter}: ${answer.status} ${answer.text}`;
      if (letter === 'S') expect(refused(answer), where).toBe(false);
      else expect(answer.status, where).toBe(letter === 'X' ? 401 : 403);
      // Not a word of difference to something that does not exist.
      const absent = await ask(letter, method, `/api/v2.0${row?.foreign?.().replace('foreign', 'nowhere')}`, row?.body);
      if (letter !== 'S') expect([absent.status, absent.text]).toEqual([answer.status, answer.text]);
    }
  });

  it("answers a member of another project like one that never was, to the project's own administrator", async () => {
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', { role_id: 2 }],
      ['DELETE', undefined],
    ] as const) {
      const foreignId = await ask('A', method, `/api/v2.0/projects/team/members/${ids.foreignMember}`, body);
      const noId = await ask('A', method, '/api/v2.0/projects/team/members/999999', body);
      expect(foreignId.status).toBe(404);
      expect(foreignId.text).toBe(noId.text);
    }
    expect(await server.stores.members.find(ids.foreign, ids.foreignMember)).toMatchObject({ roleId: 3 });
  });

  /** Let in: whatever the body and the ids then lead to, but not a no to the caller. The own password needs its old one: that no is another. */
  function refused(answer: Answer): boolean {
    return answer.status === 401 || (answer.status === 403 && !answer.text.includes('old_password'));
  }

  /**
   * Other ways to be somebody. Who is in a group with a role, or brings an access token, is answered exactly like the member with that role;
   * a robot by its list; one that is disabled or expired, and a revoked or expired token, like nobody at all.
   */
  describe('groups, access tokens and robots', () => {
    const withRules = asked.map((one, index) => ({ ...one, rule: ENDPOINTS[index]?.rule ?? { kind: 'anyone' } }) as const);
    /** Of the caller himself, whoever he is. */
    const OWN = new Set(['createUserToken', 'getUser', 'updateUserProfile', 'updateUserPassword', 'listUserTokens', 'deleteUserToken']);
    /** A token looks after no tokens. */
    const BY_PASSWORD = /Tokens?$/;

    it.each(withRules)('$method $path ($id)', async ({ id, method, rule }) => {
      const row = ROWS[id];
      if (row === undefined) throw new Error(`${id} has no row.`);
      const as = (username: string, password?: string) =>
        server.ask(method, `/api/v2.0${row.path()}`, {
          as: username,
          ...(password === undefined ? {} : { password }),
          ...(row.body === undefined ? {} : { body: row.body }),
        });
      // So many wrong secrets from one address would be throttled.
      await server.knex('failure_counters').delete();
      for (const [name, password] of [
        ['robot$team+off', secrets.disabledRobot],
        ['robot$team+old', secrets.expiredRobot],
        ['robot$team+full', secrets.expiredRobot],
        ['developer', secrets.expired],
      ] as const) {
        expect((await as(name, password)).status, name).toBe(401);
      }
      const letterOf = (letter: Letter) => (OWN.has(id) ? false : row.may.includes(letter));
      const grouped = await as('grouped');
      expect(refused(grouped), `grouped: ${grouped.status} ${grouped.text}`).toBe(!letterOf('G'));
      const token = await as('developer', secrets.token);
      expect(refused(token), `token: ${token.status} ${token.text}`).toBe(BY_PASSWORD.test(id) || !letterOf('D'));
      if (rule.kind !== 'project' && rule.kind !== 'system') return;
      const narrowed = await as('developer', secrets.narrowed);
      const inPull = rule.kind === 'project' && ['repository:pull', 'project:read'].includes(rule.action);
      expect(refused(narrowed), `narrowed: ${narrowed.status} ${narrowed.text}`).toBe(!inPull);
      const held = (rule.kind === 'project' ? ROBOT_PROJECT_ACTIONS : ROBOT_SYSTEM_ACTIONS).includes(rule.action);
      const robot = rule.kind === 'project' ? await as('robot$team+full', secrets.robot) : await as('robot$system', secrets.systemRobot);
      expect(refused(robot), `robot: ${robot.status} ${robot.text}`).toBe(!held);
    });
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
