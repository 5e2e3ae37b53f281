//! Takes a picture of every section of the window on the example workspace:
//! `cargo run -p mainstay-tests --example screenshots -- DIR [1920x1080]`, under a display.

use anyhow::{Context, Result};
use mainstay_tests::window::Window;
use std::path::PathBuf;

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
    ];
    for (name, place) in places {
        window.go(place).await?;
        shot(name).await?;
    }
    window.click("theme-toggle").await?;
    for (name, place) in places {
        window.go(place).await?;
        shot(&format!("{name}-dark")).await?;
    }
    window.click("theme-toggle").await?;
    window
        .run("dispatchEvent(new KeyboardEvent('keydown', {key: 'F5'}))")
        .await?;
    for (name, place) in [
        ("activities", "#/activities/A02"),
        ("overview", "#/overview"),
    ] {
        window.go(place).await?;
        shot(&format!("{name}-projector")).await?;
    }
    window.close().await
}
