//! What every sample page is put together from: frames, people, moments, choices.

use crate::{
    pages::notice::{Action, NoticePage},
    view::{
        Choice, Column, Door, Flash, Frame, Hall, Moment, Person, Pill, Room, SignedIn, Sorted,
        Tab, Tone,
    },
};

pub(super) const BASE: &str = "/organizations/0198";
pub(super) const ORGANIZATION: &str = "Halden Group";
pub(super) const ACTIVE: Pill = Pill::new(Tone::Good, "Active");
pub(super) const INVITED: Pill = Pill::new(Tone::Waiting, "Invited");
pub(super) const DEACTIVATED: Pill = Pill::new(Tone::Quiet, "Deactivated");

pub(super) fn outside() -> Frame {
    Frame::default()
}

pub(super) fn inside(section: &'static str, tabs: &[&'static str], current: &str) -> Frame {
    let door = |name: &str, role, current| Door {
        name: name.to_owned(),
        href: BASE.to_owned(),
        role,
        current,
        open: true,
    };
    Frame {
        account: Some(SignedIn {
            name: "Ingrid Halden".to_owned(),
            email: "ingrid@halden.example".to_owned(),
        }),
        hall: Some(Hall {
            name: ORGANIZATION.to_owned(),
            section,
            tabs: tabs
                .iter()
                .map(|label| Tab {
                    label,
                    href: format!("{BASE}/{}", label.to_lowercase()),
                    current: *label == current,
                })
                .collect(),
            doors: vec![
                door(ORGANIZATION, "Primary Admin", true),
                door("Fjord Holdings", "User", false),
            ],
        }),
        flash: None,
        mailbox: true,
    }
}

pub(super) fn settings(current: &str) -> Frame {
    inside(
        "Organization Settings",
        &["General", "Users", "Entities"],
        current,
    )
}

pub(super) fn flashed(mut frame: Frame, tone: Tone, text: &str) -> Frame {
    frame.flash = Some(Flash {
        tone,
        text: text.to_owned(),
    });
    frame
}

pub(super) fn moment(date: &str) -> Moment {
    Moment {
        iso: "2026-12-02T10:00:00Z".to_owned(),
        short: date.to_owned(),
        full: format!("{date}, 10:00 UTC"),
        relative: "in 7 days".to_owned(),
    }
}

pub(super) fn person(name: &str, email: &str) -> Person {
    Person {
        id: format!("id-{}", email.split('@').next().unwrap_or_default()),
        name: (!name.is_empty()).then(|| name.to_owned()),
        email: email.to_owned(),
    }
}

pub(super) fn room(entity: &str, role: &'static str) -> Room {
    Room {
        entity: entity.to_owned(),
        role,
        archived: entity == "Halden Peat",
    }
}

pub(super) fn column(label: &'static str, sorted: Option<Sorted>) -> Column {
    Column {
        label,
        href: "?sort=name".to_owned(),
        sorted,
    }
}

pub(super) fn choices(labels: &[&str], selected: &str) -> Vec<Choice> {
    labels
        .iter()
        .map(|label| {
            Choice::plain(&label.to_lowercase(), label).picked_if(&selected.to_lowercase())
        })
        .collect()
}

pub(super) fn notice(
    code: Option<u16>,
    title: &str,
    paragraph: &str,
    action: Option<(&str, &'static str)>,
) -> NoticePage {
    NoticePage {
        frame: outside(),
        code,
        title: title.to_owned(),
        paragraphs: vec![paragraph.to_owned()],
        action: action.map(|(href, label)| Action {
            href: href.to_owned(),
            label,
        }),
    }
}
