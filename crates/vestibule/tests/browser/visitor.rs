//! One person at one browser: reads, types and presses as people do, and takes pictures.

use std::{
    cell::Cell,
    env, fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::{driver::Driver, look::Look, server::Server};

/// How long something may take that happens behind the pages, such as the sending of a mail.
const PATIENCE: Duration = Duration::from_secs(30);

/// A person at a browser.
pub(super) struct Visitor {
    client: Client,
    look: Look,
    pictures: Cell<u32>,
    driver: Driver,
}

impl Visitor {
    /// Opens a browser of that look.
    pub(super) async fn arrive(look: Look) -> Self {
        let driver = Driver::start();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(look.capabilities())
            .connect(&driver.url)
            .await
            .unwrap();
        Self {
            client,
            look,
            pictures: Cell::new(0),
            driver,
        }
    }

    /// Goes to an address.
    pub(super) async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
        self.must_be_calm().await;
    }

    /// Signs in, whoever was signed in before.
    pub(super) async fn sign_in(&self, server: &Server, email: &str, password: &str) {
        let escaped = email.replace('+', "%2B");
        self.open(&format!("{}/sign-in?email={escaped}", server.url))
            .await;
        assert_eq!(self.typed("Email").await, email);
        self.fill("Password", password).await;
        self.press("Sign in").await;
    }

    /// Loads the page again until those words stand on it.
    pub(super) async fn wait_for(&self, words: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.words().await.contains(words) {
            assert!(
                Instant::now() < until,
                "`{words}` did not come:\n{}",
                self.words().await
            );
            self.client.refresh().await.unwrap();
        }
        self.must_be_calm().await;
    }

    /// Asserts that those words stand on the page.
    pub(super) async fn reads(&self, words: &str) {
        let all = self.words().await;
        assert!(
            all.contains(words),
            "`{words}` is not on {}:\n{all}",
            self.address().await
        );
    }

    /// Asserts that those words do not stand on the page.
    pub(super) async fn does_not_read(&self, words: &str) {
        let all = self.words().await;
        assert!(
            !all.contains(words),
            "`{words}` is on {}:\n{all}",
            self.address().await
        );
    }

    /// Opens the mail that came last, and gives the address of its link to `/what/`.
    pub(super) async fn mailed_link(&self, server: &Server, what: &str) -> String {
        self.open(&format!("{}/mailbox", server.url)).await;
        let mail = self
            .client
            .find(Locator::Css("main a[href^='/mailbox/']"))
            .await
            .unwrap();
        self.leave_by(mail).await;
        self.link_beginning(&format!("{}/{what}/", server.url))
            .await
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

    /// Picks the person of that name out of those offered.
    pub(super) async fn choose_person(&self, name: &str) {
        self.see(&format!(
            "//label[.//*[normalize-space()={}]]",
            quoted(name)
        ))
        .await
        .click()
        .await
        .unwrap();
    }

    /// Sends the search that was typed, as the key Enter does.
    pub(super) async fn search(&self) {
        let field = self
            .client
            .find(Locator::Css("input[type='search']"))
            .await
            .unwrap();
        self.mark().await;
        field.send_keys("\u{E007}").await.unwrap();
        self.arrive_anew().await;
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

    /// Sees to it that the filters are unfolded: at a desk they are shown while folded, which the
    /// driver does not believe.
    pub(super) async fn unfold_filters(&self) {
        self.ask("document.querySelector('.filters-more').open = true")
            .await;
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
        self.mark().await;
        element.click().await.unwrap();
        self.arrive_anew().await;
    }

    /// The old page is marked; where the mark is gone, the new page is there.
    async fn mark(&self) {
        self.ask("document.documentElement.setAttribute('left', '')")
            .await;
    }

    async fn arrive_anew(&self) {
        self.client
            .wait()
            .for_element(Locator::XPath("/html[not(@left)]/body"))
            .await
            .unwrap();
        self.must_be_calm().await;
    }

    /// What holds on every page at every width: no sideways scroll, one main heading, nothing broken,
    /// no complaint of the browser, be it of a script or of the Content-Security-Policy.
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
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "{address}: {complaints:?}");
        if let Some(axe) = env::var_os("VESTIBULE_TEST_AXE") {
            self.must_be_accessible(&fs::read_to_string(axe).unwrap())
                .await;
        }
    }

    /// What the browser wrote to its console, but for the status of the page itself.
    async fn complaints(&self) -> Vec<String> {
        let log = self.ask_driver("se/log", &json!({"type": "browser"})).await;
        let entries = log.as_array().unwrap().iter();
        let told = entries.filter(|entry| {
            let grave = entry["level"] == "SEVERE" || entry["level"] == "WARNING";
            grave && entry["source"] != "network"
        });
        told.map(|entry| entry["message"].to_string()).collect()
    }

    async fn must_be_accessible(&self, axe: &str) {
        let judge = format!(
            "{axe}; const done = arguments[arguments.length - 1]; \
             axe.run(document, {{resultTypes: ['violations']}}).then(found => done(found.violations.map( \
             one => one.id + ': ' + one.help + ' ' + one.nodes.map(node => node.html).join(' '))));"
        );
        for scheme in self.look.schemes() {
            let seen = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
            let command = json!({"cmd": "Emulation.setEmulatedMedia", "params": seen});
            self.ask_driver("goog/cdp/execute", &command).await;
            let found = self.client.execute_async(&judge, Vec::new()).await.unwrap();
            assert_eq!(found, json!([]), "{} by {scheme}", self.address().await);
        }
        // axe-core speaks to the frame of a mail in vain, and the browser says so.
        self.complaints().await;
    }

    /// Asks the driver for what is its own and no part of WebDriver.
    async fn ask_driver(&self, what: &str, body: &Value) -> Value {
        let session = self.client.session_id().await.unwrap().unwrap();
        let url = format!("{}/session/{session}/{what}", self.driver.url);
        let mut answer = ureq::post(url)
            .content_type("application/json")
            .send(body.to_string())
            .unwrap();
        let answer: Value =
            serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
        answer["value"].clone()
    }
}

/// A text as a literal of XPath; none of ours holds both kinds of quotes.
fn quoted(text: &str) -> String {
    if text.contains('"') {
        format!("'{text}'")
    } else {
        format!("\"{text}\"")
    }
}
