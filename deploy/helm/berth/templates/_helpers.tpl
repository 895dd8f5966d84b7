{{- define "berth.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "berth.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "berth.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "berth.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "berth.selector" -}}
app.kubernetes.io/name: {{ include "berth.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "berth.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "berth.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "berth.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "berth.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "berth.serviceName" -}}
{{- $own := "" -}}
{{- if ne .Values.expose.type "ingress" -}}
{{- $own = (index .Values.expose .Values.expose.type).name -}}
{{- end -}}
{{- default (include "berth.fullname" .) $own -}}
{{- end -}}

{{- define "berth.claimName" -}}
{{- default (include "berth.fullname" .) .Values.persistence.persistentVolumeClaim.registry.existingClaim -}}
{{- end -}}

{{/* host[:port] that stands before image names. */}}
{{- define "berth.host" -}}
{{- (urlParse .Values.externalURL).host -}}
{{- end -}}

{{- define "berth.hostname" -}}
{{- regexReplaceAll ":[0-9]+$" (include "berth.host" .) "" -}}
{{- end -}}

{{/* "true" where it is so, else empty: conditions that several templates ask. */}}
{{- define "berth.onS3" -}}
{{- if eq .Values.persistence.imageStorage.type "s3" -}}true{{- end -}}
{{- end -}}

{{- define "berth.onVolume" -}}
{{- if not (include "berth.onS3" .) -}}true{{- end -}}
{{- end -}}

{{- define "berth.ownTLS" -}}
{{- if and .Values.expose.tls.enabled (ne .Values.expose.type "ingress") -}}true{{- end -}}
{{- end -}}

{{/* Two pods may be at work on the storage at the same time, so that a new one can be ready before the old one goes. */}}
{{- define "berth.shared" -}}
{{- if include "berth.onS3" . -}}true
{{- else if and (include "berth.onVolume" .) (eq .Values.persistence.persistentVolumeClaim.registry.accessMode "ReadWriteMany") -}}true
{{- end -}}
{{- end -}}

{{- define "berth.trustedProxies" -}}
{{- if .Values.trustedProxies -}}
{{- join "," .Values.trustedProxies -}}
{{- else if eq .Values.expose.type "ingress" -}}
10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7
{{- end -}}
{{- end -}}

{{- define "berth.backupPlace" -}}
{{- if .Values.upgradeBackup.place -}}
{{- .Values.upgradeBackup.place -}}
{{- else if include "berth.onS3" . -}}
{{- $s3 := .Values.persistence.imageStorage.s3 -}}
s3://{{ $s3.bucket }}/{{ with trimAll "/" $s3.rootdirectory }}{{ . }}/{{ end }}backups
{{- end -}}
{{- end -}}
