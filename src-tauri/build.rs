//! Prepares the shell: a placeholder page where the window has not been built yet, and the commands a page may call.

use std::path::Path;

fn main() {
    let dist = Path::new("../ui/dist");
    let page = dist.join("index.html");
    if !page.exists() {
        // `generate_context!` refuses to compile without the folder, in check and clippy too.
        std::fs::create_dir_all(dist).expect("ui/dist can be made");
        std::fs::write(&page, "<!doctype html><title>Mainstay</title><p>Build the window with <code>cargo xtask run</code>.")
            .expect("ui/dist/index.html can be written");
    }
    println!("cargo:rerun-if-changed=../ui/dist");
    println!("cargo:rerun-if-changed=../icons");
    let commands =
        tauri_build::AppManifest::new().commands(&["call", "startup", "work", "stop_work"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))
        .expect("the shell can be prepared");
}
