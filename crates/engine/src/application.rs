//! The application: who it is, what it was given, and its span.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use sparkspan_events::{
    ApplicationEnd, ApplicationStart, EnvironmentUpdate, ExecutorAdded, ExecutorAttributes,
    ExecutorRemoved, LogStart, SparkProperties,
};
use sparkspan_model::{Attribute, Link, Resource, Span, SpanEvent, SpanKind, TraceParent};
use sparkspan_redaction::{
    Identifier, Label, Redaction, SPARK_REDACTED, attribute, attribute_for, attribute_of_settings,
};
use sparkspan_semconv::{event, key, span, value};

use crate::budget::bytes_of_all;
use crate::draft::{Draft, Home, LIST_LIMIT, at, span_event};
use crate::excerpt::{excerpt, name_excerpt};
use crate::frame::Frame;
use crate::identity::Identity;
use crate::outcome::{Failure, Outcome};
use crate::recent::Recent;
use crate::recorded;
use crate::settings::{Scope, Settings};
use crate::timeline::{Moment, Timeline};
use crate::tracer::Counts;

/// The version of what a resource says, which changes with it.
const SCHEMA_VERSION: &str = "1";
/// The Spark properties that the application's span shows: what decides on speed and cost.
const CAPTURED_PROPERTIES: [&str; 18] = [
    "spark.default.parallelism",
    "spark.driver.cores",
    "spark.driver.memory",
    "spark.dynamicAllocation.enabled",
    "spark.dynamicAllocation.maxExecutors",
    "spark.dynamicAllocation.minExecutors",
    "spark.executor.cores",
    "spark.executor.instances",
    "spark.executor.memory",
    "spark.executor.memoryOverhead",
    "spark.serializer",
    "spark.shuffle.push.enabled",
    "spark.shuffle.service.enabled",
    "spark.speculation",
    "spark.sql.adaptive.enabled",
    "spark.sql.autoBroadcastJoinThreshold",
    "spark.sql.shuffle.partitions",
    "spark.task.cpus",
];
/// The Spark properties that are needed otherwise.
const READ_PROPERTIES: [&str; 8] = [
    recorded::CONTEXT,
    recorded::PARENT,
    "spark.driver.host",
    "spark.master",
    "spark.openlineage.parentRunId",
    "spark.openlineage.rootParentRunId",
    "spark.plugins",
    "spark.submit.deployMode",
];
/// How many executors are remembered, those that are gone included.
pub(crate) const EXECUTORS: usize = 4096;
/// How much the texts of executors that came and went may take, bytes.
const EXECUTOR_TEXTS: usize = 1 << 20;
/// What of a resource says where its process runs.
const PLACES: [&str; 3] = [
    key::K8S_POD_NAME.name(),
    key::K8S_POD_UID.name(),
    key::K8S_NODE_NAME.name(),
];

/// What is known of the application so far.
#[derive(Debug)]
pub(crate) struct Application {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) attempt: Option<String>,
    pub(crate) redaction: Redaction,
    /// `SparkListenerApplicationEnd` came.
    pub(crate) end: Option<ApplicationEnd>,
    /// The times of the events.
    pub(crate) timeline: Timeline,
    user: Option<String>,
    start_ms: Option<i64>,
    spark_version: Option<String>,
    properties: FxHashMap<String, String>,
    environment_seen: bool,
    /// The system property `sun.java.command`.
    command: String,
    /// Executors that came and went, as far as the span can hold them.
    executors: Vec<(Moment, SpanEvent)>,
    /// Those that are known. One that is gone may have tasks whose spans are still to be made.
    known_executors: Recent<String, Executor, EXECUTORS>,
    /// How much more their texts may take, bytes.
    executor_texts: usize,
    dropped_executors: i64,
}

/// An executor, of which both events may come twice.
#[derive(Debug, Default)]
struct Executor {
    was_added: bool,
    was_removed: bool,
    /// Its pod, as far as its environment tells.
    pod: Vec<Attribute>,
}

