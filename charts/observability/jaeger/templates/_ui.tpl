{{/* The UI's configuration: the generated one, and the user's merged over it. */}}
{{- define "jaeger.ui.config" -}}
{{- $jaeger := .Values.jaeger -}}
{{- $config := dict
  "topTagPrefixes" (list "spark." "db." "error.")
  "monitor" (dict "menuEnabled" $jaeger.spm.enabled)
-}}
{{- with concat (include "jaeger.ui.sparkLinks" . | fromYamlArray) $jaeger.ui.linkPatterns -}}
{{- $_ := set $config "linkPatterns" . -}}
{{- end -}}
{{- if eq $jaeger.storage.type "memory" -}}
{{- /* Its graph of services takes time by the square of a trace's spans, and Spark's traces have thousands. */ -}}
{{- $_ := set $config "dependencies" (dict "menuEnabled" false) -}}
{{- end -}}
{{- mustMergeOverwrite $config (deepCopy $jaeger.ui.config) | toPrettyJson -}}
{{- end }}

{{/* From spans to the pages of Spark's History Server, and to logs. Each attribute named here is on the spans that have the key. */}}
{{- define "jaeger.ui.sparkLinks" -}}
{{- $spark := .Values.jaeger.spark -}}
{{- if and $spark.enabled $spark.historyServer.url -}}
{{- $application := printf "%s/history/#{spark.app.id}" (trimSuffix "/" $spark.historyServer.url) -}}
- {type: process, key: spark.app.id, url: "{{ $application }}/jobs/", text: Spark's page of the application}
- {type: process, key: spark.executor.id, url: "{{ $application }}/executors/", text: Spark's page of the executors}
- {type: tags, key: spark.sql.execution.id, url: "{{ $application }}/SQL/execution/?id=#{spark.sql.execution.id}", text: Spark's page of the query}
- {type: tags, key: spark.job.id, url: "{{ $application }}/jobs/job/?id=#{spark.job.id}", text: Spark's page of the job}
- type: tags
  key: spark.stage.id
  url: "{{ $application }}/stages/stage/?id=#{spark.stage.id}&attempt=#{spark.stage.attempt}"
  text: Spark's page of the stage
{{- end }}
{{- if and $spark.enabled $spark.logs.url }}
- {type: process, key: spark.app.id, url: {{ $spark.logs.url | quote }}, text: Logs of the application}
{{- end }}
{{- end }}
