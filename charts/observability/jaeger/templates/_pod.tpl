{{- define "jaeger.pod.ports" -}}
{{- if eq .component.receives "otlp" }}
- {name: otlp-grpc, containerPort: 4317}
- {name: otlp-http, containerPort: 4318}
{{- end }}
{{- if .component.queries }}
- {name: query-grpc, containerPort: 16685}
- {name: query-http, containerPort: 16686}
{{- end }}
- {name: health, containerPort: 13133}
{{- if eq (index .component.options "metrics-backend") "prometheus" }}
- {name: metrics, containerPort: 8888}
{{- end }}
{{- if and .root.Values.jaeger.spm.enabled (eq .component.receives "otlp") }}
- {name: spanmetrics, containerPort: 8889}
{{- end }}
{{- end }}

{{/* A request of Jaeger's health, with the probe's own settings. */}}
{{- define "jaeger.pod.probe" -}}
{{- mustMergeOverwrite (dict "httpGet" (dict "path" "/status" "port" "health")) . | toYaml -}}
{{- end }}

{{- define "jaeger.pod.env" -}}
{{- $jaeger := .root.Values.jaeger -}}
{{- $limits := .component.resources.limits | default dict -}}
{{- with $limits.memory -}}
# Go collects its garbage before Kubernetes ends the process.
- {name: GOMEMLIMIT, value: "{{ mulf (include "jaeger.bytes" . | float64) 0.8 | int64 }}"}
{{- end }}
{{- $storage := get $jaeger.storage $jaeger.storage.type -}}
{{- if or (eq .component.writes "storage") .component.queries -}}
{{- include "jaeger.pod.credentials" (dict "prefix" "STORAGE" "secret" $storage.existingSecret) }}
{{- end }}
{{- if has "kafka" (list .component.receives .component.writes) -}}
{{- include "jaeger.pod.credentials" (dict "prefix" "KAFKA" "secret" $jaeger.kafka.existingSecret) }}
{{- end }}
{{- with .component.pod.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "jaeger.pod.credentials" -}}
{{- if .secret }}
- name: {{ .prefix }}_USERNAME
  valueFrom: {secretKeyRef: {name: {{ .secret }}, key: username}}
- name: {{ .prefix }}_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ .secret }}, key: password}}
{{- end }}
{{- end }}

{{/* The volumes of a component, each with the path that it is mounted at. Whole directories, so that changes reach the pod. */}}
{{- define "jaeger.pod.volumes" -}}
{{- $jaeger := .root.Values.jaeger -}}
{{- $component := .component -}}
{{- $fullname := include "jaeger.fullname" .root -}}
{{- $usesStorage := or (eq $component.writes "storage") $component.queries -}}
{{- $receivesOtlp := eq $component.receives "otlp" -}}
- path: /etc/jaeger/config
  volume: {name: config, configMap: {name: {{ include "jaeger.component.fullname" . }}}}
- path: /tmp
  writable: true
  volume: {name: tmp, emptyDir: {}}
{{- if $component.queries }}
- path: /etc/jaeger/ui
  volume: {name: ui, configMap: {name: {{ $fullname }}-ui}}
{{- end }}
{{- if eq $jaeger.storage.type "badger" }}
- path: /badger
  writable: true
  volume: {name: badger, persistentVolumeClaim: {claimName: {{ $jaeger.storage.badger.persistence.existingClaim | default (printf "%s-badger" $fullname) }}}}
{{- end }}
{{- if $receivesOtlp }}
{{- include "jaeger.pod.secretVolumes" (dict "name" "otlp" "tls" $jaeger.otlp.tls "basicAuth" $jaeger.otlp.basicAuth) }}
{{- end }}
{{- if $component.queries }}
{{- include "jaeger.pod.secretVolumes" (dict "name" "ui" "tls" $jaeger.ui.tls "basicAuth" $jaeger.ui.basicAuth) }}
{{- end }}
{{- if $usesStorage }}
{{- include "jaeger.pod.secretVolumes" (dict "name" "storage" "tls" ((get $jaeger.storage $jaeger.storage.type).tls | default dict)) }}
{{- end }}
{{- if has "kafka" (list $component.receives $component.writes) }}
{{- include "jaeger.pod.secretVolumes" (dict "name" "kafka" "tls" $jaeger.kafka.tls) }}
{{- end }}
{{- end }}

{{- define "jaeger.pod.secretVolumes" -}}
{{- if and .tls.enabled .tls.existingSecret }}
- path: /etc/jaeger/tls/{{ .name }}
  volume: {name: tls-{{ .name }}, secret: {secretName: {{ .tls.existingSecret }}}}
{{- end }}
{{- if (.basicAuth | default dict).existingSecret }}
- path: /etc/jaeger/auth/{{ .name }}
  volume: {name: auth-{{ .name }}, secret: {secretName: {{ .basicAuth.existingSecret }}}}
{{- end }}
{{- end }}
