{{/* The configuration of a component's Jaeger: the generated one, and the user's merged over it. */}}
{{- define "jaeger.config" -}}
{{- $generated := include "jaeger.config.generated" . | fromYaml -}}
{{- if hasKey $generated "Error" }}{{ fail $generated.Error }}{{ end -}}
{{- $config := mustMergeOverwrite $generated (deepCopy .component.config) -}}
{{- if not (has "healthcheckv2" $config.service.extensions) -}}
{{- fail "jaeger.config: service.extensions lacks healthcheckv2, without which no pod gets ready; a list replaces the generated one, so name all of it" -}}
{{- end -}}
{{- toYaml $config -}}
{{- end }}

{{/*
An address without a host is every address of the pod, by IPv4 and IPv6; Jaeger's own default is mostly localhost, which no probe and no Service
reaches.
*/}}
{{- define "jaeger.config.generated" -}}
{{- $jaeger := .root.Values.jaeger -}}
{{- $component := .component -}}
{{- $usesStorage := or (eq $component.writes "storage") $component.queries -}}
{{- $receivesOtlp := eq $component.receives "otlp" -}}
{{- $countsSpans := and $jaeger.spm.enabled $receivesOtlp -}}
{{- /*
The memory limiter refuses spans when memory is short. The memory store gives memory back only when new spans push old ones out, so that there the
limiter would never let go. Between Kafka and the storage are no batches: a message is marked once a batch holds it, and would be lost with the pod.
*/ -}}
{{- $limitsMemory := and $component.receives (ne $jaeger.storage.type "memory") -}}
service:
  extensions:
    - healthcheckv2
    {{- if $usesStorage }}
    - jaeger_storage
    {{- end }}
    {{- if $component.queries }}
    - jaeger_query
    {{- end }}
    {{- if and $receivesOtlp $jaeger.otlp.basicAuth.existingSecret }}
    - basicauth/otlp
    {{- end }}
    {{- if and $component.queries $jaeger.ui.basicAuth.existingSecret }}
    - basicauth/ui
    {{- end }}
  pipelines:
    traces:
      receivers:
        - {{ $component.receives | default "nop" }}
      processors:
        {{- if $limitsMemory }}
        - memory_limiter
        {{- end }}
        {{- if $receivesOtlp }}
        - batch
        {{- end }}
      exporters:
        {{- if eq $component.writes "storage" }}
        - jaeger_storage_exporter
        {{- else }}
        - {{ $component.writes | default "nop" }}
        {{- end }}
        {{- if $countsSpans }}
        - spanmetrics
        {{- end }}
    {{- if $countsSpans }}
    metrics/spanmetrics:
      receivers: [spanmetrics]
      exporters: [prometheus]
    {{- end }}
  telemetry:
    resource:
      service.name: {{ include "jaeger.component.fullname" . }}
    logs:
      level: {{ index $component.options "log-level" }}
    metrics:
      {{- if eq (index $component.options "metrics-backend") "prometheus" }}
      level: detailed
      readers:
        - pull:
            exporter:
              prometheus:
                host: ""
                port: 8888
      {{- else }}
      level: none
      {{- end }}

