//! What submitting, signing and verifying cost, and whether any change of a byte of a signed PDF escapes.

use crate::{Outcome, SEED, app, folder, median, ms};
use mainstay_app::App;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

/// How many files with one changed byte are verified.
const CHANGES: usize = 10_000;

/// All of it, on the example's plan.
pub fn run() -> Outcome<()> {
    let dir = folder(&std::env::temp_dir())?;
    let done = measure(&dir);
    let _ = std::fs::remove_dir_all(&dir);
    done
}

fn measure(dir: &Path) -> Outcome<()> {
    let file = dir.join("example.mainstay");
    app(dir).write_example(&file, None)?;
    let mut a = app(dir);
    a.call("open", json!({ "path": file }))?;
    let begun = Instant::now();
    a.call(
        "submit_plan",
        json!({
            "plan": "PLAN-01", "as_role": "role-scm", "accept": [], "accept_all": "known", "change_note": null,
        }),
    )?;
    let submitted = begun.elapsed();
    let mut signed = Vec::new();
    for (kind, role) in [
        ("prepared", "role-scm"),
        ("reviewed", "role-cio"),
        ("reviewed", "role-ops"),
        ("approved", "role-md"),
    ] {
        let begun = Instant::now();
        a.call(
            "sign_plan",
            json!({ "plan": "PLAN-01", "kind": kind, "as_role": role, "name": "Somebody" }),
        )?;
        signed.push(begun.elapsed());
    }
    signed.sort_unstable();
    let out = dir.join("plan.pdf");
    a.call("export_pdf", json!({ "plan": "PLAN-01", "path": out }))?;
    let verified = median(5, |_| {
        let begun = Instant::now();
        match verdict(&mut a, &out)?.as_str() {
            "genuine" => Ok(begun.elapsed()),
            other => Err(format!("the untouched file is {other}").into()),
        }
    })?;
    let good = std::fs::read(&out)?;
    println!(
        "\nSignatures, on the example's plan ({} kB with four): submitting {} ms, signing {} ms, verifying {} ms",
        good.len() / 1024,
        ms(submitted),
        ms(signed.get(2).copied().unwrap_or_default()),
        ms(verified)
    );
    let mut state = SEED;
    // SplitMix64 (Steele, Lea, Flood, 2014): the same changes on every machine.
    let mut random = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    let mut changes = Vec::new();
    for _ in 0..CHANGES {
        let at = usize::try_from(random() % good.len() as u64)?;
        changes.push((at, 1 + (random() % 255) as u8));
    }
    drop(a);
    // Each processor has a copy of the workspace to itself.
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let parts: Vec<Verdicts> = std::thread::scope(|scope| {
        let parts: Vec<_> = changes
            .chunks(CHANGES.div_ceil(threads))
            .enumerate()
            .map(|(n, part)| {
                let (good, file) = (&good, &file);
                let own = dir.join(n.to_string());
                scope.spawn(move || changed(good, part, file, &own).map_err(|e| e.to_string()))
            })
            .collect();
        let done = parts.into_iter().map(|p| p.join());
        done.map(|p| p.unwrap_or_else(|_| Err("a thread stopped".into())))
            .collect::<Result<_, String>>()
    })?;
    let mut said = Verdicts::new();
    for (v, n) in parts.into_iter().flatten() {
        *said.entry(v).or_default() += n;
    }
    let said: Vec<String> = said.iter().map(|(v, n)| format!("{v} {n}")).collect();
    println!(
        "  {CHANGES} files with one byte changed at random: none genuine ({})",
        said.join(", ")
    );
    Ok(())
}

/// How often each verdict was given.
type Verdicts = std::collections::BTreeMap<String, usize>;

/// What is said of a file with each of these bytes changed.
fn changed(good: &[u8], changes: &[(usize, u8)], file: &Path, own: &Path) -> Outcome<Verdicts> {
    std::fs::create_dir(own)?;
    let (copy, bad) = (own.join("example.mainstay"), own.join("bad.pdf"));
    std::fs::copy(file, &copy)?;
    let mut a = app(own);
    a.call("open", json!({ "path": copy }))?;
    let mut said = Verdicts::new();
    for (at, other) in changes {
        let mut bytes = good.to_vec();
        if let Some(b) = bytes.get_mut(*at) {
            *b ^= other;
        }
        std::fs::write(&bad, &bytes)?;
        let v = verdict(&mut a, &bad)?;
        if v == "genuine" {
            return Err(format!("byte {at} changed by {other:#04x} is not found").into());
        }
        *said.entry(v).or_default() += 1;
    }
    Ok(said)
}

fn verdict(a: &mut App, path: &Path) -> Outcome<String> {
    let seen: Value = a.call("verify_pdf", json!({ "path": path, "against": true }))?;
    Ok(seen["verdict"].as_str().unwrap_or_default().to_owned())
}
