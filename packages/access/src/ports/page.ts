export interface PageRequest {
  /** From 1. */
  readonly page: number;
  /** 1 to 100. */
  readonly pageSize: number;
  /** Listed fields only; the port's adapter refuses others at compile time by its own union. */
  readonly sort?: readonly SortKey[];
}

export interface SortKey {
  readonly field: string;
  readonly descending: boolean;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}
