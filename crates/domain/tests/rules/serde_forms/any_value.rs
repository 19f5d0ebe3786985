//! Whatever the value, its form reads as that value again: in text, and with every form of text in it.

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use vestibule_domain::test_support::values;

fn survives<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    value: &T,
) -> Result<(), TestCaseError> {
    let text = serde_json::to_string(value).unwrap();
    let read = serde_json::from_str::<T>(&text);
    prop_assert_eq!(read.as_ref().ok(), Some(value), "{}", text);
    Ok(())
}

proptest! {
    /// R-AUD-1.
    #[test]
    fn any_stored_event_survives_its_form(event in values::stored_event()) {
        survives(&event)?;
        survives(&event.event)?;
    }

    /// R-ANS-1.
    #[test]
    fn any_request_and_any_rejection_survive_their_forms(
        request in values::request(),
        rejection in values::rejection(),
        explanation in values::explanation(),
    ) {
        survives(&request)?;
        survives(&explanation)?;
        survives(&rejection)?;
    }

    /// R-INV-2, R-ENT-7: what was typed is kept as it was typed.
    #[test]
    fn any_row_survives_its_form(
        found in values::found(),
        record in values::invitation_record(),
        organization in values::organization(),
        policy in values::policy(),
    ) {
        for user in &found.users {
            survives(user)?;
        }
        for entity in &found.entities {
            survives(entity)?;
        }
        for membership in &found.memberships {
            survives(membership)?;
        }
        for key in &found.api_keys {
            survives(key)?;
        }
        survives(&record)?;
        survives(&organization)?;
        survives(&policy)?;
    }
}
