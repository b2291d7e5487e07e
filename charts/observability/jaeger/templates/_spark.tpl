{{/* Properties that trace a Spark application into this Jaeger, and the user's own. */}}
{{- define "jaeger.spark.properties" -}}
{{- $otel := .Values.jaeger.spark.otel -}}
{{- $plugins := list -}}
{{- range splitList "," (get $otel.sparkConfig "spark.plugins" | default "") -}}
{{- with trim . }}{{ $plugins = append $plugins . }}{{ end -}}
{{- end -}}
{{- $properties := dict
  "spark.sparkspan.endpoint" ($otel.endpoint | default (include "jaeger.otlp.url" .))
  "spark.sparkspan.trace.sql" $otel.traceSql
  "spark.sparkspan.trace.shuffle" $otel.traceShuffle
-}}
{{- if eq $otel.sampler.type "probabilistic" -}}
{{- $_ := set $properties "spark.sparkspan.sampler" "parentbased_traceidratio" -}}
{{- $_ := set $properties "spark.sparkspan.sampler.ratio" $otel.sampler.param -}}
{{- else -}}
{{- $_ := set $properties "spark.sparkspan.sampler" (gt ($otel.sampler.param | float64) 0.0 | ternary "always_on" "always_off") -}}
{{- end -}}
{{- with .Values.jaeger.spark.historyServer.url -}}
{{- $_ := set $properties "spark.sparkspan.historyServer.url" . -}}
{{- end -}}
{{- $properties = mustMergeOverwrite $properties (deepCopy $otel.sparkConfig) -}}
{{- $_ := set $properties "spark.plugins" (append $plugins "io.sparkspan.SparkspanPlugin" | uniq | join ",") -}}
{{- range $key, $value := $properties }}
{{ $key }}: {{ toString $value | quote }}
{{- end }}
{{- end }}
