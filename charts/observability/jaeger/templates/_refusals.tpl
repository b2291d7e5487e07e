{{/* Values that cannot work are refused here, with what to do instead. */}}
{{- define "jaeger.refusals" -}}
{{- $jaeger := .Values.jaeger -}}
{{- $strategy := $jaeger.spec.strategy -}}
{{- $storage := $jaeger.storage.type -}}
{{- $inProcess := include "jaeger.storage.isInProcess" . -}}
{{- $components := include "jaeger.components" . | fromYamlArray -}}

{{- if $jaeger.agent.enabled -}}
{{- fail "jaeger.agent.enabled: Jaeger v2 has no agent; leave it false: applications send OTLP to the collector's Service, port 4317 or 4318" -}}
{{- end -}}

{{- $asked := list -}}
{{- range $components }}{{ $asked = append $asked .key }}{{ end -}}
{{- range $key := list "allInOne" "collector" "query" "ingester" -}}
{{- $enabled := (get $jaeger $key).enabled -}}
{{- if and (kindIs "bool" $enabled) (ne $enabled (has $key $asked)) -}}
{{- fail (printf "jaeger.%s.enabled: %t contradicts the strategy %s, which runs %s; leave it out, or set jaeger.spec.strategy (the ingester runs with jaeger.kafka.enabled, and jaeger.enabled=false installs nothing)" $key $enabled $strategy (join ", " $asked)) -}}
{{- end -}}
{{- end -}}

{{- range $components -}}
{{- if regexMatch "(^|/)jaeger(tracing/(all-in-one|jaeger-(agent|collector|ingester|query))$|-(agent|collector|ingester|query)$)" .image.repository -}}
{{- fail (printf "image %s: this is Jaeger v1, which has ended; all components of v2 are one image: leave the repository out, or use jaegertracing/jaeger" .image.repository) -}}
{{- end -}}
{{- if regexMatch "^v?1\\." .image.tag -}}
{{- fail (printf "image tag %s: this is Jaeger v1, which has ended; use a version from 2.13.0 on" .image.tag) -}}
{{- end -}}
{{- if and $inProcess (include "jaeger.component.isMany" .) -}}
{{- fail (printf "jaeger.%s: the storage %s is in one pod, and a second would not see its traces; use 1 replica without autoscaling, or another storage" .key $storage) -}}
{{- end -}}
{{- if and (or $jaeger.serviceMonitor.enabled $jaeger.prometheusRule.enabled) (ne (index .options "metrics-backend") "prometheus") -}}
{{- fail "jaeger.serviceMonitor and jaeger.prometheusRule need jaeger.options.metrics-backend: prometheus" -}}
{{- end -}}
{{- end -}}

{{- if and $inProcess (eq $strategy "production") -}}
{{- fail (printf "jaeger.storage.type: the strategy production has several pods, and the storage %s is in one; use allInOne, or a storage outside of the pods" $storage) -}}
{{- end -}}
{{- $required := dict "cassandra" "servers" "elasticsearch" "urls" "opensearch" "urls" "clickhouse" "addresses" "grpc" "endpoint" -}}
{{- with get $required $storage -}}
{{- if not (get (get $jaeger.storage $storage) .) -}}
{{- fail (printf "jaeger.storage.%s.%s: say where the storage is" $storage .) -}}
{{- end -}}
{{- end -}}

{{- if $jaeger.kafka.enabled -}}
{{- if ne $strategy "production" }}{{ fail "jaeger.kafka.enabled: Kafka stands between a collector and a storage; set jaeger.spec.strategy: production" }}{{ end -}}
{{- if not $jaeger.kafka.brokers }}{{ fail "jaeger.kafka.brokers: say where Kafka is" }}{{ end -}}
{{- end -}}

{{- range $name, $server := dict "otlp" $jaeger.otlp "ui" $jaeger.ui -}}
{{- if and $server.tls.enabled (not $server.tls.existingSecret) }}{{ fail (printf "jaeger.%s.tls.existingSecret: name the Secret with tls.crt and tls.key" $name) }}{{ end -}}
{{- end -}}

{{- if and $jaeger.spm.enabled (not $jaeger.spm.prometheusUrl) -}}
{{- fail "jaeger.spm.prometheusUrl: service performance monitoring reads its figures from a Prometheus; say where it is" -}}
{{- end -}}
{{- if and $jaeger.multiTenancy.enabled (ne $storage "grpc") -}}
{{- fail (printf "jaeger.multiTenancy.enabled: Jaeger v2 keeps no tenant with spans in the storage %s; install a release for each tenant, or use the storage grpc of a server that knows tenants" $storage) -}}
{{- end -}}
{{- if and $jaeger.ui.httpRoute.enabled (not $jaeger.ui.httpRoute.parentRefs) -}}
{{- fail "jaeger.ui.httpRoute.parentRefs: name the gateway" -}}
{{- end -}}

{{- $endpoint := $jaeger.spark.otel.endpoint -}}
{{- if or (contains ":14268" $endpoint) (contains "/api/traces" $endpoint) -}}
{{- fail (printf "jaeger.spark.otel.endpoint: %s is for Jaeger's own Thrift, which Spark's spans do not speak; leave it out, or use OTLP: http://HOST:4318" $endpoint) -}}
{{- end -}}
{{- end }}
