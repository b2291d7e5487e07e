{{/*
The pods of an application. A driver is the pod of a Job or a Deployment, or made by Spark from a template; executors are always made by Spark.
*/}}

{{/* Mode client: the Job's pod is the driver. */}}
{{- define "spark.clientPod" -}}
metadata: {{- include "spark.driverMetadata" . | nindent 2 }}
spec:
  restartPolicy: Never
  serviceAccountName: {{ include "spark.serviceAccountName" . }}
  {{- include "spark.podSettings" (list . .Values.driver) | nindent 2 }}
  containers:
    - name: driver
      args:
        {{- include "spark.clientArguments" . | nindent 8 }}
        {{- include "spark.applicationArguments" . | nindent 8 }}
      ports: {{- include "spark.driverPorts" . | nindent 8 }}
      resources: {{- include "spark.driverResources" . | nindent 8 }}
      {{- include "spark.driverContainer" . | nindent 6 }}
  volumes: {{- include "spark.driverVolumes" . | nindent 4 }}
{{- end }}

{{/* Mode cluster: the Job's pod submits, and waits for the end of the driver that Spark makes from the ConfigMap's driver.yaml. */}}
{{- define "spark.clusterPod" -}}
metadata:
  labels: {{- include "spark.podLabels" (list . "submit" dict) | nindent 4 }}
