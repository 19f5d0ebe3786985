//! Checking the record of organizations on the host.

use vestibule_domain::OrganizationId;
use vestibule_storage::{AuditHead, Store};

use crate::command_line::{Kept, Verification};
use crate::failure::Failure;
use crate::organization::{block_on, open};
use crate::settings::DatabaseUrl;
use crate::terminal::print;

/// Checks the record of one organization, or of all, and prints a line for each.
///
/// Rule: R-AUD-2.
///
/// # Errors
/// `Refused` when a record does not verify, after every line was printed.
pub(crate) fn verify(database: &DatabaseUrl, asked: &Verification) -> Result<(), Failure> {
    let kept = asked.kept.as_ref().map(head_of).transpose()?;
    let store = open(database)?;
    let broken = block_on(async {
        match asked.organization {
            Some(organization) => one(&store, organization, kept).await,
            None => all(&store).await,
        }
    })?;
    match broken {
        0 => Ok(()),
        1 => Err(Failure::refused("the record does not verify")),
        more => Err(Failure::refused(format!("{more} records do not verify"))),
    }
}

/// Checks every record; how many do not verify.
async fn all(store: &Store) -> Result<usize, Failure> {
    let mut seen: Option<OrganizationId> = None;
    let mut broken = 0;
    loop {
        let page = store.organizations_after(seen).await?;
        for organization in &page {
            broken += one(store, organization.id, None).await?;
        }
        match page.last() {
            Some(last) => seen = Some(last.id),
            None => return Ok(broken),
        }
    }
}

/// Checks one record; 1 when it does not verify.
async fn one(
    store: &Store,
    organization: OrganizationId,
    kept: Option<AuditHead>,
) -> Result<usize, Failure> {
    let verdict = store.verify_audit(organization, kept).await?.ok_or_else(|| {
        Failure::refused(format!(
            "there is no organization `{organization}`: `vestibule organization list` shows them"
        ))
    })?;
    let events = verdict.events;
    match verdict.first_bad_seq {
        None => {
            let hash = hex(&verdict.head.hash);
            let seq = verdict.head.seq;
            print(&format!(
                "{organization}\twhole\t{events} events\t{seq}\t{hash}"
            ));
            Ok(0)
        }
        Some(seq) => {
            print(&format!(
                "{organization}\tBROKEN at event {seq}\t{events} events"
            ));
            Ok(1)
        }
    }
}

fn head_of(kept: &Kept) -> Result<AuditHead, Failure> {
    let hash = unhex(&kept.hash)
        .ok_or_else(|| Failure::usage("`--hash` is 64 hexadecimal digits, as they were printed"))?;
    Ok(AuditHead {
        seq: kept.seq,
        hash,
    })
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let digits = text.get(2 * index..2 * index + 2)?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_was_printed() {
        let bytes: [u8; 32] = std::array::from_fn(|index| u8::try_from(index * 7).unwrap());
        assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        assert_eq!(unhex("xyz"), None);
        assert_eq!(unhex(&"g".repeat(64)), None);
        assert_eq!(unhex(&"ü".repeat(32)), None);
    }
}
