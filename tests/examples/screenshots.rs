//! Takes a picture of every section of the window on the example workspace:
//! `cargo run -p mainstay-tests --example screenshots -- DIR [1920x1080]`, under a display.

use anyhow::{Context, Result};
use fantoccini::key::Key;
use mainstay_tests::authority::{Answer, Authority, serve};
use mainstay_tests::programs::mainstay;
use mainstay_tests::window::Window;
use std::path::{Path, PathBuf};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().context("where to put the pictures?")?);
    let size = args.next().unwrap_or_else(|| "1366x768".into());
    let w = size.split('x').next().unwrap_or_default().to_owned();
    std::fs::create_dir_all(&dir)?;
    let home = tempfile::tempdir()?;
    let window = Window::open_sized(home.path(), &[], &size).await?;
    let shot = async |name: &str| -> Result<()> {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        std::fs::write(dir.join(format!("{name}-{w}.png")), window.picture().await?)?;
        Ok(())
    };
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    shot("start").await?;
    window.click("open-example").await?;
    window.find("nav-overview").await?;
    let places = [
        ("overview", "#/overview"),
        ("activities", "#/activities/A02"),
        ("services", "#/services"),
        ("service", "#/services/svc-db"),
        ("plan-read", "#/plans/PLAN-01/read"),
        ("plan-sign", "#/plans/PLAN-01/sign-off"),
        ("plan-edit", "#/plans/PLAN-01/edit"),
        ("people", "#/people"),
        ("history", "#/history"),
        ("differences", "#/history/differences/1..now"),
        ("file", "#/file"),
    ];
    let copy = work_apart(&window, home.path()).await?;
    for (name, place) in places {
        window.go(place).await?;
        shot(name).await?;
    }
    file_and_past(&window, &copy, "", &shot).await?;
    window.click("theme-toggle").await?;
    for (name, place) in places {
        window.go(place).await?;
        shot(&format!("{name}-dark")).await?;
    }
    file_and_past(&window, &copy, "-dark", &shot).await?;
    signing(&window, home.path(), "-dark", &shot).await?;
    window.click("theme-toggle").await?;
    signing(&window, home.path(), "", &shot).await?;
    window
        .run("dispatchEvent(new KeyboardEvent('keydown', {key: 'F5'}))")
        .await?;
    for (name, place) in [
        ("activities", "#/activities/A02"),
        ("overview", "#/overview"),
        ("plan-read", "#/plans/PLAN-01/read"),
        ("plan-edit", "#/plans/PLAN-01/edit"),
        ("plan-sign", "#/plans/PLAN-01/sign-off"),
        ("file", "#/file"),
    ] {
        window.go(place).await?;
        shot(&format!("{name}-projector")).await?;
    }
    file_and_past(&window, &copy, "-projector", &shot).await?;
    window.close().await
}

/// A backup, a copy given out, and the same field changed in both; answers where the copy is.
async fn work_apart(window: &Window, home: &Path) -> Result<String> {
    window.go("#/services/svc-db").await?;
    window.fill("own-restore", "5 h").await?;
    window.keys(&Key::Enter.to_string()).await?;
    window.shows("undo", "Undo").await?;
    window.go("#/file").await?;
    window.click("back-up").await?;
    window.find("backup").await?;
    window.fill("room", "Room A").await?;
    window.click("give-out").await?;
    let copy = loop {
        let said = window.text("notices").await;
        if let Some((_, path)) = said.split_once("The copy for Room A: ") {
            break path.lines().next().unwrap_or_default().trim().to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    for (record, field, value) in [
        ("svc-db", "own_restore_min", "9 h"),
        ("svc-db", "name", "Database platform (room A)"),
        ("A02", "rto_min", "2 h"),
    ] {
        mainstay(home, &["set", &copy, record, field, value]).ends(0);
    }
    window.go("#/services/svc-db").await?;
    window.fill("own-restore", "7 h").await?;
    window.keys(&Key::Enter.to_string()).await?;
    window.shows("undo", "Undo").await?;
    Ok(copy)
}

/// Signing with a new key and a timestamp, and verifying the file; the plan is submitted where it is not yet.
async fn signing(
    window: &Window,
    home: &Path,
    ending: &str,
    shot: &impl AsyncFn(&str) -> Result<()>,
) -> Result<()> {
    window.go("#/plans/PLAN-01/sign-off").await?;
    let role = match window.text("version-2.2-state").await.as_str() {
        "in review" => "reviewed-role-cio",
        _ => {
            window.fill("accept-all-reason", "Known.").await?;
            window.click("submit-plan").await?;
            window.shows("version-2.2-state", "in review").await?;
            "prepared-role-scm"
        }
    };
    let authority = Authority::new("Example-Time", &["-newkey", "rsa:2048"], "sha256", 3);
    let url = serve(move |request| Answer::Good(authority.answer(request)));
    let key = home.join(format!("{role}.key")).display().to_string();
    window.click(&format!("sign-with-{role}")).await?;
    window.fill("signer-name", "Ada Planner").await?;
    shot(&format!("sign-key{ending}")).await?;
    window.click("way-new").await?;
    window.fill("key-path", &key).await?;
    window.fill("key-passphrase", "a harbour at night").await?;
    window.fill("key-passphrase-again", "a harbour").await?;
    window.fill("timestamp", &url).await?;
    shot(&format!("sign-new{ending}")).await?;
    window
        .fill("key-passphrase-again", "a harbour at night")
        .await?;
    window.click("give-signature").await?;
    let given = format!("sign-with-{role}");
    while !window.text(&given).await.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    window.go("#/plans/PLAN-01/read").await?;
    window.click("export-pdf").await?;
    window.shows("export-result", ".pdf").await?;
    let path = window.text("export-result").await;
    window.click("verify-pdf").await?;
    window.fill("verify-path", &path).await?;
    window.click("verify").await?;
    window.find("stamped").await?;
    shot(&format!("verify{ending}")).await?;
    window.keys(&Key::Escape.to_string()).await
}

/// The views that need more than an address.
async fn file_and_past(
    window: &Window,
    copy: &str,
    ending: &str,
    shot: &impl AsyncFn(&str) -> Result<()>,
) -> Result<()> {
    window.go("#/file").await?;
    window
        .run("document.querySelector('[data-testid=passphrase-section]').scrollIntoView()")
        .await?;
    shot(&format!("passphrase{ending}")).await?;
    window.fill("copy-path", copy).await?;
    window.click("bring-back").await?;
    window.find("conflict").await?;
    shot(&format!("bring-back{ending}")).await?;
    window.keys(&Key::Escape.to_string()).await?;
    window.go("#/history").await?;
    window.find("history-step").await?;
    window
        .run("document.querySelectorAll('[data-testid=history-step] summary')[0].click()")
        .await?;
    shot(&format!("history-step{ending}")).await?;
    window.click("look-back").await?;
    window.find("past").await?;
    shot(&format!("past{ending}")).await?;
    window.click("look-now").await?;
    window.go("#/services").await?;
    window.css("main").await?;
    window
        .keys(&format!("{}k{}", Key::Control, Key::Null))
        .await?;
    window.find("palette").await?;
    window.keys("generator").await?;
    shot(&format!("palette{ending}")).await?;
    window.keys(&Key::Escape.to_string()).await?;
    Ok(())
}
