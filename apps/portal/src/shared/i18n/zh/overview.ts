import type { overviewTexts as english } from '../en/overview.ts';

export const overviewTexts: Readonly<Record<keyof typeof english, string>> = {
  'overview.used': '已用空间',
  'overview.ofLimit': '共 {{limit}}',
  'overview.noLimit': '没有上限',
  'overview.admins_one': '其中管理员 {{count}} 名',
  'overview.admins_other': '其中管理员 {{count}} 名',
  'overview.recent': '最近推送',
  'overview.all': '全部仓库',
  'overview.rules': '规则',
  'overview.noImmutable': '所有标签都可以移动。',
  'overview.immutable_one': '{{count}} 条规则禁止移动和删除标签。',
  'overview.immutable_other': '{{count}} 条规则禁止移动和删除标签。',
  'overview.noRetention': '不会自动删除任何内容。',
  'overview.retention_one': '{{count}} 条规则决定保留什么，其余按计划删除。',
  'overview.retention_other': '{{count}} 条规则决定保留什么，其余按计划删除。',
  'overview.retentionByHand_one': '{{count}} 条规则决定保留什么，其余在有人启动时删除。',
  'overview.retentionByHand_other': '{{count}} 条规则决定保留什么，其余在有人启动时删除。',
  'overview.look': '查看',
};
