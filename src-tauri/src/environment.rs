//! The environment the webview starts in.

/// Whether a test drives the window.
pub fn automated() -> bool {
    std::env::var_os("MAINSTAY_AUTOMATION").is_some_and(|v| !v.is_empty())
}

/// Sets what the webview reads from the environment when it starts; called first in `main`.
#[allow(
    unsafe_code,
    reason = "no other thread runs yet, which is what makes changing the environment sound"
)]
pub fn prepare() {
    // Saves memory, and avoids blank windows on some drivers.
    if cfg!(target_os = "linux") && std::env::var_os("WEBKIT_DISABLE_DMABUF_RENDERER").is_none() {
        unsafe { std::env::set_var("WEBKIT_DISABLE_DMABUF_RENDERER", "1") };
    }
    // Remote control is for tests only, and a test says so.
    if !automated() {
        unsafe { std::env::remove_var("TAURI_WEBVIEW_AUTOMATION") };
    }
}

/// The size of the window, logical pixels; a test names its own as the value of `MAINSTAY_AUTOMATION`, such as `1920x1080`.
pub fn window_size() -> (f64, f64) {
    std::env::var("MAINSTAY_AUTOMATION")
        .ok()
        .and_then(|v| {
            let (w, h) = v.split_once('x')?;
            Some((w.parse().ok()?, h.parse().ok()?))
        })
        .unwrap_or((1366.0, 768.0))
}
