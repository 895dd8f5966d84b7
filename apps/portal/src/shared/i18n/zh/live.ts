import type { liveTexts as english } from '../en/live.ts';

export const liveTexts: Readonly<Record<keyof typeof english, string>> = {
  'live.pushing': '{{name}} 正在推送到 {{repository}}',
  'live.ended': '{{name}} 推送到了 {{repository}}',
  'live.close': '关闭此次推送的视图',
  'live.layer': '第 {{number}} 部分',
  'live.uploading': '接收中',
  'live.stored': '已存储',
  'live.mounted': '取自其他镜像仓库，无需上传',
  'live.present': '已存在，无需上传',
  'live.refused': '被拒绝',
  'live.rate': '{{bytes}}/秒',
  'live.totals': '上传 {{sent}}，因已存在的内容节省 {{saved}}',
  'live.accepted': '已接受：{{names}}',
  'live.refusedTitle': '服务器拒绝了推送',
};
