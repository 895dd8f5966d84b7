export { type ContentStores, createContentStores } from './content-stores.ts';
