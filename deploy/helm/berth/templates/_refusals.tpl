{{/* Combinations that render but do not work, each refused by a sentence: what is wrong, and what to set. */}}
{{- define "berth.refuse" -}}
{{- $volume := .Values.persistence.persistentVolumeClaim.registry -}}
{{- $s3 := .Values.persistence.imageStorage.s3 -}}
{{- if not .Values.externalURL -}}
{{- fail "externalURL is missing. Set it to the address that clients use, such as https://registry.example.com." -}}
{{- end -}}
{{- if not (regexMatch "^https?://[^/?#@]+$" .Values.externalURL) -}}
{{- fail (printf "externalURL is %q. Give scheme, host and port only, such as https://registry.example.com: a registry cannot live below a path." .Values.externalURL) -}}
{{- end -}}
{{- if not (regexMatch "^(localhost|\\[.*\\]|.*[.].*|.*:[0-9]+)$" (include "berth.host" .)) -}}
{{- fail (printf "The host of externalURL, %s, has no dot and no port: docker takes %s/app for an image of Docker Hub. Give a name with a dot, or write the port." (include "berth.host" .) (include "berth.host" .)) -}}
{{- end -}}
{{- if and .Values.expose.tls.enabled (hasPrefix "http:" .Values.externalURL) -}}
{{- fail "expose.tls is enabled, but externalURL begins with http:. Write https:, or set expose.tls.enabled=false." -}}
{{- end -}}
{{- if and (include "berth.ownTLS" .) (ne .Values.expose.tls.certSource "secret") -}}
{{- fail (printf "With expose.type=%s Berth serves TLS itself and needs a certificate: set expose.tls.certSource=secret and expose.tls.secret.secretName, or expose.tls.enabled=false." .Values.expose.type) -}}
{{- end -}}
{{- if and .Values.expose.tls.enabled (eq .Values.expose.tls.certSource "secret") (not .Values.expose.tls.secret.secretName) -}}
{{- fail "expose.tls is enabled, but no certificate is named. Set expose.tls.secret.secretName to a secret of type kubernetes.io/tls (`berth cert` makes certificates: kubectl create secret tls NAME --cert=server.crt --key=server.key); with ingress, certSource=none takes the controller's." -}}
{{- end -}}
{{- if not .Values.database.existingSecret -}}
{{- fail "database.existingSecret is missing. Berth needs a Postgres: put its URL into a secret (kubectl create secret generic berth-database --from-file=url=FILE) and name that." -}}
{{- end -}}
{{- if include "berth.onS3" . -}}
{{- if not $s3.bucket -}}
{{- fail "persistence.imageStorage.type is s3, but persistence.imageStorage.s3.bucket is missing. Name the bucket." -}}
{{- end -}}
{{- end -}}
{{- if and (gt (int .Values.replicas) 1) (not (include "berth.shared" .)) -}}
{{- fail (printf "replicas is %d, but the images are on a disk that one node at a time can use. Set persistence.imageStorage.type=s3, or persistence.persistentVolumeClaim.registry.accessMode=ReadWriteMany on a class that offers it, or replicas=1." (int .Values.replicas)) -}}
{{- end -}}
{{- if not (include "berth.onVolume" .) -}}
{{- if not .Values.existingSecretSecretKey -}}
{{- fail "existingSecretSecretKey is missing. Without a volume a generated key would be lost with the pod, and with it every secret in the database: kubectl create secret generic berth-secret-key --from-literal=secretKey=\"$(openssl rand -base64 32)\", and keep a copy." -}}
{{- end -}}
{{- if not .Values.existingSecretAdminPassword -}}
{{- fail "existingSecretAdminPassword is missing. Without a volume a generated first password would be lost with the pod: name a secret with the key HARBOR_ADMIN_PASSWORD." -}}
{{- end -}}
{{- end -}}
{{- if and (gt (int .Values.replicas) 1) (not .Values.existingSecretSecretKey) -}}
{{- fail "existingSecretSecretKey is missing. Several replicas need one key: kubectl create secret generic berth-secret-key --from-literal=secretKey=\"$(openssl rand -base64 32)\", and keep a copy." -}}
{{- end -}}
{{- end -}}
