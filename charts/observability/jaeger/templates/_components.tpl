{{/*
The components that the strategy asks for, as a list. Each is its values merged over those that all components share, and says what it does:
`receives` spans by otlp or kafka, `writes` them to storage or kafka, and `queries` the storage; what it does not do is empty.
*/}}
{{- define "jaeger.components" -}}
{{- $jaeger := .Values.jaeger -}}
{{- $kafka := $jaeger.kafka.enabled -}}
{{- $roles := list -}}
{{- if eq $jaeger.spec.strategy "allInOne" -}}
{{- $roles = append $roles (dict "key" "allInOne" "slug" "all-in-one" "receives" "otlp" "writes" "storage" "queries" true) -}}
{{- else -}}
{{- $roles = append $roles (dict "key" "collector" "slug" "collector" "receives" "otlp" "writes" ($kafka | ternary "kafka" "storage") "queries" false) -}}
{{- if $kafka -}}
{{- $roles = append $roles (dict "key" "ingester" "slug" "ingester" "receives" "kafka" "writes" "storage" "queries" false) -}}
{{- end -}}
{{- $roles = append $roles (dict "key" "query" "slug" "query" "receives" "" "writes" "" "queries" true) -}}
{{- end -}}
{{- $shared := pick $jaeger "image" "options" "config" "pod" -}}
{{- $components := list -}}
{{- range $jaeger.enabled | ternary $roles list -}}
{{- $components = append $components (mustMergeOverwrite (deepCopy $shared) (deepCopy (get $jaeger .key)) .) -}}
{{- end -}}
{{- toYaml $components -}}
{{- end }}

{{/* Whether there may be more than one pod of a component. */}}
{{- define "jaeger.component.isMany" -}}
{{- if or (gt (int .replicas) 1) .autoscaling.enabled -}}true{{- end -}}
{{- end }}

{{/* Whether the storage lives in the one process that has it. */}}
{{- define "jaeger.storage.isInProcess" -}}
{{- if has .Values.jaeger.storage.type (list "memory" "badger") -}}true{{- end -}}
{{- end }}

{{/* Where Spark sends its spans. */}}
{{- define "jaeger.otlp.url" -}}
{{- printf "%s://%s-collector.%s:4318" (.Values.jaeger.otlp.tls.enabled | ternary "https" "http") (include "jaeger.fullname" .) .Release.Namespace -}}
{{- end }}

{{/* Where the UI and the API are. */}}
{{- define "jaeger.query.url" -}}
{{- printf "%s://%s-query.%s:16686%s" (.Values.jaeger.ui.tls.enabled | ternary "https" "http") (include "jaeger.fullname" .) .Release.Namespace (.Values.jaeger.ui.basePath | trimSuffix "/") -}}
{{- end }}

{{/* The bytes of a quantity such as 2Gi. */}}
{{- define "jaeger.bytes" -}}
{{- $quantity := toString . -}}
{{- $units := dict "" 1 "k" 1000 "M" 1000000 "G" 1000000000 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- $unit := regexFind "[A-Za-z]*$" $quantity -}}
{{- if not (hasKey $units $unit) }}{{ fail (printf "jaeger: cannot read the memory limit %q; write it with Mi or Gi" $quantity) }}{{ end -}}
{{- mulf (trimSuffix $unit $quantity | float64) (get $units $unit) | int64 -}}
{{- end }}
