import type { RequestHandler } from 'express';
import { isIPv6 } from 'node:net';
import type { OriginOf } from './forwarded.ts';

const STYLE = `
:root{color-scheme:light dark;--ink:#1b2530;--paper:#fbfcfd;--line:#d5dce3;--code:#eef2f5}
@media (prefers-color-scheme:dark){:root{--ink:#dde5ec;--paper:#141a20;--line:#34404b;--code:#1f2830}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,sans-serif}
main{max-width:44rem;margin:0 auto;padding:3rem 1.25rem}
h1{font-size:1.75rem;margin:0 0 1rem}
section+section{border-top:1px solid var(--line);margin-top:2rem;padding-top:2rem}
pre{background:var(--code);border-radius:6px;padding:.9rem 1rem;overflow-x:auto;font:14px/1.7 ui-monospace,monospace}
`;

/** Only our own style, nothing else: no script, no frame, no form, no other origin. `sha256-` is filled in by the caller. */
export const WELCOME_STYLE = STYLE;

/** `GET /`: how to log in, push and pull here, with the host the reader typed. English and Chinese. */
export function welcome(originOf: OriginOf, externalUrl: string | undefined): RequestHandler {
  return (request, response) => {
    const host = externalUrl?.replace(/^https?:\/\//, '') ?? originOf(request).host ?? localHost(request.socket);
    response.type('html').set('cache-control', 'no-cache').send(page(host));
  };
}

function localHost(socket: { readonly localAddress?: string | undefined; readonly localPort?: number | undefined }): string {
  const address = socket.localAddress ?? '127.0.0.1';
  return `${isIPv6(address) ? `[${address}]` : address}:${socket.localPort ?? 8080}`;
}

function page(host: string): string {
  const commands = `docker login ${host}
docker tag nginx:latest ${host}/demo/nginx:latest
docker push ${host}/demo/nginx:latest
docker pull ${host}/demo/nginx:latest`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Berth</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Berth</h1>
<section>
<p>This is a private registry for container images. Log in, then push and pull:</p>
<pre>${commands}</pre>
<p>The first push to a project that does not exist creates it, private. The first user is <code>admin</code>; its password was set or generated when this server started for the first time.</p>
</section>
<section lang="zh-CN">
<p>这是一个私有容器镜像仓库。登录后即可推送和拉取：</p>
<pre>${commands}</pre>
<p>首次推送到不存在的项目时会自动创建该项目（私有）。第一个用户是 <code>admin</code>，其密码在本服务器首次启动时设置或生成。</p>
</section>
</main>
</body>
</html>
`;
}
