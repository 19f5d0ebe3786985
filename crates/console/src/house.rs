//! Where a visitor is: signed in to an account, and inside one of its organizations.

use vestibule_domain::Status;
use vestibule_web::Seat;

use crate::{
    api::{
        Refusal, Visitor,
        answers::{Account, AccountOrganization, Organization},
    },
    flash, messages,
    view::{Door, Frame, Hall, SignedIn, Tab},
};

/// The pages of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    General,
    Users,
    Entities,
}

/// An organization as the visitor stands in it.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) account: Account,
    /// What the visitor is here.
    pub(crate) me: AccountOrganization,
    /// Its path, `/organizations/<id>`, in the console; below `/v1` in the API.
    pub(crate) base: String,
    /// Its settings, for who may read them.
    pub(crate) organization: Option<Organization>,
    /// From where the visitor asks what they may do.
    pub(crate) seat: Seat,
}

impl House {
    /// Goes in, or finds no door.
    pub(crate) async fn enter(visitor: &Visitor, organization: &str) -> Result<Self, Refusal> {
        let account: Account = visitor.get("/v1/me").await?;
        let me = account
            .organizations
            .iter()
            .find(|one| one.id.to_string() == organization && one.status == Status::Active)
            .cloned()
            .ok_or_else(|| Refusal::not_found(visitor))?;
        let base = format!("/organizations/{}", me.id);
        let organization = match visitor.get(&format!("/v1{base}")).await {
            Ok(organization) => Some(organization),
            Err(refusal) if refusal.code == "not_allowed" => None,
            Err(refusal) => return Err(refusal),
        };
        Ok(Self {
            seat: visitor.seat(me.id).await?,
            account,
            me,
            base,
            organization,
        })
    }

    /// What stands around a page of that section.
    pub(crate) fn frame(&self, visitor: &Visitor, current: Section) -> Frame {
        let tab = |label, path: &str, section| Tab {
            label,
            href: format!("{}/{path}", self.base),
            current: section == current,
        };
        let mut tabs = Vec::new();
        if self.is_admin() {
            tabs.push(tab("General", "settings", Section::General));
        }
        tabs.push(tab("Users", "users", Section::Users));
        tabs.push(tab("Entities", "entities", Section::Entities));
        Frame {
            account: Some(signed_in(&self.account)),
            hall: Some(Hall {
                name: self.name().to_owned(),
                section: if self.is_admin() {
                    "Organization Settings"
                } else {
                    "Your organization"
                },
                tabs,
                doors: doors(&self.account, Some(&self.me)),
            }),
            flash: flash::of(visitor),
            mailbox: visitor.mailbox().is_some(),
        }
    }

    /// The organization's name.
    pub(crate) fn name(&self) -> &str {
        self.organization
            .as_ref()
            .map_or(&self.me.name, |organization| &organization.name)
    }

    /// A path of the API below this organization.
    pub(crate) fn api(&self, rest: &str) -> String {
        format!("/v1{}{rest}", self.base)
    }

    /// Whether the settings and every user are shown (R-ORG-3).
    pub(crate) fn is_admin(&self) -> bool {
        self.organization.is_some()
    }
}

/// What stands around a page of the account, or of nobody's.
pub(crate) fn frame_of(visitor: &Visitor, account: Option<&Account>) -> Frame {
    Frame {
        account: account.map(signed_in),
        hall: None,
        flash: flash::of(visitor),
        mailbox: visitor.mailbox().is_some(),
    }
}

/// The account that is signed in, if one is.
pub(crate) async fn account_of(visitor: &Visitor) -> Result<Option<Account>, Refusal> {
    match visitor.get("/v1/me").await {
        Ok(account) => Ok(Some(account)),
        Err(refusal) if refusal.code == "not_signed_in" => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// The organizations of an account.
pub(crate) fn doors(account: &Account, here: Option<&AccountOrganization>) -> Vec<Door> {
    account
        .organizations
        .iter()
        .map(|one| Door {
            name: one.name.clone(),
            href: format!("/organizations/{}", one.id),
            role: messages::organization_role(one.role),
            current: here.is_some_and(|here| here.id == one.id),
            open: one.status == Status::Active,
        })
        .collect()
}

fn signed_in(account: &Account) -> SignedIn {
    SignedIn {
        name: account.name.clone(),
        email: account.email.clone(),
    }
}
