//! The real window, used as a planner would use it.
#![allow(clippy::unwrap_used)]

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use mainstay_tests::programs::mainstay;
use mainstay_tests::window::Window;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every screen, and how to get there.
const SCREENS: [(&str, &str); 11] = [
    ("overview", "#/overview"),
    ("activities", "#/activities/A02"),
    ("services", "#/services"),
    ("service", "#/services/svc-db"),
    ("reading a plan", "#/plans/PLAN-01/read"),
    ("sign-off", "#/plans/PLAN-01/sign-off"),
    ("editing a plan", "#/plans/PLAN-01/edit"),
    ("people", "#/people"),
    ("history", "#/history"),
    ("differences", "#/history/differences/1..now"),
    ("the file", "#/file"),
];

async fn example(home: &Path) -> Result<Window> {
    let w = Window::open(home, &[]).await?;
    w.click("open-example").await?;
    w.find("nav-overview").await?;
    Ok(w)
}

/// The one workspace under the test's documents.
fn workspace_file(home: &Path) -> Result<PathBuf> {
    let mut found = Vec::new();
    for e in std::fs::read_dir(home.join("documents"))? {
        found.push(e?.path());
    }
    let plans: Vec<_> = found
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "mainstay"))
        .collect();
    ensure!(plans.len() == 1, "one workspace and not {found:?}");
    Ok(plans[0].clone())
}

