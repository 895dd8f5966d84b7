export { type GarbageSeed, seedGarbage } from './seed-garbage.ts';
export { type RegistrySeed, SeedError, seedRegistry } from './seed-registry.ts';
export { seedTags, type TagSeed } from './seed-tags.ts';