impl Application {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            id: settings.application_id.clone(),
            name: None,
            redaction: redaction(None, settings),
            end: None,
            timeline: Timeline::default(),
            attempt: None,
            user: None,
            start_ms: None,
            spark_version: None,
            properties: FxHashMap::default(),
            environment_seen: false,
            command: String::new(),
            executors: Vec::new(),
            known_executors: Recent::default(),
            executor_texts: EXECUTOR_TEXTS,
            dropped_executors: 0,
        }
    }

    pub(crate) fn log_started(&mut self, event: &LogStart<'_>) {
        if let Some(version) = &event.spark_version {
            self.spark_version
                .get_or_insert_with(|| version.to_string());
        }
    }

    pub(crate) fn started(&mut self, event: &ApplicationStart<'_>) {
        if self.start_ms.is_some() {
            return;
        }
        self.start_ms = Some(event.time_ms);
        self.name = Some(event.name.to_string());
        if let Some(id) = &event.id {
            self.id.get_or_insert_with(|| id.to_string());
        }
        self.attempt = event.attempt.as_ref().map(ToString::to_string);
        self.user = event.user.as_ref().map(ToString::to_string);
    }

    /// Whether there was an environment: only the first one counts, for later ones tell of jars that
    /// were added.
    pub(crate) const fn has_environment(&self) -> bool {
        self.environment_seen
    }

    pub(crate) fn environment(&mut self, event: &EnvironmentUpdate<'_>, settings: &Settings) {
        self.environment_seen = true;
        // Spark's own are always there.
        let properties = Some(&event.spark_properties).filter(|known| !known.0.is_empty());
        self.redaction = redaction(properties, settings);
        let command = event.system_properties.command.as_deref();
        command.unwrap_or_default().clone_into(&mut self.command);
        let further = &settings.captured_properties;
        for (key, value) in &event.spark_properties.0 {
            let is_read = READ_PROPERTIES.contains(&&**key)
                || CAPTURED_PROPERTIES.contains(&&**key)
                || further.iter().any(|captured| **captured == **key);
            if is_read {
                self.properties.insert(key.to_string(), excerpt(value));
            }
        }
    }

    pub(crate) fn ended(&mut self, event: &ApplicationEnd) {
        self.end.get_or_insert_with(|| event.clone());
    }

    pub(crate) fn executor_added(&mut self, event: &ExecutorAdded<'_>) {
        let executor = self.known_executor(&event.executor_id);
        if std::mem::replace(&mut executor.was_added, true) {
            return;
        }
        executor.pod = pod(&event.info.attributes);
        let at = self.timeline.moment(event.time_ms);
        let event = span_event(
            event::EXECUTOR_ADDED,
            vec![
                attribute(key::SPARK_EXECUTOR_ID, Identifier::new(&*event.executor_id)),
                attribute(key::SPARK_EXECUTOR_CORES, event.info.total_cores),
                attribute(key::HOST_NAME, Identifier::new(&*event.info.host)),
            ],
        );
        self.executor_event(at, event);
    }

    pub(crate) fn executor_removed(&mut self, event: &ExecutorRemoved<'_>) {
        let executor = self.known_executor(&event.executor_id);
        if std::mem::replace(&mut executor.was_removed, true) {
            return;
        }
        let reason = excerpt(event.reason.as_deref().unwrap_or_default());
        let reason = self.redaction.prose(&reason);
        let at = self.timeline.moment(event.time_ms);
        let event = span_event(
            event::EXECUTOR_REMOVED,
            vec![
                attribute(key::SPARK_EXECUTOR_ID, Identifier::new(&*event.executor_id)),
                attribute(key::SPARK_EXECUTOR_REMOVED_REASON, reason),
            ],
        );
        self.executor_event(at, event);
    }

    fn known_executor(&mut self, id: &str) -> &mut Executor {
        self.known_executors.entry(name_excerpt(id).to_owned())
    }

    fn executor_event(&mut self, at: Moment, event: SpanEvent) {
        let bytes = bytes_of_all(&event.attributes);
        if self.executors.len() < LIST_LIMIT && bytes <= self.executor_texts {
            self.executor_texts -= bytes;
            self.executors.push((at, event));
        } else {
            self.dropped_executors += 1;
        }
    }

    /// The application's identity, once it can be told: what the driver recorded, else a hash.
    pub(crate) fn identity(&self, settings: &Settings) -> Option<Identity> {
        let shape = settings.shape();
        if let Some(context) = self.context(recorded::CONTEXT) {
            return Some(Identity::recorded(&context).reshaped(&shape));
        }
        let id = self.id.as_deref()?;
        let attempt = self.attempt.as_deref().unwrap_or_default();
        Some(Identity::computed(id, attempt, self.start_ms, &shape))
    }

    /// The context of whoever called the application, as its driver recorded it.
    pub(crate) fn caller(&self) -> Option<TraceParent> {
        self.context(recorded::PARENT)
    }

    fn context(&self, key: &str) -> Option<TraceParent> {
        self.properties.get(key)?.parse().ok()
    }

    /// What a trace of the application spans.
    pub(crate) fn scope(&self, settings: &Settings) -> Scope {
        let plugins = self.properties.get("spark.plugins").map(String::as_str);
        settings
            .scope
            .resolved(&self.command, plugins.unwrap_or_default())
    }

    /// When it started, as far as is known.
    pub(crate) fn start(&self) -> Moment {
        let start_ms = self.start_ms.unwrap_or(self.timeline.last_ms());
        self.timeline.moment(start_ms)
    }

    /// The driver as the maker of spans.
    pub(crate) fn driver(&self, settings: &Settings) -> Resource {
        let host = self
            .properties
            .get("spark.driver.host")
            .map_or("unknown", String::as_str);
        self.resource(settings, "driver", "driver", host)
    }

    /// An executor as the maker of spans.
    pub(crate) fn executor(&self, settings: &Settings, id: &str, host: &str) -> Resource {
        let mut resource = self.resource(settings, "executor", id, host);
        let attributes = &mut resource.attributes;
        attributes.push(attribute(key::SPARK_EXECUTOR_ID, Identifier::new(id)));
        // The settings are the driver's, and so is the pod that they name.
        attributes.retain(|attribute| !PLACES.contains(&attribute.key.as_ref()));
        let executor = self.known_executors.get(id);
        attributes.extend(
            executor
                .into_iter()
                .flat_map(|executor| executor.pod.clone()),
        );
        resource
    }

    fn resource(
        &self,
        settings: &Settings,
        role: &'static str,
        instance: &str,
        host: &str,
    ) -> Resource {
        let id = self.id.as_deref().unwrap_or("unknown");
        let name = self.name.as_deref().unwrap_or(id);
        let service = settings.service_name.as_deref().unwrap_or(name);
        let mut attributes = vec![
            attribute(
                key::SERVICE_NAME,
                Label::default().name(service).word("-").word(role),
            ),
            attribute(
                key::SERVICE_INSTANCE_ID,
                Label::default().name(id).word("-").name(instance),
            ),
            attribute(key::HOST_NAME, Identifier::new(host)),
            attribute(key::SPARK_APP_ID, Identifier::new(id)),
            attribute(key::SPARK_APP_NAME, Identifier::new(name)),
        ];
        if let Some(attempt) = &self.attempt {
            attributes.push(attribute(key::SPARK_APP_ATTEMPT, Identifier::new(attempt)));
        }
        attributes.extend([
            attribute(key::TELEMETRY_SDK_NAME, "sparkspan"),
            attribute(key::TELEMETRY_SDK_LANGUAGE, "rust"),
            attribute(key::TELEMETRY_SDK_VERSION, SCHEMA_VERSION),
        ]);
        for (key, value) in &settings.resource {
            match attributes
                .iter_mut()
                .find(|attribute| attribute.key == *key)
            {
                // The service's name is a setting of its own, and the ids are what they are.
                Some(_) => {}
                None => attributes.push(attribute_of_settings(key, value)),
            }
        }
        Resource { attributes }
    }

    /// Where the pages of the History Server are that show it.
    pub(crate) fn pages(&self, settings: &Settings) -> Option<Label> {
        let server = settings.history_server_url.as_ref()?.trim_end_matches('/');
        let id = self.id.as_deref()?;
        let pages = Label::default().name(server).word("/history/").name(id);
        Some(match &self.attempt {
            Some(attempt) => pages.word("/").name(attempt).word("/"),
            None => pages.word("/"),
        })
    }

    /// The span over everything, when nothing else is open.
    pub(crate) fn into_span(
        self,
        settings: &Settings,
        identity: &Identity,
        mut frame: Frame,
        resource: Arc<Resource>,
        counts: &Counts,
    ) -> Span {
        match &self.end {
            Some(end) => frame.end(self.timeline.moment(end.time_ms)),
            None => frame.interrupt(self.timeline.last_ms()),
        }
        frame.settle_times(&self.timeline);
        let caller = self.caller();
        let joined = caller.filter(|caller| caller.trace_id == identity.trace_id);
        let home = Home {
            trace_id: identity.trace_id,
            parent: joined.map(|caller| caller.span_id),
            parent_is_remote: joined.is_some(),
            resource,
        };
        let span_type = value::spark_span_type::APPLICATION;
        let interval = frame.interval();
        let mut draft = Draft::new(
            span_type,
            span::APPLICATION,
            identity.span_id,
            home,
            interval,
        );
        draft.kind(SpanKind::Server);
        draft.mark(key::SPARK_SPAN_INTERRUPTED, frame.is_interrupted());
        draft.incomplete(&frame);
        draft.outcome(self.outcome().as_ref(), &self.redaction);
        draft.set_some(
            key::SPARK_APP_EXIT_CODE,
            self.end.as_ref().and_then(|end| end.exit_code),
        );
        draft.set_some(
            key::SPARK_VERSION,
            self.spark_version.as_ref().map(Identifier::new),
        );
        draft.set_some(key::SPARK_APP_USER, self.user.as_ref().map(Identifier::new));
        self.describe_configuration(&mut draft, settings);
        draft.set_some(key::SPARK_APP_REDACTION_UNUSABLE, self.redaction.unusable());
        counts.describe(&mut draft);
        let url = self.pages(settings).map(|pages| pages.word("jobs/"));
        draft.set_some(key::SPARK_UI_URL, url);
        if let Some(caller) = caller.filter(|_| joined.is_none()) {
            draft.link(Link {
                trace_id: caller.trace_id,
                span_id: caller.span_id,
                attributes: vec![attribute(
                    key::SPARK_LINK_TYPE,
                    value::spark_link_type::CALLER,
                )],
            });
        }
        for (moment, mut event) in self.executors {
            at(&mut event, moment, &self.timeline);
            draft.event(event);
        }
        draft.lost_events(self.dropped_executors);
        draft.finish()
    }

    fn outcome(&self) -> Option<Outcome> {
        match self.end.as_ref()?.exit_code? {
            0 => Some(Outcome::Succeeded),
            code => Some(Outcome::Failed(Failure {
                error_type: Identifier::fixed("ExitCode"),
                message: format!("exit code {code}"),
            })),
        }
    }

    fn describe_configuration(&self, draft: &mut Draft, settings: &Settings) {
        let property = |key: &str| {
            let value = self.properties.get(key)?;
            self.redaction.property(key, value)
        };
        draft.set_some(key::SPARK_APP_MASTER, property("spark.master"));
        draft.set_some(
            key::SPARK_APP_DEPLOY_MODE,
            property("spark.submit.deployMode"),
        );
        draft.set(
            key::SPARK_APP_SCOPE,
            match self.scope(settings) {
                Scope::Unit => value::spark_app_scope::UNIT,
                _ => value::spark_app_scope::APPLICATION,
            },
        );
        for (key, property_key) in [
            (
                key::SPARK_OPENLINEAGE_PARENT_RUN_ID,
                "spark.openlineage.parentRunId",
            ),
            (
                key::SPARK_OPENLINEAGE_ROOT_PARENT_RUN_ID,
                "spark.openlineage.rootParentRunId",
            ),
        ] {
            draft.set_some(key, property(property_key));
        }
        let further = settings.captured_properties.iter().map(String::as_str);
        let mut keys: Vec<&str> = CAPTURED_PROPERTIES.into_iter().chain(further).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            if let Some(value) = property(key) {
                draft.push(attribute_for(&key::SPARK_CONF, key, value));
            }
        }
    }
}

/// The redaction that an application's properties ask for. Where Spark has redacted them, a replay is told
/// them. As long as nobody knows them, it is as if Spark had.
fn redaction(properties: Option<&SparkProperties<'_>>, settings: &Settings) -> Redaction {
    let property = |key: &str| {
        let known = settings.redaction.as_ref();
        let given = known.and_then(|known| known.get(key)).map(String::as_str);
        given.or_else(|| match properties {
            Some(properties) => properties.get(key),
            None => Some(SPARK_REDACTED).filter(|_| known.is_none()),
        })
    };
    Redaction::new(property, settings.sql_text)
}

/// The pod of an executor, as far as its environment tells.
fn pod(of: &ExecutorAttributes<'_>) -> Vec<Attribute> {
    [
        (key::K8S_POD_NAME, &of.pod_name),
        (key::K8S_POD_UID, &of.pod_uid),
        (key::K8S_NODE_NAME, &of.node_name),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some(attribute(key, Identifier::new(&**value.as_ref()?))))
    .collect()
}
