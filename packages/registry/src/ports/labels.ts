import type { ContentPage, ContentPageRequest, Label } from './content-lists.ts';

export interface NewLabel {
  readonly projectId: number | undefined;
  readonly name: string;
  readonly description: string;
  readonly color: string;
}

/** Sorted by `name` (default), `id`, `createdAt`, `updatedAt`. */
export interface LabelQuery extends ContentPageRequest {
  /** undefined: those of the whole registry. */
  readonly projectId: number | undefined;
  readonly namePart?: string;
  readonly exactName?: string;
}

/** Names are unique within their project, or within the whole registry's. */
export interface Labels {
  list(query: LabelQuery): Promise<ContentPage<Label>>;
  find(id: number): Promise<Label | undefined>;
  create(label: NewLabel): Promise<Label | 'taken'>;
  update(id: number, change: Omit<NewLabel, 'projectId'>): Promise<'updated' | 'absent' | 'taken'>;
  /** Off every manifest, too. */
  remove(id: number): Promise<boolean>;
  /** Only a label of the manifest's project or of the whole registry can be put on it; any other is `absent`. */
  attach(labelId: number, manifestId: number): Promise<'attached' | 'attached before' | 'absent'>;
  detach(labelId: number, manifestId: number): Promise<boolean>;
}
