//! The two commands a page may call.

use mainstay_app::wire::WorkView;
use mainstay_app::{App, Problem, Work};
use serde::Serialize;
use serde_json::Value;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tauri::State;

/// The product, shared by all calls; one call at a time.
#[derive(Clone)]
pub struct Product {
    app: Arc<Mutex<App>>,
    work: Work,
}

impl Product {
    /// Shares a product.
    pub fn new(app: App) -> Self {
        Self {
            work: app.work(),
            app: Arc::new(Mutex::new(app)),
        }
    }

    /// The product, also after a call that panicked: its data is in the file, and a failed step was rolled back.
    pub fn lock(&self) -> MutexGuard<'_, App> {
        self.app.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the program was started with.
#[derive(Clone, Default, Serialize)]
pub struct Startup {
    /// The file to open, if one was named.
    pub file: Option<String>,
    /// Whether the example was asked for.
    pub example: bool,
    /// Whether a test drives the window; then nothing moves.
    pub automated: bool,
}

/// Carries out one command of the product.
#[tauri::command]
pub async fn call(
    product: State<'_, Product>,
    command: String,
    args: Value,
) -> Result<Value, Problem> {
    let product = product.inner().clone();
    let work = move || {
        let run = AssertUnwindSafe(|| product.lock().call(&command, args));
        std::panic::catch_unwind(run).unwrap_or_else(|_| Err(broken()))
    };
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(broken()))
}

/// What is being done, while a call takes its time.
#[tauri::command]
pub fn work(product: State<'_, Product>) -> Option<WorkView> {
    product.work.now()
}

/// Asks what is being done to stop.
#[tauri::command]
pub fn stop_work(product: State<'_, Product>) {
    product.work.stop();
}

/// What the program was started with.
#[tauri::command]
pub fn startup(startup: State<'_, Startup>) -> Startup {
    startup.inner().clone()
}

fn broken() -> Problem {
    Problem::new(
        "internal",
        "Mainstay made a mistake and could not do this; nothing was changed by it.",
    )
}
