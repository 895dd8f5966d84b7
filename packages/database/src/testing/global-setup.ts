import { type CreatedTemplate, createTemplate, type TemplateDatabase } from '@berth/testkit';
import type { TestProject } from 'vitest/node';
import { templateDriver } from './template-driver.ts';

declare module 'vitest' {
  interface ProvidedContext {
    berthTemplate: TemplateDatabase;
  }
}

let created: CreatedTemplate | undefined;

/** vitest's globalSetup: one Postgres and one migrated template for the whole run. */
export async function setup(project: TestProject): Promise<void> {
  created = await createTemplate(templateDriver);
  project.provide('berthTemplate', created.template);
}

export async function teardown(): Promise<void> {
  await created?.destroy();
}
