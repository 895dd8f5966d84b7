import type { accessory, artifact, artifactReference, label, pin, platform, tag } from '@berth/api-contract';
import type { Platform, RepositoryName } from '@berth/oci';
import {
  type Accessory,
  type Artifact,
  artifactType,
  HELM_CONFIG,
  isImageConfig,
  type Label,
  type Pin,
  type TagOnArtifact,
} from '@berth/registry';
import type { z } from 'zod';
import { artifactPath, NEVER } from '../content-paths.ts';
import type { IsImmutable } from '../immutable-status.ts';

/** What was asked for; the rest is null, as in Harbor. */
export interface ShownDetail {
  readonly tags: boolean;
  readonly labels: boolean;
  readonly accessories: boolean;
}

/** An artifact as Harbor's API shows it. */
export function artifactView(shown: Artifact, detail: ShownDetail, isImmutable: IsImmutable): z.output<typeof artifact> {
  const { facts } = shown;
  const references = referencesOf(shown);
  return {
    id: shown.id,
    type: artifactType(shown.mediaType, shown.artifactType),
    media_type: facts?.configMediaType ?? shown.mediaType,
    manifest_media_type: shown.mediaType,
    artifact_type: shown.artifactType ?? facts?.configMediaType ?? shown.mediaType,
    project_id: shown.projectId,
    repository_id: shown.repositoryId,
    repository_name: shown.repository,
    digest: shown.digest,
    size: shown.size,
    icon: '',
    push_time: shown.pushedAt.toISOString(),
    pull_time: shown.pulledAt?.toISOString() ?? NEVER,
    pull_count: shown.pullCount,
    platforms: (facts?.platforms ?? []).map(platformView),
    ...(shown.pin === undefined ? {} : { pin: pinView(shown.pin) }),
    extra_attrs: facts?.extraAttrs ?? {},
    ...(Object.keys(shown.annotations).length === 0 ? {} : { annotations: shown.annotations }),
    references: references.length === 0 ? null : references,
    tags: detail.tags && shown.tags.length > 0 ? shown.tags.map((one) => tagView(one, shown, isImmutable)) : null,
    labels: detail.labels && shown.labels.length > 0 ? shown.labels.map(labelView) : null,
    accessories: detail.accessories && shown.accessories.length > 0 ? shown.accessories.map((one) => accessoryView(one, shown)) : null,
    addition_links: additionLinks(shown),
  };
}

function pinView({ reason, pinnedBy, pinnedAt }: Pin): z.output<typeof pin> {
  return { reason, pinned_by: pinnedBy, pin_time: pinnedAt.toISOString() };
}

function referencesOf(shown: Artifact): z.output<typeof artifactReference>[] {
  const ids = new Map(shown.children.map(({ digest, id }) => [digest, id]));
  return (shown.facts?.children ?? []).map((child) => ({
    parent_id: shown.id,
    child_id: ids.get(child.digest) ?? 0,
    child_digest: child.digest,
    ...(child.platform === undefined ? {} : { platform: platformView(child.platform) }),
    ...(child.annotations === undefined ? {} : { annotations: { ...child.annotations } }),
    ...(child.urls === undefined ? {} : { urls: [...child.urls] }),
  }));
}

export function platformView({ 'os.features': features, ...rest }: Platform): z.output<typeof platform> {
  return { ...rest, ...(features === undefined ? {} : { 'os.features': [...features] }) };
}

/** The additions that there are for this kind of artifact. */
function additionLinks(shown: Artifact): z.output<typeof artifact>['addition_links'] {
  const base = `${artifactPath(shown.repository, shown.digest)}/additions`;
  const names = isImageConfig(shown.facts?.configMediaType)
    ? ['build_history']
    : shown.facts?.configMediaType === HELM_CONFIG
      ? ['values.yaml', 'readme.md', 'dependencies']
      : [];
  return Object.fromEntries(names.map((name) => [name, { href: `${base}/${name}`, absolute: false }]));
}

interface TaggedArtifact {
  readonly id: number;
  readonly repositoryId: number;
  readonly repository: RepositoryName;
}

export function tagView(shown: TagOnArtifact, on: TaggedArtifact, isImmutable: IsImmutable): z.output<typeof tag> {
  return {
    id: shown.id,
    repository_id: on.repositoryId,
    artifact_id: on.id,
    name: shown.name,
    push_time: shown.pushedAt.toISOString(),
    pull_time: shown.pulledAt?.toISOString() ?? NEVER,
    immutable: isImmutable(on.repository, shown.name),
  };
}

export function labelView(shown: Label): z.output<typeof label> {
  return {
    id: shown.id,
    name: shown.name,
    description: shown.description,
    color: shown.color,
    scope: shown.projectId === undefined ? 'g' : 'p',
    project_id: shown.projectId ?? 0,
    creation_time: shown.createdAt.toISOString(),
    update_time: shown.updatedAt.toISOString(),
  };
}

export function accessoryView(shown: Accessory, of: { readonly repository: string }): z.output<typeof accessory> {
  return {
    id: shown.manifestId,
    artifact_id: shown.manifestId,
    subject_artifact_id: shown.subjectId,
    subject_artifact_digest: shown.subjectDigest,
    subject_artifact_repo: of.repository,
    size: shown.size,
    digest: shown.digest,
    type: accessoryType(shown),
    icon: '',
    creation_time: shown.createdAt.toISOString(),
  };
}

/** Harbor's words for kinds of accessories. */
function accessoryType({ byTag, artifactType: type = '' }: Accessory): string {
  if (byTag === 'sig') return 'signature.cosign';
  if (byTag === 'att') return 'attestation.cosign';
  if (byTag === 'sbom') return 'sbom.cosign';
  if (type.startsWith('application/vnd.dev.sigstore.bundle') || type === 'application/vnd.dev.cosign.artifact.sig.v1+json')
    return 'signature.cosign';
  if (type === 'application/vnd.cncf.notary.signature') return 'signature.notation';
  if (/spdx|cyclonedx|sbom/.test(type)) return 'harbor.sbom';
  return 'subject.accessory';
}