spec:
  restartPolicy: Never
  serviceAccountName: {{ include "spark.serviceAccountName" . }}
  # There is nothing to save when it is ended early, and the shell that runs the script takes no notice of the signal.
  terminationGracePeriodSeconds: 1
  {{- with .Values.global.imagePullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext: {{- toYaml .Values.podSecurityContext | nindent 4 }}
  containers:
    - name: submit
      command: [bash, /etc/spark/submit.sh]
      args:
        - --master=k8s://https://kubernetes.default.svc
        - --deploy-mode=cluster
        - --properties-file=/etc/spark/spark.properties
        {{- include "spark.applicationArguments" . | nindent 8 }}
      env: {{- include "spark.podIdentity" . | nindent 8 }}
      resources: {{- toYaml .Values.submit.resources | nindent 8 }}
      {{- include "spark.containerSettings" . | nindent 6 }}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        - {name: configuration, mountPath: /etc/spark, readOnly: true}
  volumes:
    - {name: tmp, emptyDir: {}}
    - {name: configuration, configMap: {name: {{ include "spark.fullname" . }}}}
{{- end }}

{{/* Mode connect: the Deployment's pod is the driver, and the server. */}}
{{- define "spark.connectPod" -}}
metadata:
  labels: {{- include "spark.podLabels" (list . "connect" .Values.driver.podLabels) | nindent 4 }}
  annotations:
    # The driver reads these when it starts.
    checksum/configuration: {{ print (include "spark.configuration" .) (toYaml .Values.application.files) | sha256sum }}
    {{- with .Values.driver.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "spark.serviceAccountName" . }}
  {{- include "spark.podSettings" (list . .Values.driver) | nindent 2 }}
  containers:
    - name: driver
      args:
        {{- include "spark.clientArguments" . | nindent 8 }}
        - --class=org.apache.spark.sql.connect.service.SparkConnectServer
        - spark-internal
      ports:
        {{- include "spark.driverPorts" . | nindent 8 }}
        - {name: connect, containerPort: 15002}
      startupProbe:
        tcpSocket: {port: connect}
        periodSeconds: 5
        failureThreshold: {{ div .Values.connect.startupSeconds 5 }}
      readinessProbe:
        tcpSocket: {port: connect}
      livenessProbe:
        tcpSocket: {port: connect}
      resources: {{- include "spark.driverResources" . | nindent 8 }}
      {{- include "spark.driverContainer" . | nindent 6 }}
  volumes: {{- include "spark.driverVolumes" . | nindent 4 }}
{{- end }}

{{/* The template from which Spark makes the driver in mode cluster. It is the submitting pod's: submit.sh fills in whose. */}}
{{- define "spark.driverTemplate" -}}
apiVersion: v1
kind: Pod
metadata:
  {{- include "spark.driverMetadata" . | nindent 2 }}
  ownerReferences:
    - {apiVersion: v1, kind: Pod, name: "@POD_NAME@", uid: "@POD_UID@"}
spec:
  {{- include "spark.podSettings" (list . .Values.driver) | nindent 2 }}
  containers:
    - name: driver
      {{- include "spark.driverContainer" . | nindent 6 }}
  volumes: {{- include "spark.driverVolumes" . | nindent 4 }}
{{- end }}

{{/* The template from which Spark makes executors. */}}
{{- define "spark.executorTemplate" -}}
apiVersion: v1
kind: Pod
metadata:
  labels: {{- include "spark.podLabels" (list . "executor" .Values.executor.podLabels) | nindent 4 }}
  {{- with .Values.executor.podAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  automountServiceAccountToken: false
  {{- include "spark.podSettings" (list . .Values.executor) | nindent 2 }}
  containers:
    - name: executor
      {{- include "spark.containerSettings" . | nindent 6 }}
      env:
        {{- include "spark.executorIdentity" . | nindent 8 }}
        {{- with .Values.executor.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .Values.executor.extraEnvFrom }}
      envFrom: {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        {{- with include "spark.otelVolumeMounts" . }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- with .Values.executor.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - {name: tmp, emptyDir: {}}
    {{- with include "spark.otelVolumes" . }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with .Values.executor.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}

{{/* What these pods are made of. */}}

{{- define "spark.driverMetadata" -}}
labels: {{- include "spark.podLabels" (list . "driver" .Values.driver.podLabels) | nindent 2 }}
{{- with .Values.driver.podAnnotations }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The labels of a selector, which no new release of the chart changes, and the user's. */}}
{{- define "spark.podLabels" -}}
{{- $root := index . 0 }}
{{- include "spark.selectorLabels" (list $root (index . 1)) }}
{{- with merge (dict) (index . 2) $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "spark.podSettings" -}}
{{- $root := index . 0 }}
{{- $values := index . 1 }}
{{- with $root.Values.global.imagePullSecrets -}}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{ end -}}
securityContext: {{- toYaml $root.Values.podSecurityContext | nindent 2 }}
{{- with include "spark.otelInitContainers" $root }}
initContainers: {{- . | nindent 2 }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Spark's images expect to write into their working directory, which is read-only here. */}}
{{- define "spark.containerSettings" -}}
image: {{ include "spark.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
workingDir: /tmp
securityContext: {{- toYaml .Values.securityContext | nindent 2 }}
{{- end }}

{{- define "spark.driverContainer" -}}
{{ include "spark.containerSettings" . }}
env:
  {{- include "spark.podIdentity" . | nindent 2 }}
  {{- with include "spark.otelDriverEnv" . }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .Values.driver.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.driver.extraEnvFrom }}
envFrom: {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
  - {name: configuration, mountPath: /etc/spark, readOnly: true}
  {{- if .Values.application.files }}
  - {name: application, mountPath: /application, readOnly: true}
  {{- end }}
  {{- if include "spark.eventLogOnVolume" . }}
  - {name: event-log, mountPath: /event-log}
  {{- end }}
  {{- with include "spark.otelVolumeMounts" . }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .Values.driver.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "spark.driverVolumes" -}}
- {name: tmp, emptyDir: {}}
- {name: configuration, configMap: {name: {{ include "spark.fullname" . }}}}
{{- if .Values.application.files }}
- {name: application, configMap: {name: {{ include "spark.fullname" . }}-application}}
{{- end }}
{{- if include "spark.eventLogOnVolume" . }}
- {name: event-log, persistentVolumeClaim: {claimName: {{ include "spark.eventLogClaim" . }}}}
{{- end }}
{{- with include "spark.otelVolumes" . }}
{{ . }}
{{- end }}
{{- with .Values.driver.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "spark.podIdentity" -}}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: POD_UID
  valueFrom: {fieldRef: {fieldPath: metadata.uid}}
- name: POD_IP
  valueFrom: {fieldRef: {fieldPath: status.podIP}}
{{- end }}

{{/* As Spark has it for a Python driver, whose pod it makes itself: 40 % of the heap beside it, but 384 MiB at least. */}}
{{- define "spark.driverResources" -}}
{{- $memory := .Values.driver.memory }}
{{- $heap := mul (regexFind "^[0-9]+" $memory) (get (dict "m" 1 "g" 1024 "t" 1048576) (regexFind "[mgt]$" $memory)) }}
{{- $all := printf "%dMi" (add $heap (max 384 (div (mul $heap 4) 10))) }}
{{- $resources := dict "requests" (dict "cpu" .Values.driver.cores "memory" $all) "limits" (dict "memory" $all) }}
{{- mergeOverwrite $resources .Values.driver.resources | toYaml }}
{{- end }}

{{- define "spark.driverPorts" -}}
- {name: driver, containerPort: 7078}
- {name: block-manager, containerPort: 7079}
- {name: ui, containerPort: 4040}
{{- end }}

{{/* The command of a pod that is the driver itself. What is known only when it runs, Kubernetes replaces. */}}
{{- define "spark.clientArguments" -}}
- /opt/spark/bin/spark-submit
- --master=k8s://https://kubernetes.default.svc
- --deploy-mode=client
- --properties-file=/etc/spark/spark.properties
- --conf=spark.kubernetes.driver.pod.name=$(POD_NAME)
- --conf=spark.driver.bindAddress=$(POD_IP)
{{- end }}

{{- define "spark.applicationArguments" -}}
{{- with .Values.application.class -}}
- --class={{ . }}
{{ end -}}
- {{ .Values.application.file | quote }}
{{- range .Values.application.arguments }}
- {{ include "spark.text" . | quote }}
{{- end }}
{{- end }}
