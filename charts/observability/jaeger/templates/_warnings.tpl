{{/* What works, but should be known. */}}
{{- define "jaeger.warnings" -}}
{{- $jaeger := .Values.jaeger -}}
{{- if eq $jaeger.storage.type "memory" }}
- >-
  traces are kept in memory: the newest {{ int64 $jaeger.storage.memory.maxTraces }}, and none after a restart.
  {{- with ($jaeger.allInOne.resources.limits | default dict).memory }}
  When they need more than {{ . }} of memory, the pod is started again.
  {{- else }}
  There is no memory limit: they can take all of the node's.
  {{- end }}
  Another storage, or a lower jaeger.storage.memory.maxTraces, is for more than a look.
{{- end }}
{{- range include "jaeger.components" . | fromYamlArray }}
{{- if eq .image.tag "latest" }}
- "{{ .key }}: the image's tag is latest: which Jaeger runs depends on when a node pulled it. Leave the tag out, or name a version."
{{- end }}
{{- end }}
{{- range $key, $value := $jaeger.spark.otel.sparkConfig }}
{{- if regexMatch "SparkSessionExtension\\b|OtelQueryExecutionListener|otel\\.traces\\.exporter=jaeger" (toString $value) }}
- "jaeger.spark.otel.sparkConfig: {{ $key }} names what does not exist, or exists no more; the plugin in spark.plugins is all that tracing needs."
{{- end }}
{{- end }}
{{- end }}
