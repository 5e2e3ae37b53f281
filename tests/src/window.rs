//! The real window, driven through WebKitWebDriver as a person would use it.

use crate::programs;
use anyhow::{Context, Result, bail, ensure};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a person would wait at most.
const PATIENCE: Duration = Duration::from_secs(20);

/// A driver in a process group of its own, which ends with it.
struct Driver {
    child: Child,
    url: String,
}

impl Driver {
    fn start(home: &Path, size: &str) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut c = Command::new("WebKitWebDriver");
        c.args([format!("--port={port}"), "--host=127.0.0.1".into()])
            .env("MAINSTAY_AUTOMATION", size)
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            // Without this renderer the driver's pictures never come.
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "0")
            .env("HOME", home)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        for (name, dir) in [
            ("XDG_STATE_HOME", "state"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_DOCUMENTS_DIR", "documents"),
        ] {
            let dir = home.join(dir);
            std::fs::create_dir_all(&dir)?;
            c.env(name, dir);
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut c, 0);
        let child = c
            .spawn()
            .context("WebKitWebDriver is missing: install webkit2gtk-driver")?;
        let me = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
        };
        let begin = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            ensure!(begin.elapsed() < PATIENCE, "WebKitWebDriver never listened");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(me)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The whole group: ending the driver alone would leave the window it started.
        #[cfg(unix)]
        #[allow(unsafe_code)]
        // SAFETY: only sends a signal to the group that this test made.
        unsafe {
            libc::kill(-(self.child.id() as i32), libc::SIGKILL);
        }
        let _ = self.child.wait();
    }
}

/// The open window.
pub struct Window {
    client: Client,
    _driver: Driver,
}

impl Window {
    /// Starts the desktop program with these arguments, its own folders under `home`, in a window of the size most
    /// laptops have.
    ///
    /// # Errors
    /// When the program or the driver is missing or does not start.
    pub async fn open(home: &Path, args: &[&str]) -> Result<Self> {
        Self::open_sized(home, args, "1366x768").await
    }

    /// The same in a window of this size, such as `1920x1080`.
    ///
    /// # Errors
    /// When the program or the driver is missing or does not start.
    pub async fn open_sized(home: &Path, args: &[&str], size: &str) -> Result<Self> {
        let app = programs::desktop()?;
        let driver = Driver::start(home, size)?;
        let caps = json!({ "webkitgtk:browserOptions": { "binary": app, "args": args } });
        let Value::Object(caps) = caps else {
            bail!("BUG: capabilities are an object")
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(caps)
            .connect(&driver.url)
            .await
            .context("the window did not open")?;
        Ok(Self {
            client,
            _driver: driver,
        })
    }

    /// The element with this test id, once it is there.
    ///
    /// # Errors
    /// When it never comes.
    pub async fn find(&self, id: &str) -> Result<fantoccini::elements::Element> {
        let css = format!("[data-testid=\"{id}\"]");
        self.client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(&css))
            .await
            .with_context(|| format!("nothing with the test id {id}"))
    }

    /// The element that a CSS selector names, once it is there.
    ///
    /// # Errors
    /// When it never comes.
    pub async fn css(&self, css: &str) -> Result<fantoccini::elements::Element> {
        self.client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(css))
            .await
            .with_context(|| format!("nothing matches {css}"))
    }

    /// Presses the element with this test id.
    ///
    /// # Errors
    /// When it is not there or cannot be pressed.
    pub async fn click(&self, id: &str) -> Result<()> {
        let begin = Instant::now();
        loop {
            match self.find(id).await?.click().await {
                Ok(()) => return Ok(()),
                Err(e) if begin.elapsed() > PATIENCE => {
                    return Err(e).with_context(|| format!("cannot press {id}"));
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// Types into whatever has the focus.
    ///
    /// # Errors
    /// When nothing has it.
    pub async fn keys(&self, keys: &str) -> Result<()> {
        self.client.active_element().await?.send_keys(keys).await?;
        Ok(())
    }

    /// Replaces what stands in the field with this test id, and leaves it.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn fill(&self, id: &str, text: &str) -> Result<()> {
        let field = self.find(id).await?;
        field.click().await?;
        field
            .send_keys(&format!("{}a{}", Key::Control, Key::Null))
            .await?;
        field.send_keys(&Key::Delete.to_string()).await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// The text of the element with this test id; empty when it is not there.
    pub async fn text(&self, id: &str) -> String {
        // The driver's own reading leaves out what is cut off with an ellipsis.
        let script =
            "return document.querySelector(`[data-testid=\"${arguments[0]}\"]`)?.innerText ?? ''";
        match self.client.execute(script, vec![json!(id)]).await {
            Ok(Value::String(s)) => s,
            _ => String::new(),
        }
    }

    /// Waits until the element with this test id shows this text somewhere.
    ///
    /// # Errors
    /// When it never does; says what it showed instead.
    pub async fn shows(&self, id: &str, text: &str) -> Result<()> {
        let begin = Instant::now();
        loop {
            let now = self.text(id).await;
            if now.contains(text) {
                return Ok(());
            }
            if begin.elapsed() > PATIENCE {
                self.keep_picture(id).await;
                bail!("{id} shows “{now}”, not “{text}”");
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Runs JavaScript in the page.
    ///
    /// # Errors
    /// When it throws.
    pub async fn run(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Runs JavaScript that answers by calling its last argument.
    ///
    /// # Errors
    /// When it throws or takes too long.
    pub async fn run_async(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute_async(script, Vec::new()).await?)
    }

    /// Goes to a place such as `#/services/svc-db`.
    ///
    /// # Errors
    /// When the page does not answer.
    pub async fn go(&self, place: &str) -> Result<()> {
        let place = serde_json::to_string(place)?;
        self.run(&format!("location.hash = {place}")).await?;
        Ok(())
    }

    /// A picture of the window, PNG.
    ///
    /// # Errors
    /// When none can be taken.
    pub async fn picture(&self) -> Result<Vec<u8>> {
        Ok(self.client.screenshot().await?)
    }

    /// Leaves a picture in the folder that `MAINSTAY_PICTURES` names, for whoever has to find out what went wrong.
    async fn keep_picture(&self, name: &str) {
        if let (Some(dir), Ok(picture)) =
            (std::env::var_os("MAINSTAY_PICTURES"), self.picture().await)
        {
            let _ = std::fs::write(Path::new(&dir).join(format!("{name}.png")), picture);
        }
    }

    /// What axe finds wrong on this screen, one line each.
    ///
    /// # Errors
    /// When axe cannot run.
    pub async fn axe(&self) -> Result<Vec<String>> {
        let axe = std::fs::read_to_string(axe_file())
            .context("axe-core is not installed: npm ci in ui/")?;
        self.run(&axe).await?;
        let script = r#"
            const done = arguments[arguments.length - 1];
            axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] })
              .then((r) => done(r.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " " + n.any.concat(n.all, n.none).map((c) => c.message).join("; ")).join(" | ")}`)))
              .catch((e) => done(["axe failed: " + e]));"#;
        let found = self.run_async(script).await?;
        let list = found.as_array().context("axe answered nothing")?;
        Ok(list
            .iter()
            .map(|v| v.as_str().unwrap_or_default().to_owned())
            .collect())
    }

    /// Closes the window, as its close button would.
    ///
    /// # Errors
    /// When it does not close.
    pub async fn close(self) -> Result<()> {
        self.client.close().await?;
        Ok(())
    }
}

fn axe_file() -> PathBuf {
    programs::root().join("ui/node_modules/axe-core/axe.min.js")
}
