/** Why a job or a run ended early, and what the check of the audit log found. Words of other programs are quoted as they are. */
export const workRefusals: Readonly<Record<string, string>> = {
  'audit-head-absent': '没有哈希为 {{head}} 的封条：自记下该哈希以来，日志被截断或重写。',
  'audit-record-changed': '记录 {{first}} 到 {{last}} 之间有记录在封存之后被更改。',
  'audit-records-count': '记录 {{first}} 到 {{last}} 封存时有 {{sealed}} 条，现有 {{there}} 条。',
  'audit-seal-before': '封条 {{seal}}（记录 {{first}} 到 {{last}}）与前一封条不相接：有封条被更改或删除。',
  'audit-seal-changed': '封条 {{seal}}（记录 {{first}} 到 {{last}}）在生成之后被更改。',
  'audit-seal-gap': '封条 {{seal}}（记录 {{first}} 到 {{last}}）的起点不在前一封条的终点。',
  'job-content-damaged': '存储中有内容缺失或损坏，重新推送即可修复。服务器原文：{{words}}',
  'job-database-failed': '数据库出错或没有响应，稍后会自动重试。服务器原文：{{words}}',
  'job-failed': '执行失败，稍后会自动重试。服务器原文：{{words}}',
  'job-storage-failed': '存储出错，稍后会自动重试。服务器原文：{{words}}',
  'job-storage-full': '存储空间不足，此前保存的内容不受影响。请腾出空间，稍后会自动重试。服务器原文：{{words}}',
  'retention-ended-early': '执行提前结束，此前删除的内容在回收站中。服务器原文：{{words}}',
};