fn pdf_text(path: &str) -> Result<String> {
    let out = Command::new("pdftotext")
        .args(["-layout", path, "-"])
        .output()
        .context("pdftotext")?;
    ensure!(
        out.status.success(),
        "pdftotext: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    Ok(String::from_utf8(out.stdout)?)
}

#[tokio::test]
async fn from_an_impact_row_to_a_signed_off_pdf() -> Result<()> {
    let home = tempfile::tempdir()?;
    let w = example(home.path()).await?;

    // Keys alone: to the activities, into the grid, one whole row.
    w.keys(&format!("{}2{}", Key::Alt, Key::Null)).await?;
    w.shows("mtpd-proposed", "4 h").await?;
    for _ in 0..60 {
        if w.run("return document.activeElement?.dataset?.at ?? null")
            .await?
            == "0.0"
        {
            break;
        }
        w.keys(&Key::Tab.to_string()).await?;
    }
    assert_eq!(
        w.run("return document.activeElement?.dataset?.testid ?? null")
            .await?,
        "cell-safety-60"
    );
    w.keys("333333").await?;
    w.shows("mtpd-proposed", "1 h").await?;
    w.shows("consequence", "MTPD 1 h").await?;
    w.shows("undo", "rate safety of A05 at 7 d").await?;
    // Taken back step by step, the MTPD moves back, and forward again.
    for _ in 0..6 {
        w.keys(&format!("{}z{}", Key::Control, Key::Null)).await?;
    }
    w.shows("mtpd-proposed", "4 h").await?;
    for _ in 0..6 {
        w.click("redo").await?;
    }
    w.shows("mtpd-proposed", "1 h").await?;

    // Submission is blocked until every finding that blocks is accepted with a sentence.
    w.go("#/plans/PLAN-01/sign-off").await?;
    assert!(
        !w.find("submit-plan").await?.is_enabled().await?,
        "findings block"
    );
    w.fill(
        "accept-all-reason",
        "Known; closed by the strategies until June.",
    )
    .await?;
    w.click("submit-plan").await?;
    w.shows("version-2.2-state", "in review").await?;
    assert_eq!(
        w.text("name-approved-role-md").await,
        "",
        "approval comes last"
    );
    for (kind, role, name) in [
        ("prepared", "role-scm", "Ada Planner"),
        ("reviewed", "role-cio", "Bo Reviewer"),
        ("reviewed", "role-ops", "Cy Reviewer"),
    ] {
        w.fill(&format!("name-{kind}-{role}"), name).await?;
        w.click(&format!("sign-{kind}-{role}")).await?;
    }
    // Who approves signs with a key of her own, made on the spot.
    let key = home.path().join("di.key");
    w.click("sign-with-approved-role-md").await?;
    w.fill("signer-name", "Di Ápprover").await?;
    w.click("way-new").await?;
    w.fill("key-path", key.to_str().context("path")?).await?;
    w.fill("key-passphrase", "a harbour at night").await?;
    w.fill("key-passphrase-again", "a harbour at night").await?;
    w.click("give-signature").await?;
    w.shows("version-2.2-state", "approved").await?;

    w.go("#/plans/PLAN-01/read").await?;
    // As it is printed, with what was signed in its place; and as text.
    w.fill("find-on-pages", "Database platform").await?;
    w.shows("found-on-pages", "1 of ").await?;
    w.click("look-text").await?;
    w.shows("plan-document", "Database platform").await?;
    // What stands at the foot of a page there stands below the table here, and heads over several columns are heads.
    w.shows("plan-document", "Restore time of the service alone.")
        .await?;
    w.shows("plan-document", "Recovery time").await?;
    w.click("export-pdf").await?;
    w.shows("export-result", ".pdf").await?;
    let path = w.text("export-result").await;
    w.click("verify-pdf").await?;
    w.fill("verify-path", &path).await?;
    w.click("verify").await?;
    w.shows("verdict", "signed by all who must, and in force")
        .await?;
    w.close().await?;

    let text = pdf_text(&path)?;
    for part in [
        "Allocate stock and release picking waves",
        "Di Ápprover",
        "Known; closed by the strategies until June.",
        "approved",
        "page 1 of",
    ] {
        assert!(
            text.to_lowercase().contains(&part.to_lowercase()),
            "the PDF lacks “{part}”"
        );
    }
    assert!(!text.contains("DRAFT"), "an approved plan is no draft");
    // The closed window left one file that stands every check of its integrity.
    let file = workspace_file(home.path())?;
    let file = file.to_str().context("path")?;
    let check = mainstay(home.path(), &["check", file, "--json"]);
    assert!(check.status == 0 || check.status == 1, "{check:?}");
    let listed = mainstay(home.path(), &["plan", "list", file, "--json"])
        .ends(0)
        .json();
    assert!(listed.to_string().contains("Di Ápprover"), "{listed}");
    Ok(())
}

#[tokio::test]
async fn a_new_workspace_starts_from_a_pasted_service_list() -> Result<()> {
    let home = tempfile::tempdir()?;
    let w = Window::open(home.path(), &[]).await?;
    w.click("new-workspace").await?;
    w.css("#new-organisation")
        .await?
        .send_keys("Ünïted <b>Bakers</b>")
        .await?;
    w.css("#new-approves")
        .await?
        .send_keys(&Key::Enter.to_string())
        .await?;
    w.click("paste-rows").await?;
    let rows = "Name\\tKind\\tOwn restore time\\nOven control\\tapplication\\tsoon\\nSite network\\tnetwork\\t1h30";
    let put = |t: &str| {
        format!(
            "const f = document.querySelector('[data-testid=\"paste-text\"]'); f.value = '{t}'; f.dispatchEvent(new Event('input', {{bubbles: true}}));"
        )
    };
    w.find("paste-text").await?;
    w.run(&put(rows)).await?;
    w.shows("paste-summary", "1 cell to put right").await?;
    assert!(!w.find("paste-take").await?.is_enabled().await?);
    w.run(&put(&rows.replace("soon", "2 h"))).await?;
    w.shows("paste-summary", "2 new records").await?;
    w.click("paste-take").await?;
    w.shows("nav-services", "2").await?;
    // A first activity, its RTO as people say it, and what it needs.
    w.go("#/activities").await?;
    w.css(".empty .main").await?.click().await?;
    w.css("#new-name").await?.send_keys("Bake bread").await?;
    w.css("#new-name")
        .await?
        .send_keys(&Key::Enter.to_string())
        .await?;
    w.shows("mtpd-proposed", "not assessed").await?;
    w.fill("rto", "1.5 h").await?;
    w.keys(&Key::Enter.to_string()).await?;
    w.shows("consequence", "RTO 1 h 30 min").await?;
    // What cannot be understood is refused beside the field and stays as it was typed.
    w.fill("rto", "soon").await?;
    w.keys(&Key::Enter.to_string()).await?;
    let said = w.css(".side .wrong").await?.text().await?;
    assert!(said.contains("Not understood"), "{said}");
    assert_eq!(
        w.find("rto").await?.prop("value").await?.as_deref(),
        Some("soon")
    );
    w.close().await?;
    let file = workspace_file(home.path())?;
    let out = mainstay(home.path(), &["export", file.to_str().context("path")?])
        .ends(0)
        .json();
    assert_eq!(out["organisation"]["name"], "Ünïted <b>Bakers</b>");
    assert_eq!(out["services"][1]["own_restore_min"], 90);
    assert_eq!(out["activities"][0]["rto_min"], 90);
    Ok(())
}

#[tokio::test]
async fn no_screen_has_an_accessibility_violation() -> Result<()> {
    let home = tempfile::tempdir()?;
    let w = Window::open(home.path(), &[]).await?;
    w.find("open-example").await?;
    let mut wrong: Vec<String> = Vec::new();
    let mut look = async |w: &Window, name: &str| -> Result<()> {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        wrong.extend(w.axe().await?.into_iter().map(|v| format!("{name}: {v}")));
        Ok(())
    };
    look(&w, "start").await?;
    w.click("open-example").await?;
    w.find("nav-overview").await?;
    for theme in ["light", "dark"] {
        for (name, place) in SCREENS {
            w.go(place).await?;
            look(&w, &format!("{name}, {theme}")).await?;
        }
        w.click("theme-toggle").await?;
    }
    w.go("#/services").await?;
    for (name, keys) in [
        ("palette", format!("{}k{}", Key::Control, Key::Null)),
        ("keys", "?".into()),
    ] {
        w.css("main").await?;
        w.keys(&keys).await?;
        w.css("dialog[open]").await?;
        look(&w, name).await?;
        w.keys(&Key::Escape.to_string()).await?;
    }
    for button in ["paste-rows", "add-service"] {
        w.click(button).await?;
        w.css("dialog[open]").await?;
        look(&w, button).await?;
        w.keys(&Key::Escape.to_string()).await?;
    }
    w.go("#/plans/PLAN-01/read").await?;
    w.click("verify-pdf").await?;
    w.css("dialog[open]").await?;
    look(&w, "verify").await?;
    w.close().await?;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// Writes how long a service takes to restore, as typed into its panel.
async fn restore_time(w: &Window, service: &str, text: &str) -> Result<()> {
    w.go(&format!("#/services/{service}")).await?;
    w.fill("own-restore", text).await?;
    w.keys(&Key::Enter.to_string()).await?;
    w.shows("undo", "Undo “").await
}

/// How long a service takes to restore by the file, minutes.
fn restore_min(home: &Path, file: &Path, service: &str) -> Result<serde_json::Value> {
    let out = mainstay(home, &["export", file.to_str().context("path")?])
        .ends(0)
        .json();
    let services = out["services"].as_array().context("services")?;
    let one = services.iter().find(|s| s["id"] == service);
    Ok(one.context("the service")?["own_restore_min"].clone())
}

/// Waits until the panel of a service shows this as its time to restore.
async fn shows_restore(w: &Window, service: &str, text: &str) -> Result<()> {
    w.go(&format!("#/services/{service}")).await?;
    let mut now = None;
    for _ in 0..200 {
        now = w.find("own-restore").await?.prop("value").await?;
        if now.as_deref() == Some(text) {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    anyhow::bail!("{service} shows {now:?}, not {text}")
}

/// Opens the latest step of the history, once it is this one.
async fn open_step(w: &Window, operation: &str) -> Result<()> {
    w.go("#/history").await?;
    w.shows("history-step", operation).await?;
    w.run("document.querySelector('[data-testid=history-step] summary').click()")
        .await?;
    Ok(())
}

#[tokio::test]
async fn an_edit_shows_in_the_history_and_the_workspace_as_it_was_before_it() -> Result<()> {
    let home = tempfile::tempdir()?;
    let w = example(home.path()).await?;
    w.go("#/services/svc-erp").await?;
    let before = w.find("own-restore").await?.prop("value").await?;
    let before = before.context("what the example says")?;
    restore_time(&w, "svc-db", "5 h").await?;
    restore_time(&w, "svc-erp", "8 h").await?;
    open_step(&w, "ERP").await?;
    w.shows("history-step", &before).await?;
    w.shows("history-step", "8 h").await?;
    let wrong = w.axe().await?;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // The step before it: what it wrote stands there, and nothing can be changed.
    w.run("const all = document.querySelectorAll('[data-testid=history-step] summary'); all[0].click(); all[1].click();").await?;
    w.run("document.querySelectorAll('[data-testid=look-back]')[1].click()")
        .await?;
    w.shows("past", "Read-only").await?;
    shows_restore(&w, "svc-db", "5 h").await?;
    shows_restore(&w, "svc-erp", &before).await?;
    assert_eq!(
        w.run("return document.querySelector('[data-testid=own-restore]').readOnly")
            .await?,
        true
    );
    let wrong = w.axe().await?;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    w.click("look-now").await?;
    shows_restore(&w, "svc-erp", "8 h").await?;
    assert_eq!(w.text("past").await, "", "today has no banner");
    w.close().await?;
    let file = workspace_file(home.path())?;
    assert_eq!(restore_min(home.path(), &file, "svc-erp")?, 480);
    Ok(())
}

#[tokio::test]
async fn a_copy_is_given_out_and_brought_back_with_a_choice() -> Result<()> {
    let home = tempfile::tempdir()?;
    let w = example(home.path()).await?;
    let file = workspace_file(home.path())?;
    w.go("#/file").await?;
    w.fill("room", "Room A").await?;
    w.click("give-out").await?;
    w.shows("notices", "The copy for Room A").await?;
    let copy = file.with_file_name(format!(
        "{} - Room A.mainstay",
        file.file_stem().context("name")?.to_string_lossy()
    ));
    let copy = copy.to_str().context("path")?;
    for (record, field, value) in [
        ("svc-db", "own_restore_min", "9 h"),
        ("svc-erp", "own_restore_min", "11 h"),
    ] {
        mainstay(home.path(), &["set", copy, record, field, value]).ends(0);
    }
    restore_time(&w, "svc-db", "7 h").await?;

    w.go("#/file").await?;
    w.fill("copy-path", copy).await?;
    w.click("bring-back").await?;
    w.shows("conflict", "7 h").await?;
    w.shows("conflict", "9 h").await?;
    let now = w.find("bring-back-now").await?;
    assert!(!now.is_enabled().await?, "a conflict waits for its choice");
    let wrong = w.axe().await?;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    w.css("[data-testid=conflict] input[value=theirs]")
        .await?
        .click()
        .await?;
    w.click("bring-back-now").await?;
    w.shows("undo", "Room A").await?;
    shows_restore(&w, "svc-db", "9 h").await?;
    shows_restore(&w, "svc-erp", "11 h").await?;
    // One step, which is taken back as one.
    w.click("undo").await?;
    shows_restore(&w, "svc-db", "7 h").await?;
    w.close().await?;
    assert_eq!(restore_min(home.path(), &file, "svc-db")?, 420);
    assert_ne!(restore_min(home.path(), &file, "svc-erp")?, 660);
    Ok(())
}

#[tokio::test]
async fn a_backup_made_by_hand_is_restored_as_a_new_file() -> Result<()> {
    let home = tempfile::tempdir()?;
    let w = example(home.path()).await?;
    let file = workspace_file(home.path())?;
    restore_time(&w, "svc-db", "5 h").await?;
    w.go("#/file").await?;
    w.click("back-up").await?;
    w.shows("notices", "A backup was made").await?;
    restore_time(&w, "svc-db", "7 h").await?;

    w.go("#/file").await?;
    w.css("[data-testid=backup] button").await?.click().await?;
    w.find("restore").await?;
    let wrong = w.axe().await?;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    w.click("restore").await?;
    w.shows("notices", "open as a new file").await?;
    shows_restore(&w, "svc-db", "5 h").await?;
    let path = w.find("workspace-file").await?.attr("title").await?;
    let path = path.context("where the file is")?;
    let path = PathBuf::from(path.trim_start_matches("The workspace file: "));
    assert_ne!(path, file, "the file it was made from is another");
    w.close().await?;
    assert_eq!(restore_min(home.path(), &path, "svc-db")?, 300);
    assert_eq!(
        restore_min(home.path(), &file, "svc-db")?,
        420,
        "it stands as it was"
    );
    Ok(())
}

#[tokio::test]
async fn a_passphrase_is_set_and_asked_for() -> Result<()> {
    let home = tempfile::tempdir()?;
    let w = example(home.path()).await?;
    let file = workspace_file(home.path())?;
    w.go("#/file").await?;
    w.fill("new-passphrase", "correct horse").await?;
    w.fill("new-passphrase-again", "correct horse").await?;
    w.click("understood").await?;
    w.click("set-passphrase").await?;
    w.shows("notices", "have the new passphrase").await?;
    w.find("old-passphrase").await?;
    let wrong = w.axe().await?;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    w.close().await?;
    let plain = std::fs::read(&file)?.starts_with(b"SQLite format 3");
    assert!(!plain, "the file can be read without its passphrase");

    let path = file.display().to_string();
    let w = Window::open(home.path(), &[&path]).await?;
    w.find("ask-passphrase").await?;
    let wrong = w.axe().await?;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    w.fill("passphrase", "wrong horse").await?;
    w.keys(&Key::Enter.to_string()).await?;
    w.shows("wrong-passphrase", "passphrase is wrong").await?;
    w.fill("passphrase", "correct horse").await?;
    w.keys(&Key::Enter.to_string()).await?;
    w.find("nav-overview").await?;
    w.close().await
}

#[tokio::test]
async fn pictures_are_not_blank_and_follow_the_look() -> Result<()> {
    let home = tempfile::tempdir()?;
    let w = example(home.path()).await?;
    w.go("#/activities/A02").await?;
    w.shows("mtpd-proposed", "8 h").await?;
    let light = Picture::read(&w.picture().await?)?;
    ensure!(
        light.colours > 200,
        "only {} colours in the picture",
        light.colours
    );
    w.click("theme-toggle").await?;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let dark = Picture::read(&w.picture().await?)?;
    assert!(
        light.brightness > 180.0 && dark.brightness < 80.0,
        "{} and {}",
        light.brightness,
        dark.brightness
    );
    // Nothing hangs over the edge of a laptop's screen.
    for (name, place) in SCREENS {
        w.go(place).await?;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let over = w
            .run("return document.documentElement.scrollWidth - innerWidth")
            .await?;
        assert_eq!(over, 0, "{name} is wider than the window");
    }
    w.close().await
}

#[tokio::test]
async fn odd_names_stay_words_and_stay_inside_the_window() -> Result<()> {
    let home = tempfile::tempdir()?;
    let mut v: serde_json::Value = serde_json::from_str(mainstay_exchange::EXAMPLE)?;
    let odd = [
        "<img src=x onerror=\"document.title='broken'\"><b>bold</b>".to_owned(),
        "מערכת הזמנות שלום / نظام الطلبات".into(),
        "🚚 \"Lieferung\" 👩‍👩‍👧".into(),
        "x".repeat(10_000),
        "wort ".repeat(2_000),
    ];
    for (i, name) in odd.iter().enumerate() {
        v["services"][i]["name"] = name.as_str().into();
        v["activities"][i]["name"] = name.as_str().into();
        v["roles"][i]["name"] = name.as_str().into();
    }
    v["organisation"]["name"] = odd[3].as_str().into();
    v["plan"]["title"] = odd[3].as_str().into();
    std::fs::write(home.path().join("in.json"), v.to_string())?;
    mainstay(home.path(), &["import", "in.json", "odd.mainstay"]).ends(0);
    let file = home.path().join("odd.mainstay");
    let w = Window::open(home.path(), &[file.to_str().context("path")?]).await?;
    w.find("nav-overview").await?;
    let mut places: Vec<String> = SCREENS.iter().map(|s| s.1.to_owned()).collect();
    for a in 1..=5 {
        places.push(format!("#/activities/A0{a}"));
    }
    places.push("#/services/svc-power".into());
    places.push("#/services/svc-link-a".into());
    for place in &places {
        w.go(place).await?;
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        let over = w
            .run("return document.documentElement.scrollWidth - innerWidth")
            .await?;
        assert_eq!(over, 0, "{place} is wider than the window");
        assert_eq!(
            w.run("return document.querySelectorAll('main img, main b b').length")
                .await?,
            0,
            "{place}"
        );
    }
    assert_eq!(w.run("return document.title").await?, "Mainstay");
    w.close().await
}

/// What can be told of a picture without looking.
struct Picture {
    colours: usize,
    brightness: f64,
}

impl Picture {
    fn read(bytes: &[u8]) -> Result<Self> {
        let mut reader = png::Decoder::new(bytes).read_info()?;
        let mut pixels = vec![0; reader.output_buffer_size()];
        let info = reader.next_frame(&mut pixels)?;
        let step = info.color_type.samples();
        ensure!(step >= 3, "a picture in colour");
        let mut seen = std::collections::BTreeSet::new();
        let mut sum = 0.0;
        for p in pixels.chunks_exact(step) {
            seen.insert([p[0], p[1], p[2]]);
            sum += (f64::from(p[0]) + f64::from(p[1]) + f64::from(p[2])) / 3.0;
        }
        let count = (pixels.len() / step) as f64;
        Ok(Self {
            colours: seen.len(),
            brightness: sum / count,
        })
    }
}
