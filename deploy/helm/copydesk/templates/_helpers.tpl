{{- define "copydesk.name" -}}
{{- ternary .Release.Name (printf "%s-copydesk" .Release.Name) (contains "copydesk" .Release.Name) | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "copydesk.selector" -}}
app.kubernetes.io/name: copydesk
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "copydesk.labels" -}}
{{ include "copydesk.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "copydesk.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{/* Members that keep their partitions over a restart need names that last. */}}
{{- define "copydesk.kind" -}}
{{- if (.Values.config.consumer).static_membership }}StatefulSet{{ else }}Deployment{{ end }}
{{- end }}

{{- define "copydesk.port" -}}
{{- .Values.config.http.listen | splitList ":" | last }}
{{- end }}

{{/* "7d" in milliseconds, "8MiB" in bytes, as copydesk reads them. */}}
{{- define "copydesk.milliseconds" -}}
{{- $text := toString . }}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000 }}
{{- mul (regexFind "^[0-9]+" $text | int64) (get $units (regexFind "[a-z]+$" $text) | default 1) }}
{{- end }}
{{- define "copydesk.bytes" -}}
{{- $text := . | toString | nospace }}
{{- $units := dict "KiB" 1024 "MiB" 1048576 "GiB" 1073741824 "KB" 1000 "kB" 1000 "MB" 1000000 "GB" 1000000000 }}
{{- mul (regexFind "^[0-9]+" $text | int64) (get $units (regexFind "[A-Za-z]+$" $text) | default 1) }}
{{- end }}

{{/* How long the kubelet waits after SIGTERM: what copydesk asks for, and what its watchdog adds. */}}
{{- define "copydesk.grace" -}}
{{- add (div (include "copydesk.milliseconds" (.Values.config.shutdown_timeout | default "30s") | int64) 1000) 25 }}
{{- end }}

{{/* JSON {"topic": the claims topic, "window": ms}; both empty where nobody shares a journal. */}}
{{- define "copydesk.claims" -}}
{{- $claims := dict "topic" "" "window" 0 }}
{{- range .Values.config.processors }}
{{- if hasKey . "duplicates" }}
{{- $options := .duplicates | default dict }}
{{- if eq ($options.scope | default "group") "group" }}
{{- $claims = dict "topic" ($options.topic | default "copydesk.claims") "window" (include "copydesk.milliseconds" ($options.window | default "7d") | int64) }}
{{- end }}
{{- end }}
{{- end }}
{{- toJson $claims }}
{{- end }}

{{/* JSON {"inputs": [names], "outputs": [names], "open": [beginnings of names]}, as copydesk's `topics`. */}}
{{- define "copydesk.topics" -}}
{{- $inputs := .Values.config.consumer.topics }}
{{- if kindIs "string" $inputs }}{{ $inputs = list $inputs }}{{ end }}
{{- $outputs := list .Values.config.producer.dead_letters }}
{{- $open := list }}
{{- range .Values.config.producer.routes }}
{{- $route := . }}
{{- if not (contains "{language}" .topic) }}
{{- $outputs = append $outputs .topic }}
{{- else if .allow }}
{{- $allowed := .allow }}
{{- if kindIs "string" $allowed }}{{ $allowed = list $allowed }}{{ end }}
{{- range $allowed }}{{ $outputs = append $outputs (replace "{language}" . $route.topic) }}{{ end }}
{{- $outputs = append $outputs .otherwise }}
{{- else }}
{{- $open = append $open (.topic | splitList "{language}" | first) }}
{{- end }}
{{- end }}
{{- with .Values.config.producer.kills }}{{ $outputs = append $outputs . }}{{ end }}
{{- toJson (dict "inputs" (uniq $inputs) "outputs" (uniq $outputs) "open" (uniq $open)) }}
{{- end }}

{{/* A topic's name as Kubernetes takes it: `topics` of copydesk makes the same. */}}
{{- define "copydesk.resource" -}}
{{- if and (regexMatch "^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$" .) (le (len .) 253) }}
{{- . }}
{{- else }}
{{- $small := regexReplaceAll "[^a-z0-9]+" (lower .) "-" | trimAll "-" | trunc 244 }}
{{- printf "%s-%s" $small (sha256sum . | trunc 8) | trimPrefix "-" }}
{{- end }}
{{- end }}

{{/* What is projected to /run/secrets/kafka, as JSON. */}}
{{- define "copydesk.secrets" -}}
{{- $sources := list }}
{{- if .Values.strimzi.enabled }}
{{- $user := list (dict "key" "user.crt" "path" "user.crt") (dict "key" "user.key" "path" "user.key") }}
{{- if eq (include "copydesk.authentication" .) "scram-sha-512" }}
{{- $user = list (dict "key" "password" "path" "password") }}
{{- end }}
{{- $sources = append $sources (dict "secret" (dict "name" .Values.strimzi.user "items" $user)) }}
{{- $sources = append $sources (dict "secret" (dict "name" (printf "%s-cluster-ca-cert" .Values.strimzi.cluster) "items" (list (dict "key" "ca.crt" "path" "ca.crt")))) }}
{{- end }}
{{- range .Values.secrets }}{{ $sources = append $sources (dict "secret" .) }}{{ end }}
{{- toJson $sources }}
{{- end }}

{{/* One setting of librdkafka, as the consumer has it. */}}
{{- define "copydesk.kafka" -}}
{{- $config := .context.Values.config }}
{{- $kafka := merge (dict) (($config.consumer).kafka | default dict) ($config.kafka | default dict) }}
{{- get $kafka .name | default .otherwise }}
{{- end }}

{{- define "copydesk.authentication" -}}
{{- if include "copydesk.kafka" (dict "context" . "name" "sasl.username" "otherwise" "") }}scram-sha-512{{ else }}tls{{ end }}
{{- end }}

{{- define "copydesk.sasl" -}}
{{- $protocol := include "copydesk.kafka" (dict "context" . "name" "security.protocol" "otherwise" "plaintext") | lower }}
{{- $mechanism := include "copydesk.kafka" (dict "context" . "name" "sasl.mechanism" "otherwise" (include "copydesk.kafka" (dict "context" . "name" "sasl.mechanisms" "otherwise" "GSSAPI"))) }}
{{- $words := dict "PLAIN" "plaintext" "SCRAM-SHA-256" "scram_sha256" "SCRAM-SHA-512" "scram_sha512" "OAUTHBEARER" "oauthbearer" "GSSAPI" "gssapi" }}
{{- if hasPrefix "sasl_" $protocol }}{{ get $words (upper $mechanism) | default $mechanism }}{{ else }}none{{ end }}
{{- end }}

{{- define "copydesk.tls" -}}
{{- $protocol := include "copydesk.kafka" (dict "context" . "name" "security.protocol" "otherwise" "plaintext") | lower }}
{{- if has $protocol (list "ssl" "sasl_ssl") }}enable{{ else }}disable{{ end }}
{{- end }}

{{/* What the check and the stage have in common. */}}
{{- define "copydesk.container" -}}
image: {{ include "copydesk.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- with .Values.env }}
env: {{- toYaml . | nindent 2 }}
{{- end }}
resources: {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  runAsUser: {{ .Values.user }}
  capabilities: {drop: [ALL]}
volumeMounts:
  - {name: config, mountPath: /etc/copydesk, readOnly: true}
  {{- if include "copydesk.secrets" . | fromJsonArray }}
  - {name: kafka, mountPath: /run/secrets/kafka, readOnly: true}
  {{- end }}
{{- end }}
