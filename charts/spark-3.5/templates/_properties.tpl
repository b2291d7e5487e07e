{{/* The ConfigMap's content: what Spark reads. */}}
{{- define "spark.configuration" -}}
spark.properties: |
  {{- range $key, $value := include "spark.properties" . | fromYaml }}
  {{ $key }} {{ $value | replace "\\" "\\\\" | replace "\n" "\\n" }}
  {{- end }}
executor.yaml: |
  {{- include "spark.executorTemplate" . | nindent 2 }}
{{- if eq .Values.mode "cluster" }}
driver.yaml: |
  {{- include "spark.driverTemplate" . | nindent 2 }}
submit.sh: |
  {{- .Files.Get "files/submit.sh" | trim | nindent 2 }}
{{- end }}
{{- end }}

{{/* All of the application's properties, as YAML: the chart's, tracing's and the user's, the later ones counting more. */}}
{{- define "spark.properties" -}}
{{- include "spark.merge" (list (include "spark.chartProperties" . | fromYaml) (include "spark.tracingProperties" . | fromYaml) .Values.sparkConf) }}
{{- end }}

{{- define "spark.chartProperties" -}}
spark.app.name: {{ include "spark.appName" . | quote }}
spark.driver.cores: {{ .Values.driver.cores }}
spark.driver.memory: {{ .Values.driver.memory }}
spark.executor.instances: {{ .Values.executor.instances }}
spark.executor.cores: {{ .Values.executor.cores }}
spark.executor.memory: {{ .Values.executor.memory }}
# The home of the images' user is not there, or read-only.
spark.jars.ivy: /tmp/ivy
spark.kubernetes.namespace: {{ .Release.Namespace | quote }}
spark.kubernetes.container.image: {{ include "spark.image" . | quote }}
spark.kubernetes.container.image.pullPolicy: {{ .Values.image.pullPolicy }}
spark.kubernetes.executor.podTemplateFile: /etc/spark/executor.yaml
spark.kubernetes.executor.podTemplateContainerName: executor
{{- if eq .Values.mode "cluster" }}
spark.kubernetes.authenticate.driver.serviceAccountName: {{ include "spark.serviceAccountName" . }}
spark.kubernetes.driver.podTemplateFile: /tmp/driver.yaml
spark.kubernetes.driver.podTemplateContainerName: driver
{{- else }}
spark.driver.host: {{ include "spark.fullname" . }}-driver.{{ .Release.Namespace }}.svc
spark.driver.port: 7078
spark.driver.blockManager.port: 7079
{{- end }}
{{- if eq .Values.mode "connect" }}
spark.connect.grpc.binding.port: 15002
{{- with .Values.connect.package }}
spark.jars.packages: {{ . | quote }}
{{- end }}
{{- end }}
{{- if .Values.eventLog.enabled }}
spark.eventLog.enabled: true
spark.eventLog.dir: {{ .Values.eventLog.directory | default "file:///event-log" | quote }}
{{- end }}
{{- end }}

{{- define "spark.eventLogOnVolume" -}}
{{- if and .Values.eventLog.enabled (not .Values.eventLog.directory) }}true{{ end }}
{{- end }}

{{- define "spark.eventLogClaim" -}}
{{- .Values.eventLog.volume.existingClaim | default (printf "%s-event-log" (include "spark.fullname" .)) }}
{{- end }}
