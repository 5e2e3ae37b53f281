//! Running commands, with their progress shown.

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The project's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .map(Path::to_path_buf)
        .unwrap_or_default()
}

/// Where builds go.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A command in the project's folder.
pub fn command(program: &str, args: &[&str]) -> Command {
    // npm is a script on Windows, which is not found without its ending.
    let program = if cfg!(windows) && program == "npm" {
        "npm.cmd"
    } else {
        program
    };
    let mut c = Command::new(program);
    c.args(args).current_dir(root());
    c
}

/// Runs a command whose own output is shown and is the last that is said, and fails when it fails.
pub fn last(title: &str, mut c: Command) -> Result<()> {
    eprintln!("== {title}");
    let status = c
        .status()
        .with_context(|| format!("{title}: {:?} could not be started", c.get_program()))?;
    if !status.success() {
        bail!("{title} failed");
    }
    Ok(())
}

/// Runs a command whose own output is shown, and fails when it fails.
pub fn show(title: &str, c: Command) -> Result<()> {
    let begun = Instant::now();
    last(title, c)?;
    eprintln!("   {title}: {:.1} s", begun.elapsed().as_secs_f32());
    Ok(())
}

/// Runs a long command with a moving line that shows what it is doing; its whole output is shown when it fails.
pub fn quietly(title: &str, mut c: Command) -> Result<()> {
    let begun = Instant::now();
    let bar = spinner(title);
    let mut child = c
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{title}: {:?} could not be started", c.get_program()))?;
    let stdout = child.stdout.take();
    let out = std::thread::spawn(move || stdout.map(|s| lines(s, None)).unwrap_or_default());
    let err = child
        .stderr
        .take()
        .map(|s| lines(s, Some((&bar, title))))
        .unwrap_or_default();
    let status = child.wait()?;
    let out = out.join().unwrap_or_default();
    bar.finish_and_clear();
    if !status.success() {
        eprintln!("{out}{err}");
        bail!("{title} failed");
    }
    eprintln!("   {title}: {:.1} s", begun.elapsed().as_secs_f32());
    Ok(())
}

fn spinner(title: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        eprintln!("== {title} ...");
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]") {
        bar.set_style(style);
    }
    bar.set_message(title.to_string());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

fn lines(stream: impl std::io::Read, show: Option<(&ProgressBar, &str)>) -> String {
    let mut all = String::new();
    let (mut compiled, mut told) = (0, Instant::now());
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        if let Some((bar, title)) = show {
            let doing = line.trim();
            if doing.starts_with("Compiling") || doing.starts_with("Checking") {
                compiled += 1;
            }
            let shown: String = doing.chars().take(70).collect();
            bar.set_message(format!("{title}: {shown}"));
            // Without a terminal, a line now and then says that it is still going.
            if bar.is_hidden() && compiled > 0 && told.elapsed() > Duration::from_secs(20) {
                eprintln!("   {title}: {compiled} packages compiled so far");
                told = Instant::now();
            }
        }
        all.push_str(&line);
        all.push('\n');
    }
    all
}

/// Whether a program is there.
pub fn has(program: &str, arg: &str) -> bool {
    command(program, &[arg])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// Does something only when the files it depends on have changed since it last succeeded.
pub fn when_changed(
    name: &str,
    inputs: &[PathBuf],
    output: &Path,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let stamp = target().join("xtask").join(name);
    let now = fingerprint(inputs)?;
    if output.exists() && std::fs::read_to_string(&stamp).is_ok_and(|s| s == now) {
        return Ok(());
    }
    work()?;
    if let Some(dir) = stamp.parent() {
        std::fs::create_dir_all(dir)?;
    }
    // Taken again, because the work may have touched an input, as npm does with its lock file.
    std::fs::write(&stamp, fingerprint(inputs)?)?;
    Ok(())
}

fn fingerprint(inputs: &[PathBuf]) -> Result<String> {
    let mut files = Vec::new();
    for i in inputs {
        collect(i, &mut files)?;
    }
    files.sort();
    // FNV-1a over names and contents: only equality matters, and nobody is fooled on purpose.
    let mut h: u64 = 0xcbf2_9ce4_8422_2325;
    let mut eat = |bytes: &[u8]| {
        for b in bytes {
            h = (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for f in &files {
        eat(f.to_string_lossy().as_bytes());
        eat(&std::fs::read(f).with_context(|| f.display().to_string())?);
    }
    Ok(format!("{h:016x} {}", files.len()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for e in std::fs::read_dir(path)? {
            collect(&e?.path(), files)?;
        }
    } else if path.exists() {
        files.push(path.to_path_buf());
    }
    Ok(())
}
