//! The system's packages.

use crate::step::{command, has, quietly};
use anyhow::{Result, bail};
use std::process::Stdio;

/// What building and running needs on Debian and Ubuntu.
const TO_RUN: &[&str] = &[
    "build-essential",
    "pkg-config",
    // The window.
    "libwebkit2gtk-4.1-dev",
    // The bindings of SQLite's session extension are generated.
    "libclang-dev",
    "clang",
    // OpenSSL, which SQLCipher stands on, configures itself with it.
    "perl",
];

/// What the tests need beside.
const TO_TEST: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "dbus",
    // Reads the PDF back.
    "poppler-utils",
    // Judges it.
    "qpdf",
    // Has letters of China, Japan and Korea.
    "fonts-droid-fallback",
    // Makes keys of another program, and is an authority for timestamps.
    "openssl",
    "openjdk-17-jdk-headless",
    "libjaxb-java",
    "python3-pip",
];

/// Installs what is missing for building and running.
pub fn for_running() -> Result<()> {
    install(TO_RUN)
}

/// Installs what is missing for the tests.
pub fn for_tests() -> Result<()> {
    install(&[TO_RUN, TO_TEST].concat())
}

fn install(wanted: &[&str]) -> Result<()> {
    if !has("npm", "--version") {
        bail!(
            "Node.js 20 or later with npm is needed; get it from https://nodejs.org or your system's packages"
        );
    }
    if !cfg!(target_os = "linux") {
        if cfg!(target_os = "macos") && !has("clang", "--version") {
            bail!("the command line tools are needed: xcode-select --install");
        }
        return Ok(());
    }
    if !has("apt-get", "--version") {
        eprintln!(
            "This is not Debian or Ubuntu. If the build does not find a library, install the counterparts of: {}\n\
             Fedora: sudo dnf install webkit2gtk4.1-devel clang gcc-c++ make pkgconf\n\
             Arch: sudo pacman -S --needed webkit2gtk-4.1 clang base-devel",
            wanted.join(" ")
        );
        return Ok(());
    }
    let missing: Vec<&str> = wanted.iter().copied().filter(|p| !installed(p)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let root = command("id", &["-u"])
        .output()
        .is_ok_and(|o| o.stdout.starts_with(b"0"));
    let apt = |args: &[&str]| {
        let mut c = if root {
            command("apt-get", args)
        } else {
            command("sudo", &[&["apt-get"], args].concat())
        };
        c.env("DEBIAN_FRONTEND", "noninteractive");
        c
    };
    if !root && !has("sudo", "--version") {
        bail!(
            "these packages are missing; install them as root: apt-get install {}",
            missing.join(" ")
        );
    }
    quietly("refreshing the package lists", apt(&["update", "-q"]))?;
    quietly(
        &format!("installing {}", missing.join(" ")),
        apt(&[
            &["install", "-y", "-q", "--no-install-recommends"],
            missing.as_slice(),
        ]
        .concat()),
    )
}

fn installed(package: &str) -> bool {
    command("dpkg-query", &["-W", "-f=${Status}", package])
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|o| {
            o.status.success() && String::from_utf8_lossy(&o.stdout).contains("ok installed")
        })
}
