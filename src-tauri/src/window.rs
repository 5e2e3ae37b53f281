//! The window and its life.

use crate::commands::{self, Product, Startup};
use crate::environment::{automated, window_size};
use mainstay_app::{App, Config};
use tauri::{Emitter, Manager, WebviewUrl, WebviewWindowBuilder, WindowEvent};

/// Opens the window and runs until it is closed.
pub fn run() {
    let product = Product::new(App::new(
        Config::of_this_computer().with_automatic_backups(),
    ));
    let mut builder = tauri::Builder::default();
    if !automated() {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, args, _| {
            if let Some(window) = app.get_webview_window("main") {
                let _ = window.unminimize();
                let _ = window.set_focus();
                let _ = window.emit("open-file", startup(args.into_iter()).file);
            }
        }));
        builder = builder.plugin(tauri_plugin_window_state::Builder::default().build());
    }
    let at_end = product.clone();
    builder
        .plugin(tauri_plugin_dialog::init())
        .manage(product)
        .manage(startup(std::env::args()))
        .invoke_handler(tauri::generate_handler![
            commands::call,
            commands::startup,
            commands::work,
            commands::stop_work
        ])
        .setup(|app| {
            let (width, height) = window_size();
            WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("Mainstay")
                .inner_size(width, height)
                .min_inner_size(1024.0, 700.0)
                .build()?;
            Ok(())
        })
        .on_window_event(move |_, event| {
            // Leaves one closed file behind, which can be copied.
            if let WindowEvent::Destroyed = event {
                let _ = at_end.lock().close_file();
            }
        })
        .run(tauri::generate_context!())
        .expect("the window system is there");
}

fn startup(args: impl Iterator<Item = String>) -> Startup {
    let mut out = Startup {
        automated: automated(),
        ..Startup::default()
    };
    for a in args.skip(1) {
        if a == "--example" {
            out.example = true;
        } else if !a.starts_with('-') {
            out.file = Some(a);
        }
    }
    out
}
