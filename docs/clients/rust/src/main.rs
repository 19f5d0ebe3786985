//! Invite, accept, list, plan, remove: the life of a user, with generated types and reqwest.

#[expect(
    dead_code,
    reason = "all of the API is generated, and this program uses some of it"
)]
mod vestibule;

use std::env;
use std::error::Error;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response};
use uuid::Uuid;

use vestibule::{
    AcceptInvitation, Acceptance, AssignableRole, CreateEntity, CreateOrganization, Credentials,
    Entity, EntityRole, Invitation, InviteUser, NewPrimaryAdmin, Organization, Problem, Removal,
    RemovalPlan, SignIn, StartingMembership, UserPage,
};

const PASSWORD: &str = "plum-Kettle-47-orbit";

type Failure = Box<dyn Error>;

/// The API as somebody: whoever the token belongs to, or a stranger.
struct Vestibule {
    http: Client,
    server: String,
    token: Option<String>,
}

impl Vestibule {
    fn new(server: &str, token: Option<String>) -> Self {
        let (http, server) = (Client::new(), server.to_owned());
        Self {
            http,
            server,
            token,
        }
    }

    fn ask(&self, method: Method, path: impl AsRef<str>) -> RequestBuilder {
        let request = self
            .http
            .request(method, format!("{}{}", self.server, path.as_ref()));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    fn get(&self, path: impl AsRef<str>) -> RequestBuilder {
        self.ask(Method::GET, path)
    }

    fn post(&self, path: impl AsRef<str>, body: &impl serde::Serialize) -> RequestBuilder {
        self.ask(Method::POST, path).json(body)
    }
}

/// The answer; a refusal has a stable code to decide by, and a sentence for people.
async fn good(request: RequestBuilder) -> Result<Response, Failure> {
    let answer = request.send().await?;
    if answer.status().is_success() {
        return Ok(answer);
    }
    let problem: Problem = answer.json().await?;
    Err(format!("{}: {}", problem.code, problem.detail).into())
}

/// The token in the link of the mail to somebody, as the mailbox of a server without SMTP shows it.
async fn token_mailed_to(anybody: &Vestibule, email: &str) -> Result<String, Failure> {
    for _ in 0..100 {
        let mailbox = good(anybody.get("/mailbox")).await?.text().await?;
        let mails = mailbox.split("<li>");
        if let Some(mail) = mails
            .into_iter()
            .find(|mail| mail.contains(&format!(">{email}<")))
            && let Some(path) = mail.split('"').find(|part| part.starts_with("/mailbox/"))
        {
            let mail = good(anybody.get(path)).await?.text().await?;
            let (_, link) = mail
                .split_once("/invitations/")
                .ok_or("no link in the mail")?;
            let is_token = |c: char| c.is_ascii_alphanumeric() || "_.~-".contains(c);
            let end = link.find(|c| !is_token(c)).unwrap_or(link.len());
            return Ok(link[..end].to_owned());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(format!("no mail to {email} came within ten seconds").into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let server = env::var("VESTIBULE_URL").unwrap_or("http://127.0.0.1:8080".to_owned());
    let stranger = Vestibule::new(&server, None);

    // An organization of its own for every run, made with the operator key.
    let run = Uuid::new_v4().simple().to_string();
    let nora = format!("nora-{run}@northwind.example");
    let founding = CreateOrganization {
        name: "Northwind Group".to_owned(),
        primary_admin: NewPrimaryAdmin {
            email: nora.clone(),
            name: "Nora North".to_owned(),
            password: PASSWORD.to_owned(),
        },
    };
    let operator = Vestibule::new(&server, Some(env::var("VESTIBULE_OPERATOR_KEY")?));
    let organization: Organization = good(operator.post("/v1/organizations", &founding))
        .await?
        .json()
        .await?;
    let org = format!("/v1/organizations/{}", organization.id);

    // Its Primary Admin signs in, makes a company and invites somebody into it.
    let credentials = Credentials {
        email: nora,
        password: PASSWORD.to_owned(),
    };
    let session: SignIn = good(stranger.post("/v1/sessions", &credentials))
        .await?
        .json()
        .await?;
    let api = Vestibule::new(&server, Some(session.token));
    let foods = CreateEntity {
        name: "Foods".to_owned(),
    };
    let foods: Entity = good(api.post(format!("{org}/entities"), &foods))
        .await?
        .json()
        .await?;
    let email = format!("carl-{run}@northwind.example");
    let clerk = StartingMembership {
        entity_id: foods.id,
        role: EntityRole::Clerk,
    };
    let mut invite = InviteUser::new(email.clone(), AssignableRole::User);
    // Left out, `null`, or a value: the types of nullable fields tell all three apart.
    invite.memberships = Some(Some(vec![clerk]));
    let invitation: Invitation = good(api.post(format!("{org}/invitations"), &invite))
        .await?
        .json()
        .await?;

    // The invited person accepts, with the token out of the mail.
    let token = token_mailed_to(&stranger, &email).await?;
    let acceptance = AcceptInvitation {
        name: Some(Some("Carl Clerk".to_owned())),
        password: Some(Some(PASSWORD.to_owned())),
    };
    let accept = stranger.post(format!("/v1/invitations/{token}/accept"), &acceptance);
    let _: Acceptance = good(accept).await?.json().await?;

    // Everybody, page by page: a cursor leads on until there is none.
    let mut users = Vec::new();
    let mut cursor = None;
    loop {
        let list = api
            .get(format!("{org}/users"))
            .query(&[("status", "active"), ("limit", "1")]);
        let page: UserPage = good(list.query(&[("cursor", cursor)]))
            .await?
            .json()
            .await?;
        users.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }

    // What removing him would take away, and then exactly that: `If-Match` refuses anything else.
    let carl = format!("{org}/users/{}", invitation.user_id);
    let plan: RemovalPlan = good(api.get(format!("{carl}/removal-plan")))
        .await?
        .json()
        .await?;
    let remove = api.ask(Method::DELETE, &carl);
    let removal: Removal = good(remove.header("If-Match", format!("\"{}\"", plan.fingerprint)))
        .await?
        .json()
        .await?;

    let names: Vec<String> = users.into_iter().filter_map(|user| user.name).collect();
    let lost = removal.removed.memberships.iter();
    let lost: Vec<String> = lost
        .map(|one| format!("{} of {}", one.role, one.entity_name))
        .collect();
    println!(
        "{} were there; Carl Clerk is removed, and no longer {}.",
        names.join(" and "),
        lost.join(", ")
    );
    Ok(())
}
