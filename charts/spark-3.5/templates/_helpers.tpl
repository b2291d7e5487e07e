{{/*
The helpers "spark.otel…" are for other charts too. They read .Values.appName, .Values.sparkConf, .Values.observability.tracing and .Values.sparkspan of
the chart that calls them; whatever is missing there has its default.
*/}}

{{/* The Spark properties of tracing, as YAML, joined with those of the same names in .Values.sparkConf; nothing while tracing is off. */}}
{{- define "spark.otelConfig" -}}
{{- $tracing := include "spark.tracingProperties" . | fromYaml }}
{{- $given := dict }}
{{- range $key, $value := .Values.sparkConf }}
{{- if hasKey $tracing $key }}
{{- $_ := set $given $key $value }}
{{- end }}
{{- end }}
{{- with $tracing }}
{{- include "spark.merge" (list $tracing $given) }}
{{- end }}
{{- end }}

{{/* The environment of a driver: who it is, whom it is called by, and what its exporter may not read from the configuration. */}}
{{- define "spark.otelDriverEnv" -}}
{{- $tracing := include "spark.tracing" . | fromYaml }}
{{- if $tracing.enabled -}}
- name: K8S_NAMESPACE_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: K8S_POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: K8S_POD_UID
  valueFrom: {fieldRef: {fieldPath: metadata.uid}}
- name: K8S_NODE_NAME
  valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: {{ include "spark.resourceAttributes" $tracing | quote }}
{{- include "spark.headersEnv" $tracing }}
{{- with $tracing.traceparent }}
- name: TRACEPARENT
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* The environment of an executor: who it is. */}}
{{- define "spark.otelExecutorEnv" -}}
{{- if (include "spark.tracing" . | fromYaml).enabled -}}
{{ include "spark.executorIdentity" . }}
{{- end }}
{{- end }}

{{/* The init container that brings the plugin's jar into a pod, driver or executor, for a container with "spark.otelVolumeMounts". */}}
{{- define "spark.otelInitContainers" -}}
{{- if include "spark.copiesJar" . -}}
- name: sparkspan
  image: {{ include "spark.sparkspanImage" . }}
  imagePullPolicy: {{ ((.Values.sparkspan).image).pullPolicy | default "IfNotPresent" }}
  args: [plugin, --to, /opt/sparkspan]
  resources:
    requests: {cpu: 10m, memory: 32Mi}
    limits: {memory: 32Mi}
  securityContext:
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities: {drop: [ALL]}
  volumeMounts:
    - {name: sparkspan, mountPath: /opt/sparkspan}
{{- end }}
{{- end }}

{{- define "spark.otelVolumes" -}}
{{- if include "spark.copiesJar" . -}}
- {name: sparkspan, emptyDir: {}}
{{- end }}
{{- end }}

{{- define "spark.otelVolumeMounts" -}}
{{- if include "spark.copiesJar" . -}}
- {name: sparkspan, mountPath: /opt/sparkspan, readOnly: true}
{{- end }}
{{- end }}

{{/* What follows is what these and this chart's own templates are made of. */}}

{{/* Spark hands these on to the driver, in the event that the executor was added: so they are in the event log too. */}}
{{- define "spark.executorIdentity" -}}
- name: SPARK_EXECUTOR_ATTRIBUTE_K8S_POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: SPARK_EXECUTOR_ATTRIBUTE_K8S_POD_UID
  valueFrom: {fieldRef: {fieldPath: metadata.uid}}
- name: SPARK_EXECUTOR_ATTRIBUTE_K8S_NODE_NAME
  valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
{{- end }}

{{/*
Spark properties of several sources, the later ones counting more, as YAML. What Spark takes as a list is joined, with no entry twice: comma lists, and
the options of a JVM, of which the last one counts.
*/}}
{{- define "spark.merge" -}}
{{- $merged := dict }}
{{- range $source := . }}
{{- range $key, $value := $source }}
{{- if not (kindIs "invalid" $value) }}
{{- $text := include "spark.text" $value }}
{{- $before := get $merged $key }}
{{- if has $key (list "spark.plugins" "spark.extraListeners" "spark.jars" "spark.jars.packages") }}
{{- $text = regexSplit "\\s*,\\s*" (printf "%s,%s" $before $text | trim) -1 | compact | uniq | join "," }}
{{- else if hasSuffix ".extraJavaOptions" $key }}
{{- $text = list $before (trim $text) | compact | uniq | join " " }}
{{- end }}
{{- $_ := set $merged $key $text }}
{{- end }}
{{- end }}
{{- end }}
{{- toYaml $merged }}
{{- end }}

