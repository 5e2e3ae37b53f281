//! The product as the window uses it, with a clock that moves only when it is told to.
#![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

use mainstay_app::{App, Config, Problem};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The product with the example open.
pub struct Desk {
    /// The product.
    pub app: App,
    /// The seconds since nine in the morning of 24 November 2026.
    pub seconds: Arc<AtomicI64>,
    /// The folder that holds the example, `a.mainstay`, and everything else.
    pub dir: tempfile::TempDir,
}

/// The configuration of a planner's laptop in a folder, with a clock.
///
/// # Panics
/// Never.
pub fn config(dir: &Path, seconds: &Arc<AtomicI64>) -> Config {
    let seconds = seconds.clone();
    let begin: chrono::DateTime<chrono::Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
    Config {
        clock: Box::new(move || begin + chrono::TimeDelta::seconds(seconds.load(Ordering::SeqCst))),
        author: "planner".into(),
        device: "laptop".into(),
        state_dir: Some(dir.join("state")),
        documents_dir: dir.into(),
        automatic_backups: false,
    }
}

impl Desk {
    /// With the example open.
    ///
    /// # Panics
    /// When it cannot be made.
    #[track_caller]
    #[allow(clippy::new_without_default, reason = "it writes files")]
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let seconds = Arc::new(AtomicI64::new(0));
        let mut app = App::new(config(dir.path(), &seconds));
        let path = dir.path().join("a.mainstay");
        app.call("open_example", json!({ "path": path })).unwrap();
        Self { app, seconds, dir }
    }

    /// What a command answers, two minutes later.
    ///
    /// # Panics
    /// When it is refused.
    #[track_caller]
    pub fn ok(&mut self, command: &str, args: Value) -> Value {
        self.seconds.fetch_add(120, Ordering::SeqCst);
        self.app
            .call(command, args)
            .unwrap_or_else(|p| panic!("{command}: {p}"))
    }

    /// Why a command is refused, two minutes later.
    ///
    /// # Panics
    /// When it is done, is refused for something else, or in less than a sentence.
    #[track_caller]
    pub fn refused(&mut self, command: &str, args: Value, code: &str) -> Problem {
        self.seconds.fetch_add(120, Ordering::SeqCst);
        let p = self.app.call(command, args).expect_err(command);
        assert_eq!(p.code, code, "{p}");
        assert!(p.detail.ends_with('.') && p.detail.len() > 20, "{p}");
        p
    }

    /// Sets a field of a record, as typed.
    ///
    /// # Panics
    /// When it is refused.
    #[track_caller]
    pub fn set(&mut self, code: &str, field: &str, text: &str) -> Value {
        self.ok(
            "set_fields",
            json!({"code": code, "fields": [{"field": field, "text": text}]}),
        )
    }
}
