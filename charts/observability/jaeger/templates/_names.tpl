{{/* What the names of all objects begin with; short enough for the longest ending. */}}
{{- define "jaeger.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/* The name of a component's objects. */}}
{{- define "jaeger.component.fullname" -}}
{{- $fullname := include "jaeger.fullname" .root -}}
{{- eq .component.slug "all-in-one" | ternary $fullname (printf "%s-%s" $fullname .component.slug) -}}
{{- end }}

{{- define "jaeger.serviceAccountName" -}}
{{- $account := .Values.jaeger.serviceAccount -}}
{{- $account.name | default ($account.create | ternary (include "jaeger.fullname" .) "default") -}}
{{- end }}

{{/* What selects a release's pods; with a component, that component's. It must not change between versions. */}}
{{- define "jaeger.selectorLabels" -}}
app.kubernetes.io/name: {{ .root.Values.nameOverride | default .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "jaeger.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{ include "jaeger.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* A repository's name, in the registry that all images come from, if there is one. */}}
{{- define "jaeger.repository" -}}
{{- $parts := splitList "/" .repository -}}
{{- $hasRegistry := and (gt (len $parts) 1) (regexMatch "[.:]|^localhost$" (first $parts)) -}}
{{- if .registry -}}
{{- printf "%s/%s" .registry ($hasRegistry | ternary (rest $parts) $parts | join "/") -}}
{{- else -}}
{{- .repository -}}
{{- end -}}
{{- end }}

{{- define "jaeger.image" -}}
{{- $image := .component.image -}}
{{- $repository := include "jaeger.repository" (dict "registry" .root.Values.global.imageRegistry "repository" $image.repository) -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository ($image.tag | default .root.Chart.AppVersion) -}}
{{- end -}}
{{- end }}
