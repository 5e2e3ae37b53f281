//! Takes a picture of every section of the window on the example workspace:
//! `cargo run -p mainstay-tests --example screenshots -- DIR [WIDTH HEIGHT]`, under a display.

use anyhow::{Context, Result};
use mainstay_tests::window::Window;
use std::path::PathBuf;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().context("where to put the pictures?")?);
    let size: Vec<u32> = args.filter_map(|a| a.parse().ok()).collect();
    let (w, h) = match size[..] {
        [w, h] => (w, h),
        _ => (1366, 768),
    };
    std::fs::create_dir_all(&dir)?;
    let home = tempfile::tempdir()?;
    let window = Window::open(home.path(), &[]).await?;
    window.resize(w, h).await?;
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
    window.run("dispatchEvent(new KeyboardEvent('keydown', {key: 'F5'}))").await?;
    for (name, place) in [("activities", "#/activities/A02"), ("overview", "#/overview")] {
        window.go(place).await?;
        shot(&format!("{name}-projector")).await?;
    }
    window.close().await
}
