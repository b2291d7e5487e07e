//! The application's context: drawn once, recorded in the SparkConf, and told to the executors.

use std::collections::BTreeMap;

use sparkspan_engine::{Sampler, Scope, Settings, TaskDetail};
use sparkspan_model::{SpanId, TraceId, TraceParent};

/// Who the application is in its trace, and who called it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    /// The application's own span.
    pub(crate) own: TraceParent,
    pub(crate) caller: Option<TraceParent>,
}

impl Context {
    /// A new context, in the caller's trace if there is a caller.
    pub(crate) fn draw(
        caller: Option<TraceParent>,
        settings: &Settings,
    ) -> Result<Self, getrandom::Error> {
        let (mut trace, mut span) = ([0; 16], [0; 8]);
        getrandom::fill(&mut trace)?;
        getrandom::fill(&mut span)?;
        let own = TraceParent {
            trace_id: caller.map_or(TraceId::from_bytes(trace), |caller| caller.trace_id),
            span_id: SpanId::from_bytes(span),
            // The application's span is always sent, unless its caller is not.
            sampled: !settings.sampler.is_parent_based()
                || caller.is_none_or(|caller| caller.sampled),
        };
        Ok(Self { own, caller })
    }

    /// What executors need to compute the contexts of tasks. Nothing, when no unit is sampled: they
    /// would point to spans that never come.
    pub(crate) fn for_executors(&self, settings: &Settings) -> BTreeMap<&'static str, String> {
        if settings.sampler == Sampler::AlwaysOff {
            return BTreeMap::new();
        }
        let scope = match settings.scope {
            Scope::Unit => "unit",
            Scope::Application | Scope::Auto => "application",
        };
        let tasks = match settings.trace_tasks {
            TaskDetail::All => "all",
            TaskDetail::Outliers | TaskDetail::None => "stage",
        };
        let mut told = BTreeMap::from([
            ("context", self.own.to_string()),
            ("scope", scope.to_owned()),
            (
                "parentBased",
                settings.sampler.is_parent_based().to_string(),
            ),
            (
                "threshold",
                format!("{:014x}", settings.sampler.rejection_threshold()),
            ),
            ("tasks", tasks.to_owned()),
        ]);
        if let Some(caller) = self.caller {
            let flag = if caller.sampled { "01" } else { "00" };
            told.insert("parent", flag.to_owned());
        }
        told
    }
}
