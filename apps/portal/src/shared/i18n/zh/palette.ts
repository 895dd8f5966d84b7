import type { paletteTexts as english } from '../en/palette.ts';

export const paletteTexts: Readonly<Record<keyof typeof english, string>> = {
  'palette.placeholder': '项目、镜像仓库、完整引用或摘要',
  'palette.nothing': '没有名称包含此内容。',
  'palette.hint': '请输入至少两个字符，或粘贴 host/project/app:tag。',
  'palette.projects': '项目',
  'palette.repositories': '镜像仓库',
  'palette.go': '前往',
  'palette.recent': '最近打开',
  'palette.pages': '页面',
  'palette.tags': '标签',
  'palette.digests': '摘要',
};
