import type { dashboardTexts as english } from '../en/dashboard.ts';

export const dashboardTexts: Readonly<Record<keyof typeof english, string>> = {
  'dashboard.title': '概览',
  'dashboard.projects': '项目',
  'dashboard.repositories': '镜像仓库',
  'dashboard.visible': '您可以查看的',
  'dashboard.logical': '各项目合计',
  'dashboard.logicalHelp': '各项目所含内容之和',
  'dashboard.physical': '实际存储',
  'dashboard.physicalHelp': '每个层只存一份',
  'dashboard.saved': '共享层节省',
  'dashboard.savedHelp': '占项目内容的 {{percent}} %',
  'dashboard.free': '存储剩余空间',
  'dashboard.freeHelp': '总计 {{total}}',
  'dashboard.recent': '最近变更的镜像仓库',
  'dashboard.noRecent': '还没有推送任何内容。',
  'dashboard.warnings': '需要注意',
  'dashboard.sick': '{{name}} 异常：{{reason}}',
  'dashboard.certificateEnds': 'TLS 证书将于 {{date}} 到期。',
  'dashboard.certificateWrong': '客户端拒绝或即将拒绝 TLS 证书。',
  'dashboard.quotaFull': '项目 {{name}} 已使用配额的 {{percent}} %。',
};