extensions:
  healthcheckv2:
    use_v2: true
    http:
      endpoint: ":13133"
  {{- if $usesStorage }}
  jaeger_storage:
    backends:
      primary:
        {{- include "jaeger.config.storage" .root | nindent 8 }}
    {{- if and $jaeger.spm.enabled $component.queries }}
    metric_backends:
      spanmetrics:
        prometheus:
          endpoint: {{ $jaeger.spm.prometheusUrl }}
          normalize_calls: true
          normalize_duration: true
    {{- end }}
  {{- end }}
  {{- if $component.queries }}
  jaeger_query:
    storage:
      traces: primary
      {{- if $jaeger.spm.enabled }}
      metrics: spanmetrics
      {{- end }}
    base_path: {{ $jaeger.ui.basePath }}
    ui:
      config_file: /etc/jaeger/ui/ui.json
    # Its own traces would show among those of Spark.
    enable_tracing: false
    http:
      endpoint: ":16686"
      {{- include "jaeger.config.server" (dict "server" $jaeger.ui "name" "ui") | nindent 6 }}
    grpc:
      endpoint: ":16685"
      {{- include "jaeger.config.server" (dict "server" $jaeger.ui "name" "ui") | nindent 6 }}
    {{- if $jaeger.multiTenancy.enabled }}
    multi_tenancy:
      {{- toYaml $jaeger.multiTenancy | nindent 6 }}
    {{- end }}
  {{- end }}
  {{- if and $receivesOtlp $jaeger.otlp.basicAuth.existingSecret }}
  basicauth/otlp:
    htpasswd: {file: /etc/jaeger/auth/otlp/htpasswd}
  {{- end }}
  {{- if and $component.queries $jaeger.ui.basicAuth.existingSecret }}
  basicauth/ui:
    htpasswd: {file: /etc/jaeger/auth/ui/htpasswd}
  {{- end }}

receivers:
  {{- if $receivesOtlp }}
  otlp:
    protocols:
      grpc:
        endpoint: ":4317"
        max_recv_msg_size_mib: {{ $jaeger.otlp.maxMessageSizeMiB }}
        {{- include "jaeger.config.server" (dict "server" $jaeger.otlp "name" "otlp") | nindent 8 }}
      http:
        endpoint: ":4318"
        {{- include "jaeger.config.server" (dict "server" $jaeger.otlp "name" "otlp") | nindent 8 }}
  {{- else if $component.receives }}
  kafka:
    {{- include "jaeger.config.kafka" $jaeger.kafka | nindent 4 }}
    traces:
      topics: [{{ $jaeger.kafka.topic }}]
      encoding: otlp_proto
    group_id: {{ $jaeger.kafka.consumerGroup }}
    initial_offset: earliest
    # What the storage did not take is read again, when it does.
    message_marking: {after: true, on_error: false}
  {{- else }}
  nop: {}
  {{- end }}

processors:
  {{- if eq $component.writes "kafka" }}
  # A batch is a message, of which Kafka takes 1 MB: spans with plans and statements may have 8 kB each.
  batch: {send_batch_size: 128, send_batch_max_size: 128}
  {{- else if $receivesOtlp }}
  batch: {}
  {{- end }}
  {{- if $limitsMemory }}
  memory_limiter: {check_interval: 1s, limit_percentage: 80, spike_limit_percentage: 20}
  {{- end }}
{{- if $countsSpans }}

connectors:
  spanmetrics:
    metrics_flush_interval: 15s
{{- end }}

exporters:
  {{- if eq $component.writes "storage" }}
  jaeger_storage_exporter:
    trace_storage: primary
    # Without, Jaeger gives up at once when the storage is away. What comes from Kafka is tried for ever: the receiver would stop reading for good.
    retry_on_failure:
      enabled: true
      initial_interval: 1s
      {{- if eq $component.receives "kafka" }}
      max_elapsed_time: 0s
      {{- end }}
  {{- else if $component.writes }}
  kafka:
    {{- include "jaeger.config.kafka" $jaeger.kafka | nindent 4 }}
    traces:
      topic: {{ $jaeger.kafka.topic }}
      encoding: otlp_proto
  {{- else }}
  nop: {}
  {{- end }}
  {{- if $countsSpans }}
  prometheus:
    endpoint: ":8889"
  {{- end }}
{{- end }}

{{/* TLS and authentication of a server. */}}
{{- define "jaeger.config.server" -}}
{{- if .server.tls.enabled }}
tls:
  cert_file: /etc/jaeger/tls/{{ .name }}/tls.crt
  key_file: /etc/jaeger/tls/{{ .name }}/tls.key
  {{- if .server.tls.verifyClients }}
  client_ca_file: /etc/jaeger/tls/{{ .name }}/ca.crt
  {{- end }}
  reload_interval: 1m
{{- end }}
{{- if .server.basicAuth.existingSecret }}
auth:
  authenticator: basicauth/{{ .name }}
{{- end }}
{{- end }}