{{/* A value as Spark reads it. Helm takes every number of a values file for a float, and would print a large one with an exponent. */}}
{{- define "spark.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{- define "spark.tracing" -}}
{{- (.Values.observability | default dict).tracing | default dict | toYaml }}
{{- end }}

{{/* The properties that tracing brings, before the user's. */}}
{{- define "spark.tracingProperties" -}}
{{- $tracing := include "spark.tracing" . | fromYaml }}
{{- if $tracing.enabled }}
{{- $settings := dict }}
{{- range $key, $value := $tracing.settings }}
{{- $_ := set $settings (printf "spark.sparkspan.%s" $key) $value }}
{{- end }}
{{- include "spark.merge" (list (include "spark.pluginProperties" . | fromYaml) $settings $tracing.sparkConfig) }}
{{- end }}
{{- end }}

{{- define "spark.pluginProperties" -}}
{{- $tracing := include "spark.tracing" . | fromYaml }}
{{- $sampler := $tracing.sampler | default dict }}
{{- $jar := $tracing.jar | default dict -}}
spark.plugins: io.sparkspan.SparkspanPlugin
{{- if include "spark.copiesJar" . }}
spark.jars: local:///opt/sparkspan/sparkspan.jar
{{- else if eq "package" $jar.source }}
spark.jars.packages: {{ required "observability.tracing.jar.package has to name the plugin's coordinate" $jar.package | quote }}
{{- end }}
spark.sparkspan.endpoint: {{ include "spark.endpoint" . | quote }}
spark.sparkspan.service.name: {{ include "spark.appName" . | quote }}
{{- with $tracing.protocol }}
spark.sparkspan.protocol: {{ . }}
{{- end }}
{{- if $sampler.type }}
spark.sparkspan.sampler: {{ include "spark.sampler" $sampler }}
{{- end }}
{{- if not (kindIs "invalid" $sampler.param) }}
spark.sparkspan.sampler.ratio: {{ $sampler.param }}
{{- end }}
{{- if hasKey $tracing "traceSql" }}
spark.sparkspan.trace.sql: {{ $tracing.traceSql }}
{{- end }}
{{- if hasKey $tracing "traceShuffle" }}
spark.sparkspan.trace.shuffle: {{ $tracing.traceShuffle }}
{{- end }}
{{- with $tracing.traceTasks }}
spark.sparkspan.trace.tasks: {{ . }}
{{- end }}
{{- end }}

{{- define "spark.sampler" -}}
{{- eq .type "probabilistic" | ternary "parentbased_traceidratio" .type }}
{{- end }}

{{- define "spark.endpoint" -}}
{{- $endpoint := (include "spark.tracing" . | fromYaml).endpoint | default "http://jaeger-collector:4318" }}
{{- if contains ":14268" $endpoint }}
{{- fail (printf "observability.tracing.endpoint is %s, but port 14268 speaks Jaeger's old protocol, not OTLP: it has to be something like http://jaeger-collector:4318" $endpoint) }}
{{- end }}
{{- $endpoint }}
{{- end }}

{{- define "spark.copiesJar" -}}
{{- $tracing := include "spark.tracing" . | fromYaml }}
{{- if and $tracing.enabled (eq "initContainer" (($tracing.jar).source | default "initContainer")) }}true{{ end }}
{{- end }}

{{/* Kubernetes replaces the names in $(…). */}}
{{- define "spark.resourceAttributes" -}}
{{- $attributes := list "k8s.namespace.name=$(K8S_NAMESPACE_NAME)" "k8s.pod.name=$(K8S_POD_NAME)" "k8s.pod.uid=$(K8S_POD_UID)" "k8s.node.name=$(K8S_NODE_NAME)" }}
{{- range $key, $value := .resourceAttributes }}
{{- $attributes = append $attributes (printf "%s=%s" $key (include "spark.text" $value | urlquery | replace "+" "%20")) }}
{{- end }}
{{- join "," $attributes }}
{{- end }}

{{- define "spark.headersEnv" }}
{{- with .headersSecret }}
{{- if .name }}
- name: OTEL_EXPORTER_OTLP_HEADERS
  valueFrom: {secretKeyRef: {name: {{ .name }}, key: {{ .key | default "headers" }}}}
{{- end }}
{{- end }}
{{- end }}

{{- define "spark.sparkspanImage" -}}
{{- $image := (.Values.sparkspan).image | default dict }}
{{- if not $image.repository }}
{{- fail "sparkspan.image.repository is empty, and no registry has this image yet: build it with `make image`, push it to a registry of yours and name it here. To trace without it, observability.tracing.jar.source can be `image` or `package`." }}
{{- end }}
{{- include "spark.imageName" (list . $image "0.1.0") }}
{{- end }}

{{- define "spark.image" -}}
{{- include "spark.imageName" (list . .Values.image (printf "%s-java17-python3" .Chart.AppVersion)) }}
{{- end }}

{{/* Usage: include "spark.imageName" (list . $image $tag): the tag is that of an image which has none. */}}
{{- define "spark.imageName" -}}
{{- $image := index . 1 }}
{{- $parts := splitList "/" $image.repository }}
{{- with ((index . 0).Values.global).imageRegistry }}
{{- $hasRegistry := regexMatch "[.:]|^localhost$" (first $parts) }}
{{- $parts = prepend ($hasRegistry | ternary (rest $parts) $parts) . }}
{{- end }}
{{- join "/" $parts }}{{ if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default (index . 2) }}{{ end }}
{{- end }}

{{- define "spark.appName" -}}
{{- if .Values.appName }}{{ .Values.appName }}{{ else }}{{ include "spark.fullname" . }}{{ end }}
{{- end }}

{{/* Short enough for the longest ending, and a name that a Service can have. */}}
{{- define "spark.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name }}
{{- $default := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) }}
{{- .Values.fullnameOverride | default $default | replace "." "-" | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "spark.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "spark.fullname" .) "default") }}
{{- end }}

{{- define "spark.replayClaim" -}}
{{- .Values.replay.persistence.existingClaim | default (printf "%s-replay" (include "spark.fullname" .)) }}
{{- end }}

{{/* A Job cannot be changed. Another pod or another configuration is another Job, and the old one goes. */}}
{{- define "spark.jobName" -}}
{{- $content := print (include (printf "spark.%sPod" .Values.mode) .) (include "spark.configuration" .) (toYaml .Values.application.files) }}
{{- include "spark.fullname" . }}-{{ sha256sum $content | trunc 8 }}
{{- end }}

{{/* The labels of an object of a component: driver, executor, submit, connect or replay. */}}
{{- define "spark.labels" -}}
{{- $root := index . 0 -}}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name ($root.Chart.Version | replace "+" "_") }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
{{ include "spark.selectorLabels" . }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "spark.selectorLabels" -}}
{{ include "spark.releaseLabels" (index . 0) }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "spark.releaseLabels" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
