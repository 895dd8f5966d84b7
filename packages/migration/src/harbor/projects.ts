import type { HarborCopy, ProjectPair } from './harbor-copy.ts';
import { project, type Project } from './models.ts';

/** What means something on the other side too. */
const METADATA = [
  'public',
  'enable_content_trust',
  'enable_content_trust_cosign',
  'prevent_vul',
  'severity',
  'auto_scan',
  'auto_sbom_generation',
];
/** Of what Harbor does with it, and Berth does not. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  enable_content_trust: 'only signed images can be pulled (Notary)',
  enable_content_trust_cosign: 'only signed images can be pulled (cosign)',
  prevent_vul: 'images with vulnerabilities cannot be pulled',
  auto_scan: 'images are scanned when they are pushed',
  auto_sbom_generation: 'an SBOM is made when an image is pushed',
};

/** Finds or makes the project at the destination; without a quota, which is set when all is there. Undefined when it could not be made. */
export async function copyProject({ destination, report }: HarborCopy, from: Project): Promise<ProjectPair | undefined> {
  const { name, project_id: sourceId } = from;
  tellDifferences(report, from);
  // Not by its address: a name of digits alone would be an id there.
  const known = (await destination.all('/projects', project, { name })).find((one) => one.name === name);
  if (known !== undefined) {
    report.count('project', 'there');
    if (known.metadata['public'] !== from.metadata['public'])
      report.differs('project', name, `It is ${openness(from)} at the source and ${openness(known)} here; it was left so.`);
    return { name, sourceId, destinationId: known.project_id };
  }
  const metadata = Object.fromEntries(
    METADATA.flatMap((key) => (typeof from.metadata[key] === 'string' ? [[key, from.metadata[key]]] : [])),
  );
  const failures = report.countOf('project').failed;
  const made = await report.make('project', name, () =>
    destination.create('/projects', { project_name: name, metadata, storage_limit: -1 }),
  );
  if (report.countOf('project').failed > failures) return undefined;
  return { name, sourceId, destinationId: made };
}

function tellDifferences(report: HarborCopy['report'], { name, metadata, cve_allowlist: allowlist }: Project): void {
  for (const [key, what] of Object.entries(WITHOUT_EFFECT))
    if (metadata[key] === 'true') report.differs('project', name, `At the source ${what}; here the setting is kept, and does nothing.`);
  if ((allowlist?.items.length ?? 0) > 0)
    report.differs(
      'project',
      name,
      `Its list of ${String(allowlist?.items.length)} accepted vulnerabilities was not copied: Berth does not scan.`,
    );
}

function openness({ metadata }: Project): string {
  return metadata['public'] === 'true' ? 'public' : 'private';
}
