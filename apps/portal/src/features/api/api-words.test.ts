import { openApiDocument } from '@berth/api-contract/openapi';
import { expect, it } from 'vitest';
import { fill } from '../../shared/i18n/fill.ts';
import { apiReferenceTexts } from '../../shared/i18n/zh/api-reference.ts';
import { parseApiDocument, searchOperations } from './api-document.ts';
import { documentInWords } from './api-words.ts';

const english = parseApiDocument(openApiDocument({ version: '1.0.0' }));
const chinese = documentInWords((key) => fill(apiReferenceTexts, key, { language: 'zh', values: {} }), english);

it('has a Chinese text for every operation and status, and none for what is not there', () => {
  const ids = english.operations.map(({ id }) => `operation.${id}`);
  const statuses = english.operations.flatMap(({ answers }) => answers.map(({ status }) => `answer.${status}`));
  expect(Object.keys(apiReferenceTexts).toSorted()).toEqual([...new Set([...ids, ...statuses])].toSorted());
});

it('is told in Chinese, and found by both languages', () => {
  for (const text of ['创建项目', 'create a project'])
    expect(
      searchOperations(chinese.operations, text).map(({ id }) => id),
      text,
    ).toContain('createProject');
  const found = chinese.operations.find(({ id }) => id === 'createProject');
  expect(found?.summary).toBe('创建项目；调用者成为其管理员。');
  expect(found?.answers.find(({ status }) => status === '409')?.description).toBe('已经存在。');
});

it('stays in English where it has no text', () => {
  expect(documentInWords((key) => key, english)).toEqual(english);
});
