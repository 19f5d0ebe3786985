//! One person at one browser: reads, types and presses as people do, and takes pictures.

use std::{cell::Cell, env, fs, path::PathBuf};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

use super::driver::Driver;

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

/// A person at a browser.
pub(super) struct Visitor {
    client: Client,
    look: Look,
    pictures: Cell<u32>,
    _driver: Driver,
}

impl Visitor {
    /// Opens a browser of that look.
    pub(super) async fn arrive(look: Look) -> Self {
        let driver = Driver::start();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(look))
            .connect(&driver.url)
            .await
            .unwrap();
        Self {
            client,
            look,
            pictures: Cell::new(0),
            _driver: driver,
        }
    }

    /// Goes to an address.
    pub(super) async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
        self.must_be_calm().await;
    }

    /// Goes back, as the button of the browser does.
    pub(super) async fn back(&self) {
        self.client.back().await.unwrap();
    }

    /// The path and query of the page.
    pub(super) async fn address(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.query().map_or_else(
            || url.path().to_owned(),
            |query| format!("{}?{query}", url.path()),
        )
    }

    /// Types into the field with that label, in place of what stands there.
    pub(super) async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// What stands in the field with that label.
    pub(super) async fn typed(&self, label: &str) -> String {
        self.field(label)
            .await
            .prop("value")
            .await
            .unwrap()
            .unwrap_or_default()
    }

    /// Chooses in the list with that label.
    pub(super) async fn choose(&self, label: &str, option: &str) {
        self.field(label)
            .await
            .select_by_label(option)
            .await
            .unwrap();
    }

    /// Picks the radio button with that label.
    pub(super) async fn pick(&self, label: &str) {
        self.see(&format!("//label[normalize-space()={}]", quoted(label)))
            .await
            .click()
            .await
            .unwrap();
    }

    /// Presses the button with that name and waits for the page that follows.
    pub(super) async fn press(&self, name: &str) {
        let button = self
            .see(&format!("//button[normalize-space()={}]", quoted(name)))
            .await;
        self.leave_by(button).await;
    }

    /// Follows the link with that text.
    pub(super) async fn follow(&self, text: &str) {
        let link = self
            .see(&format!("//a[normalize-space()={}]", quoted(text)))
            .await;
        self.leave_by(link).await;
    }

    /// Follows the first link whose text begins so.
    pub(super) async fn follow_first(&self, text: &str) {
        let link = self
            .see(&format!(
                "//main//a[starts-with(normalize-space(), {})]",
                quoted(text)
            ))
            .await;
        self.leave_by(link).await;
    }

    /// Opens what is folded away under that name.
    pub(super) async fn unfold(&self, name: &str) {
        self.see(&format!("//summary[normalize-space()={}]", quoted(name)))
            .await
            .click()
            .await
            .unwrap();
    }

    /// Opens a menu of the bar.
    pub(super) async fn open_menu(&self, id: &str) {
        let button = self
            .client
            .find(Locator::Css(&format!("[popovertarget='{id}']")))
            .await
            .unwrap();
        button.click().await.unwrap();
    }

    /// The main heading.
    pub(super) async fn heading(&self) -> String {
        self.client
            .find(Locator::Css("h1"))
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    }

    /// All words that stand in the page to be read.
    pub(super) async fn words(&self) -> String {
        self.client
            .find(Locator::Css("body"))
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    }

    /// The address that the first link which begins so leads to.
    pub(super) async fn link_beginning(&self, start: &str) -> String {
        let link = self
            .client
            .find(Locator::Css(&format!("a[href^='{start}']")))
            .await
            .unwrap();
        link.attr("href").await.unwrap().unwrap()
    }

    /// Runs a script in the page; the console itself has none.
    pub(super) async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Takes a picture of the page.
    pub(super) async fn picture(&self, name: &str) {
        let number = self.pictures.get() + 1;
        self.pictures.set(number);
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../../target/screenshots")
            .join(self.look.name);
        fs::create_dir_all(&folder).unwrap();
        let png = self.client.screenshot().await.unwrap();
        fs::write(folder.join(format!("{number:02}-{name}.png")), png).unwrap();
    }

    /// Closes the browser.
    pub(super) async fn leave(self) {
        self.client.close().await.unwrap();
    }

    async fn field(&self, label: &str) -> Element {
        // A mark before the words, as an entity's two letters, is no part of the label.
        let text = quoted(label);
        let label = self
            .see(&format!(
                "//label[normalize-space()={text} or text()[normalize-space()={text}]]"
            ))
            .await;
        let id = label
            .attr("for")
            .await
            .unwrap()
            .expect("a label names its field");
        self.client.find(Locator::Id(&id)).await.unwrap()
    }

    async fn see(&self, path: &str) -> Element {
        match self.client.find(Locator::XPath(path)).await {
            Ok(element) => element,
            Err(error) => panic!(
                "{path} is not on the page {}: {error}\n{}",
                self.address().await,
                self.words().await
            ),
        }
    }

    async fn leave_by(&self, element: Element) {
        // The old page is marked; where the mark is gone, the new page is there.
        self.ask("document.documentElement.setAttribute('left', '')")
            .await;
        element.click().await.unwrap();
        self.client
            .wait()
            .for_element(Locator::XPath("/html[not(@left)]/body"))
            .await
            .unwrap();
        self.must_be_calm().await;
    }

    /// What holds on every page at every width: no sideways scroll, one main heading, nothing broken.
    async fn must_be_calm(&self) {
        let address = self.address().await;
        let overflow = self
            .ask("return document.documentElement.scrollWidth - window.innerWidth")
            .await;
        assert!(
            overflow.as_i64().is_some_and(|pixels| pixels <= 0),
            "{address} scrolls sideways by {overflow}"
        );
        let headings = self
            .ask("return document.querySelectorAll('h1').length")
            .await;
        assert_eq!(headings, json!(1), "{address} has one main heading");
        let styled = self.ask("return document.styleSheets.length").await;
        assert_eq!(styled, json!(1), "{address} has its stylesheet");
    }
}

fn capabilities(look: Look) -> Map<String, Value> {
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
        format!("--window-size={},{}", look.width, look.height),
    ];
    if look.scheme == Scheme::Dark {
        arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
    }
    let options = json!({
        "binary": browser,
        "args": arguments,
        "mobileEmulation": {
            "deviceMetrics": {"width": look.width, "height": look.height, "pixelRatio": 1.0, "mobile": false, "touch": false},
        },
    });
    let mut capabilities = Map::new();
    capabilities.insert("goog:chromeOptions".to_owned(), options);
    capabilities
}

/// A text as a literal of XPath; none of ours holds both kinds of quotes.
fn quoted(text: &str) -> String {
    if text.contains('"') {
        format!("'{text}'")
    } else {
        format!("\"{text}\"")
    }
}
