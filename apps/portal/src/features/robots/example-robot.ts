/** A robot that may pull: what the command makes that is shown where there is none. The namespace is a project, or `*` for all. */
export function exampleRobot(level: 'project' | 'system', namespace: string): object {
  const access = [{ resource: 'repository', action: 'pull' }];
  return { name: 'build', level, duration: 30, permissions: [{ kind: 'project', namespace, access }] };
}