{{/* TLS of a client. */}}
{{- define "jaeger.config.client" -}}
tls:
  {{- if not .tls.enabled }}
  insecure: true
  {{- else }}
  insecure: false
  {{- if .tls.existingSecret }}
  ca_file: /etc/jaeger/tls/{{ .name }}/ca.crt
  reload_interval: 1m
  {{- end }}
  {{- if .tls.clientCertificate }}
  cert_file: /etc/jaeger/tls/{{ .name }}/tls.crt
  key_file: /etc/jaeger/tls/{{ .name }}/tls.key
  {{- end }}
  {{- end }}
{{- end }}

{{- define "jaeger.config.kafka" -}}
brokers: {{ toJson .brokers }}
{{- if .existingSecret }}
auth:
  sasl:
    mechanism: {{ .saslMechanism }}
    username: ${env:KAFKA_USERNAME}
    password: ${env:KAFKA_PASSWORD}
{{- end }}
{{- if .tls.enabled }}
{{ include "jaeger.config.client" (dict "tls" .tls "name" "kafka") }}
{{- end }}
{{- end }}

{{/* The one backend of the chosen type. */}}
{{- define "jaeger.config.storage" -}}
{{- $type := .Values.jaeger.storage.type -}}
{{- $storage := get .Values.jaeger.storage $type -}}
{{ $type }}:
{{- if eq $type "memory" }}
  max_traces: {{ int64 $storage.maxTraces }}
{{- else if eq $type "badger" }}
  directories: {keys: /badger/keys, values: /badger/values}
  ephemeral: false
  ttl: {spans: {{ $storage.ttl }}}
{{- else if eq $type "cassandra" }}
  schema:
    keyspace: {{ $storage.keyspace }}
    create: {{ $storage.createSchema }}
    datacenter: {{ $storage.datacenter }}
    replication_factor: {{ $storage.replicationFactor }}
    trace_ttl: {{ $storage.ttl }}
    dependencies_ttl: {{ $storage.ttl }}
  connection:
    servers: {{ toJson $storage.servers }}
    local_dc: {{ $storage.datacenter }}
    {{- include "jaeger.config.credentials" $storage | nindent 4 }}
    {{- include "jaeger.config.client" (dict "tls" $storage.tls "name" "storage") | nindent 4 }}
{{- else if has $type (list "elasticsearch" "opensearch") }}
  server_urls: {{ toJson $storage.urls }}
  indices:
    index_prefix: {{ $storage.indexPrefix | quote }}
  {{- include "jaeger.config.credentials" $storage | nindent 2 }}
  {{- if $storage.tls.enabled }}
  {{- include "jaeger.config.client" (dict "tls" $storage.tls "name" "storage") | nindent 2 }}
  {{- end }}
{{- else if eq $type "clickhouse" }}
  addresses: {{ toJson $storage.addresses }}
  database: {{ $storage.database }}
  create_schema: {{ $storage.createSchema }}
  {{- include "jaeger.config.credentials" $storage | nindent 2 }}
{{- else if eq $type "grpc" }}
  endpoint: {{ $storage.endpoint }}
  {{- include "jaeger.config.client" (dict "tls" $storage.tls "name" "storage") | nindent 2 }}
  {{- if .Values.jaeger.multiTenancy.enabled }}
  multi_tenancy:
    {{- toYaml .Values.jaeger.multiTenancy | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Who the storage takes Jaeger for; the variables come from the Secret. */}}
{{- define "jaeger.config.credentials" -}}
{{- if .existingSecret -}}
auth:
  basic:
    username: ${env:STORAGE_USERNAME}
    password: ${env:STORAGE_PASSWORD}
{{- end -}}
{{- end }}
