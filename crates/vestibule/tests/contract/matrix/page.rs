//! docs/endpoints.md, written of the declared rows and of the document's operations.

use std::fmt::Write as _;

use super::{
    Operation,
    actors::INSIDERS,
    rows::{BESIDE, INSIDE},
};

/// The page.
pub(super) fn page(operations: &[Operation]) -> String {
    let mut page = String::from(
        "# Every call by everybody\n\n\
         The status that each operation of the OpenAPI document answers to each kind of actor. The page is made of what is \
         declared by the rules, and a test asks a real server for every cell of it, on both databases: an operation without \
         its row fails, and so does a cell that is answered otherwise. [permissions](permissions.md) has the same from \
         the side of the decisions, with more cases.\n\n",
    );
    inside(&mut page, operations);
    beside(&mut page, operations);
    page
}

fn inside(page: &mut String, operations: &[Operation]) {
    page.push_str("## In an organization\n\n`…` stands for `/v1/organizations/{org}`.\n\n");
    for (actor, meaning) in INSIDERS {
        let _ = writeln!(page, "- **{actor}** {meaning}");
    }
    page.push_str(
        "\nThe keys are the Primary Admin's, and everyone is freshly signed in. Things are done to a User who is in the \
         entity, or to something of its own kind. *None*: no credential. *Shut out*: invited and not accepted, deactivated, \
         removed. *Elsewhere*: everyone of the above, of another organization.\n\n",
    );
    let actors = INSIDERS.map(|(actor, _)| actor).join(" | ");
    let _ = writeln!(page, "| call | {actors} | none | shut out | elsewhere |");
    let _ = writeln!(page, "| --- |{}", " --- |".repeat(INSIDERS.len() + 3));
    for row in INSIDE {
        let call = call_of(operations, row.operation).replace("/v1/organizations/{org}", "…");
        let about = match row.about {
            "" => String::new(),
            about => format!(" ({about})"),
        };
        let cells = INSIDERS.map(|(actor, _)| row.expected(actor).to_string());
        let cells = cells.join(" | ");
        let _ = writeln!(page, "| `{call}`{about} | {cells} | 401 | 404 | 404 |");
    }
}

fn beside(page: &mut String, operations: &[Operation]) {
    page.push_str(
        "\n## Beside the organizations\n\n\
         What one is in an organization makes no difference here, so one column stands for everybody who is signed in: those \
         who were invited, deactivated or removed somewhere, too. A reset is asked for with a link that nobody was sent, and \
         an invitation accepted with the link that another email got.\n\n\
         | call | none | signed in | key | operator |\n| --- | --- | --- | --- | --- |\n",
    );
    for row in BESIDE {
        let call = call_of(operations, row.operation);
        let person = match row.primary_admin {
            Some(status) => format!("{}; Primary Admin {status}", row.person),
            None => row.person.to_string(),
        };
        let _ = writeln!(
            page,
            "| `{call}` | {} | {person} | {} | {} |",
            row.stranger, row.key, row.operator
        );
    }
}

fn call_of(operations: &[Operation], id: &str) -> String {
    let operation = operations.iter().find(|operation| operation.id == id);
    operation.map_or_else(
        || id.to_owned(),
        |operation| format!("{} {}", operation.method, operation.path),
    )
}
