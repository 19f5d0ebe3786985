//! The OpenAPI 3.1 document, generated from the handlers and completed by what all of them share.

use serde_json::json;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, OpenApi, Ref, RefOr, Required};
use utoipa::{IntoParams, OpenApi as _, ToSchema};

use crate::problem::{FieldError, PROBLEM_JSON, ProblemBody};

/// How a list is paged.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes parameters")]
pub(crate) struct PageQuery {
    /// How many items at most; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// Whether all items are counted too, as `total`.
    include_total: Option<bool>,
}

/// What is searched for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes parameters")]
pub(crate) struct SearchQuery {
    /// What the name or email contains, without case; 1 or 2 characters: begins with.
    q: Option<String>,
}

/// How people are sorted.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only describes parameters")]
pub(crate) struct SortQuery {
    /// `name`, `email`, `status` or `joined_at`, with `-` before it for descending; by name without it.
    sort: Option<String>,
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Vestibule",
        description = "Users, roles and entities of organizations: the organization is the front door, entities are the rooms inside.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "sessions", description = "Signing in and out"),
        (name = "account", description = "The account that is signed in"),
        (name = "password resets", description = "A new password by mail"),
        (name = "organizations", description = "Organizations and their settings"),
        (name = "users", description = "The users of an organization"),
        (name = "invitations", description = "Inviting people"),
        (name = "invitation links", description = "What the invited person does"),
        (name = "entities", description = "The companies inside an organization"),
        (name = "members", description = "The members of an entity"),
        (name = "checks", description = "May this person do this here?"),
        (name = "record", description = "Every change, and who made it"),
        (name = "api keys", description = "Keys for programs"),
        (name = "operations", description = "For the people who run the server"),
    ),
    security(("session" = []), ("api_key" = []), ("operator_key" = []), ("cookie" = [])),
)]
struct Base;

/// What the document starts from; routes are added to it.
pub(crate) fn base() -> OpenApi {
    let mut document = Base::openapi();
    let bearer = |description: &str| {
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(description))
                .build(),
        )
    };
    let mut schemas = Vec::new();
    ProblemBody::schemas(&mut schemas);
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .schema("Problem", <ProblemBody<'_> as utoipa::PartialSchema>::schema())
        .schema("FieldError", <FieldError as utoipa::PartialSchema>::schema())
        .security_scheme("session", bearer("A session token, from signing in"))
        .security_scheme("api_key", bearer("An API key of the organization"))
        .security_scheme("operator_key", bearer("The operator key of the server"))
        .security_scheme(
            "cookie",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                "vestibule_session",
                "The session of a browser; changes need `Origin`. Over https it is `__Host-vestibule_session`",
            ))),
        );
    document.components = Some(components.build());
    document
}

/// Adds to every operation what follows from its form, so that no annotation has to repeat it.
pub(crate) fn completed(mut document: OpenApi, public_url: &str) -> OpenApi {
    document.servers = Some(vec![utoipa::openapi::Server::new(public_url)]);
    for (path, item) in &mut document.paths.paths {
        let (is_organizations, names) = (path.contains("{org}"), names_of(path));
        let operations = [
            (&mut item.get, Verb::Reads),
            (&mut item.put, Verb::Changes),
            (&mut item.post, Verb::Posts),
            (&mut item.patch, Verb::Changes),
            (&mut item.delete, Verb::Changes),
        ];
        for (operation, verb) in operations {
            if let Some(operation) = operation {
                complete(operation, verb, is_organizations, &names);
            }
        }
    }
    document
}

/// What the method of an operation says about it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Reads,
    Changes,
    Posts,
}

fn complete(operation: &mut Operation, verb: Verb, is_organizations: bool, names: &[String]) {
    let is_open = operation
        .security
        .as_ref()
        .is_some_and(|security| security.len() == 1);
    for name in names {
        add_parameter(operation, ParameterIn::Path, name, path_schema(name));
    }
    if verb == Verb::Posts && (is_organizations || names.is_empty()) && !is_open {
        add_parameter(
            operation,
            ParameterIn::Header,
            "Idempotency-Key",
            ObjectBuilder::new()
                .schema_type(Type::String)
                .min_length(Some(1))
                .max_length(Some(255))
                .build(),
        );
    }
    let text = || ObjectBuilder::new().schema_type(Type::String).build();
    match verb {
        Verb::Reads => add_parameter(operation, ParameterIn::Header, "If-None-Match", text()),
        Verb::Changes => add_parameter(operation, ParameterIn::Header, "If-Match", text()),
        Verb::Posts => {}
    }
    let has_query = operation.parameters.iter().flatten().any(|parameter| {
        matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query)
    });
    let mut problems = vec![
        ("400", "Cannot be read"),
        ("406", "Nothing acceptable"),
        ("500", "Our own bug"),
        ("503", "Cannot answer just now"),
    ];
    if !is_open {
        problems.push(("401", "Not signed in"));
        problems.push(("403", "Not allowed"));
    }
    if !names.is_empty() {
        problems.push(("404", "Not there, or not to be seen"));
    }
    if verb == Verb::Changes {
        problems.push(("412", "`If-Match` does not hold any more"));
    }
    if verb == Verb::Posts || operation.request_body.is_some() {
        problems.push(("413", "The body is too large"));
        problems.push(("415", "The body is of another kind"));
    }
    if operation.request_body.is_some() || has_query || verb == Verb::Posts {
        problems.push(("422", "A field cannot be taken"));
    }
    if verb == Verb::Posts && !is_open {
        problems.push(("409", "Depends on the state of the organization"));
    }
    for (status, description) in problems {
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert_with(|| RefOr::T(ResponseBuilder::new().description(description).build()));
    }
    if verb == Verb::Reads {
        operation
            .responses
            .responses
            .entry("304".to_owned())
            .or_insert_with(|| {
                RefOr::T(
                    ResponseBuilder::new()
                        .description("Unchanged since")
                        .build(),
                )
            });
    }
    describe_answers(operation);
}

/// Every refusal is a problem, and every answer carries its request's id.
fn describe_answers(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        let is_refusal = status.starts_with('4') || status.starts_with('5');
        if is_refusal && response.content.is_empty() {
            let schema = Ref::from_schema_name("Problem");
            let content = ContentBuilder::new().schema(Some(schema)).build();
            response
                .content
                .insert(PROBLEM_JSON.to_owned(), content.into());
        }
        let header = |description: &str| {
            HeaderBuilder::new()
                .description(Some(description))
                .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
                .build()
        };
        response.headers.insert(
            "X-Request-Id".to_owned(),
            header("The id of the request").into(),
        );
        if matches!(status.as_str(), "429" | "503") {
            let seconds = header("Seconds until trying again makes sense");
            response
                .headers
                .insert("Retry-After".to_owned(), seconds.into());
        }
    }
}

fn add_parameter(
    operation: &mut Operation,
    place: ParameterIn,
    name: &str,
    schema: utoipa::openapi::Object,
) {
    let required = match place {
        ParameterIn::Path => Required::True,
        _ => Required::False,
    };
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(required)
        .schema(Some(schema))
        .build();
    operation
        .parameters
        .get_or_insert_default()
        .push(parameter.into());
}

fn path_schema(name: &str) -> utoipa::openapi::Object {
    let text = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
    if name == "token" {
        return text.build();
    }
    text.format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        .examples([json!("0198c7a0-0000-7000-8000-000000000001")])
        .build()
}

/// The names in braces of a path.
fn names_of(path: &str) -> Vec<String> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests;
