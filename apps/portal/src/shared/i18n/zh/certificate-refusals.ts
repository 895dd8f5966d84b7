/** Why names or a signing request get no certificate. */
export const certificateRefusals: Readonly<Record<string, string>> = {
  'certificate-name-invalid': '"{{value}}" 不是 DNS 名称、IP 地址、URI 或电子邮件地址。未签发任何证书。',
  'certificate-name-kind': '"{{value}}" 与前缀声明的类型不符：请去掉前缀。未签发任何证书。',
  'certificate-name-port': '"{{value}}" 带有端口。证书中的名称不含端口，对所有端口有效：请写 {{name}}。未签发任何证书。',
  'certificate-name-slash':
    '"{{value}}" 既不是主机名也不是完整的 URI（证书中不能写 10.0.0.0/8 这样的网段）：请逐个写出主机。未签发任何证书。',
  'certificate-not-email': '"{{value}}" 看起来像电子邮件地址，但不是。未签发任何证书。',
  'certificate-not-ipv4': '"{{value}}" 看起来像 IPv4 地址，但不是：地址由四个 0 到 255 的数字组成。未签发任何证书。',
  'certificate-not-uri': '"{{value}}" 看起来像 URI，但不是。未签发任何证书。',
  'certificate-pem-base64': '第 {{line}} 行开始的 PEM 块 "{{label}}" 不是有效的 base64：请重新完整复制文件。未签发任何证书。',
  'certificate-pem-cut': '第 {{line}} 行开始的 PEM 块 "{{label}}" 没有对应的 END 行：文件不完整，或混入了其他文件。未签发任何证书。',
  'certificate-request-format': '内容不是证书签名请求（PKCS#10）。未签发任何证书。',
  'certificate-request-missing': '文本中没有 "BEGIN CERTIFICATE REQUEST" 块。未签发任何证书。',
  'certificate-request-names': '请求中没有主机名：既没有 SAN，也没有通用名称。未签发任何证书。',
  'certificate-request-signature': '签名请求自身的签名错误：它在生成后被更改，或不是用其密钥生成的。未签发任何证书。',
  'certificate-request-size': '签名请求超过 {{most}} KiB。未签发任何证书。',
  'certificate-request-unreadable': '无法读取签名请求。未签发任何证书。',
  'certificate-wildcard': '"{{value}}"：通配符只能单独作为第一段，且只覆盖一级，例如 *.example.com。未签发任何证书。',
};
