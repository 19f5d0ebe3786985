//! How a browser looks at pages: the size of its window, and whether it is day.

use std::env;

use serde_json::{Map, Value, json};

/// The size of the window, and whether it is day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) name: &'static str,
    width: u32,
    height: u32,
    scheme: Scheme,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Light,
    Dark,
}

/// At a desk, by day.
pub(super) const WIDE: Look = Look {
    name: "wide-light",
    width: 1280,
    height: 900,
    scheme: Scheme::Light,
};
/// On a phone, by night.
pub(super) const NARROW: Look = Look {
    name: "narrow-dark",
    width: 390,
    height: 844,
    scheme: Scheme::Dark,
};

/// Lives it at a desk by day, and then on a phone by night.
pub(super) async fn at_both<L, F>(live: L)
where
    L: Fn(Look) -> F,
    F: Future<Output = ()>,
{
    for look in [WIDE, NARROW] {
        live(look).await;
    }
}

impl Look {
    /// The same under another name, for its pictures.
    #[cfg(feature = "postgres")]
    pub(super) fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// What the driver starts the browser with.
    pub(super) fn capabilities(self) -> Map<String, Value> {
        let browser =
            env::var("VESTIBULE_TEST_CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-sync".to_owned(),
            "--no-first-run".to_owned(),
            "--hide-scrollbars".to_owned(),
            // Pictures are taken of what is there, not of what is on its way.
            "--force-prefers-reduced-motion".to_owned(),
            format!("--window-size={},{}", self.width, self.height),
        ];
        if self.scheme == Scheme::Dark {
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        let options = json!({
            "binary": browser,
            "args": arguments,
            "mobileEmulation": {
                "deviceMetrics": {"width": self.width, "height": self.height, "pixelRatio": 1.0, "mobile": false, "touch": false},
            },
        });
        let mut capabilities = Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({"browser": "ALL"}));
        capabilities
    }

    /// The other scheme, as the style sheet asks for it, and then the own one.
    pub(super) fn schemes(self) -> [&'static str; 2] {
        match self.scheme {
            Scheme::Light => ["dark", "light"],
            Scheme::Dark => ["light", "dark"],
        }
    }
}
