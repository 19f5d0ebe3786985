//! The stylesheet and pictures, built into the binary and served under a path that names their content.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// One file that pages refer to.
#[derive(Debug)]
pub(crate) struct Asset {
    /// The last part of its path.
    pub(crate) name: &'static str,
    /// Its media type, with the character set where it has one.
    pub(crate) media_type: &'static str,
    /// What is sent.
    pub(crate) body: &'static str,
}

pub(crate) const STYLESHEET: Asset = Asset {
    name: "vestibule.css",
    media_type: "text/css; charset=utf-8",
    body: include_str!("../assets/vestibule.css"),
};

pub(crate) const FAVICON: Asset = Asset {
    name: "favicon.svg",
    media_type: "image/svg+xml",
    body: include_str!("../assets/favicon.svg"),
};

/// The floor below the front door; the stylesheet names it.
const TILES: Asset = Asset {
    name: "tiles.svg",
    media_type: "image/svg+xml",
    body: include_str!("../assets/tiles.svg"),
};

/// The mark of a list to choose from; the stylesheet names it.
const CHEVRON: Asset = Asset {
    name: "chevron.svg",
    media_type: "image/svg+xml",
    body: include_str!("../assets/chevron.svg"),
};

const ALL: [&Asset; 4] = [&STYLESHEET, &FAVICON, &TILES, &CHEVRON];

/// One digest for all of them, so that the stylesheet can name its neighbours relatively.
static EDITION: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    for asset in ALL {
        digest.update(asset.name);
        digest.update([0]);
        digest.update(asset.body);
        digest.update([0]);
    }
    digest
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
});

impl Asset {
    /// The path that pages refer to it by.
    pub(crate) fn path(&self) -> String {
        format!("/assets/{}/{}", edition(), self.name)
    }
}

/// The digest that stands in every path of an asset.
pub(crate) fn edition() -> &'static str {
    &EDITION
}

/// The asset of that name, if there is one.
pub(crate) fn named(name: &str) -> Option<&'static Asset> {
    all().find(|asset| asset.name == name)
}

/// Every asset there is.
pub(crate) fn all() -> impl Iterator<Item = &'static Asset> {
    ALL.into_iter()
}
