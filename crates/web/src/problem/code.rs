//! The closed list of error codes, each with its status, title and explanation.

use axum::http::StatusCode;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $status:ident $word:literal $title:literal $meaning:literal $remedy:literal;)+) => {
        /// A stable error code, as clients see it in the field `code`.
        ///
        /// Rule: R-ANS-1. Codes are never renamed; a new one is an addition.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $variant,)+
        }

        impl Code {
            /// Every code there is, by status.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as it stands in an answer.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }

            /// A few words for people.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// What it says, for the page of this code.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }

            /// What to do about it, for the page of this code.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy,)+ }
            }

            /// The code with that name, if there is one.
            #[must_use]
            pub fn named(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

codes! {
    /// The request cannot be read at all.
    MalformedRequest = BAD_REQUEST "malformed_request" "Malformed request"
        "The request cannot be read: its body is no JSON, a header has a form that is not allowed, or a parameter is repeated where one is expected."
        "Look at `detail`, and send the request in the form that the API description gives.";
    /// A field or parameter that this call does not have.
    UnknownField = BAD_REQUEST "unknown_field" "Unknown field"
        "The body or the query has a field that this call does not know. Nothing is ignored silently, so that a misspelled field cannot go unnoticed."
        "Take the field that `errors` points at out of the request, or correct its name.";
    /// A cursor that no list has given out.
    InvalidCursor = BAD_REQUEST "invalid_cursor" "Invalid cursor"
        "The value of `cursor` was not given out by this list with this order."
        "Begin again without a cursor, and pass `next_cursor` on as it comes.";
    /// Nobody is signed in, or not any more.
    NotSignedIn = UNAUTHORIZED "not_signed_in" "Not signed in"
        "The request carries no session token, API key or operator key, or one that is not valid any more."
        "Sign in with `POST /v1/sessions`, or use an API key, and send it as `Authorization: Bearer ...`.";
    /// Email and password do not belong together.
    WrongCredentials = UNAUTHORIZED "wrong_credentials" "Wrong email or password"
        "This email and this password do not belong together. Whether the email is known is not told."
        "Try again, or ask for a password reset.";
    /// The actor sees it and may not do this.
    NotAllowed = FORBIDDEN "not_allowed" "Not allowed"
        "You can see this, and your role does not let you do what you asked for."
        "Ask the Primary Admin, or an Admin of the organization or entity.";
    /// Needs a fresh sign-in.
    RecentSignInRequired = FORBIDDEN "recent_sign_in_required" "Recent sign-in required"
        "This needs a sign-in that is not older than 15 minutes."
        "Sign in again, and repeat the request with the new session.";
    /// The actor may not give this role.
    RoleNotAssignable = FORBIDDEN "role_not_assignable" "Role not assignable"
        "You may not give this role: it is above what your own role can give."
        "Choose another role, or ask someone who may give it.";
    /// A changing request with a cookie, from another site.
    CrossSiteRequest = FORBIDDEN "cross_site_request" "Cross-site request"
        "The request carries the session cookie, changes something, and does not prove that it comes from this site."
        "Send an `Origin` header with this site's address, or use `Authorization: Bearer` with a token.";
    /// Nothing is here for the actor.
    NotFound = NOT_FOUND "not_found" "Not found"
        "There is nothing at this address that you can see."
        "Check the address, and whether you are signed in as who you think.";
    /// A user id that is not of this organization.
    UserNotInOrganization = NOT_FOUND "user_not_in_organization" "User not in the organization"
        "There is no user with this id in the organization that you can see."
        "Check the id. A removed user has to be invited again.";
    /// An entity id that is not of this organization.
    EntityNotFound = NOT_FOUND "entity_not_found" "Entity not found"
        "There is no entity with this id in the organization that you can see."
        "Check the id.";
    /// The link of an invitation that cannot be used.
    InvitationNotUsable = NOT_FOUND "invitation_not_usable" "Invitation cannot be used"
        "The link is wrong, old, suspended or used already."
        "Ask whoever invited you to send the invitation again.";
    /// The link of a reset that cannot be used.
    ResetNotUsable = NOT_FOUND "reset_not_usable" "Reset cannot be used"
        "The link is wrong, old or used already."
        "Ask for a new link with `POST /v1/password-resets`.";
    /// The address does not take this method.
    MethodNotAllowed = METHOD_NOT_ALLOWED "method_not_allowed" "Method not allowed"
        "The address is there and does not take this method."
        "Use one of the methods in the header `Allow`.";
    /// The client accepts nothing that can be sent.
    NotAcceptable = NOT_ACCEPTABLE "not_acceptable" "Not acceptable"
        "The header `Accept` allows neither JSON nor anything else that this address answers with."
        "Accept `application/json`.";
    /// The email is in the organization already.
    EmailAlreadyInOrganization = CONFLICT "email_already_in_organization" "Email already in the organization"
        "Somebody in the organization has this email; `detail` names the status they are in."
        "An invited person's invitation can be resent; a deactivated user can be reactivated.";
    /// The Primary Admin hands over first.
    PrimaryAdminMustTransfer = CONFLICT "primary_admin_must_transfer" "Primary Admin must transfer ownership first"
        "The Primary Admin cannot be removed, deactivated or given another role."
        "Transfer ownership to another active user first.";
    /// Needs an Active user.
    UserNotActive = CONFLICT "user_not_active" "User not active"
        "This needs an active user, and they are invited or deactivated."
        "Wait for the invitation to be accepted, or reactivate them.";
    /// Needs a Deactivated user.
    UserNotDeactivated = CONFLICT "user_not_deactivated" "User not deactivated"
        "Only a deactivated user can be reactivated."
        "Look at the user's status.";
    /// The invitation has ended.
    InvitationNotPending = CONFLICT "invitation_not_pending" "Invitation not pending"
        "The invitation was accepted, declined or revoked before."
        "Look at the invitation's state; invite the person anew if they are gone.";
    /// The entity is archived.
    EntityArchived = CONFLICT "entity_archived" "Entity archived"
        "An archived entity takes no new members, no changes of role, and cannot be archived again."
        "Unarchive the entity first.";
    /// The entity is not archived.
    EntityNotArchived = CONFLICT "entity_not_archived" "Entity not archived"
        "This needs an archived entity."
        "Archive the entity first.";
    /// Another entity has the name.
    EntityNameTaken = CONFLICT "entity_name_taken" "Entity name taken"
        "Another entity of the organization has this name, upper and lower case aside."
        "Choose another name.";
    /// The email belongs to an account that was not proved.
    AccountMismatch = CONFLICT "account_mismatch" "Another account"
        "The email belongs to an account, and this request was not made as that account."
        "Sign out and continue as the account of this email, or send its password.";
    /// The first request with the key is still running.
    IdempotencyKeyInUse = CONFLICT "idempotency_key_in_use" "Idempotency key in use"
        "A request with this `Idempotency-Key` is still being worked on."
        "Send the same request again after the time in `Retry-After`.";
    /// A secret that is shown once was shown.
    SecretAlreadyShown = CONFLICT "secret_already_shown" "Secret already shown"
        "This API key was made before with the same `Idempotency-Key`, and its secret is shown only once."
        "End that key and make another one with a new `Idempotency-Key`.";
    /// Only a removed person can be erased.
    UserStillInOrganization = CONFLICT "user_still_in_organization" "User still in the organization"
        "Only a removed person can be erased from the record."
        "Remove the user first.";
    /// A time in the past, where one in the future is needed.
    ExpiryNotInFuture = CONFLICT "expiry_not_in_future" "Expiry not in the future"
        "An API key cannot expire before it is made."
        "Name a moment in the future, or none for a key that does not expire.";
    /// One entity with two roles.
    EntityNamedTwice = CONFLICT "entity_named_twice" "Entity named twice"
        "The memberships of an invitation name one entity twice, and a user has one role in an entity."
        "Name each entity once.";
    /// Half of what was kept of a record.
    AuditHeadIncomplete = CONFLICT "audit_head_incomplete" "Half of a kept record end"
        "An event that was kept elsewhere is named by its number and its hash; only one of the two was given."
        "Give `seq` and `hash` together, or neither.";
    /// The plan that was seen is no longer what would happen.
    RemovalPlanChanged = PRECONDITION_FAILED "removal_plan_changed" "Removal plan changed"
        "What the removal would take is not what the removal plan said any more. Nothing was removed."
        "Look at the removal plan again, and confirm that one.";
    /// `If-Match` does not hold any more.
    PreconditionFailed = PRECONDITION_FAILED "precondition_failed" "Precondition failed"
        "The resource is not what `If-Match` names any more. Nothing was changed."
        "Read it again, and repeat the change with the new `ETag`.";
    /// The body is larger than this call takes.
    BodyTooLarge = PAYLOAD_TOO_LARGE "body_too_large" "Body too large"
        "The body is larger than this call takes."
        "Send it in several requests.";
    /// The body is not of a kind that this call reads.
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE "unsupported_media_type" "Unsupported media type"
        "The header `Content-Type` names a kind of body that this call does not read."
        "Send JSON as `application/json`, in UTF-8.";
    /// A field is missing, of the wrong type or out of range.
    InvalidField = UNPROCESSABLE_ENTITY "invalid_field" "Invalid field"
        "A field is missing, of the wrong type or out of range; `errors` points at each."
        "Correct the fields that `errors` points at. Nothing was changed.";
    /// The email is none we could send to.
    InvalidEmail = UNPROCESSABLE_ENTITY "invalid_email" "Invalid email"
        "The email is not an address that mail can be sent to."
        "Correct the email: a name, an `@` and a domain, at most 254 bytes, nothing invisible inside.";
    /// The password is too short, too long or too easy to guess.
    PasswordTooWeak = UNPROCESSABLE_ENTITY "password_too_weak" "Password too weak"
        "A password has 12 to 128 characters and must not be easy to guess; one's own name and email do not count."
        "Choose a longer one, best several words that do not belong together.";
    /// The key belongs to another request.
    IdempotencyKeyReused = UNPROCESSABLE_ENTITY "idempotency_key_reused" "Idempotency key reused"
        "This `Idempotency-Key` was used for another request within 24 hours."
        "Use a fresh key for each new request.";
    /// Too many attempts.
    RateLimited = TOO_MANY_REQUESTS "rate_limited" "Too many attempts"
        "There were too many attempts from this address or for this account."
        "Wait for the time in `Retry-After`.";
    /// Five resends within an hour.
    ResendLimitReached = TOO_MANY_REQUESTS "resend_limit_reached" "Resend limit reached"
        "An invitation can be resent 5 times an hour."
        "Wait for the time in `Retry-After`.";
    /// The headers are larger than any call takes.
    HeadersTooLarge = REQUEST_HEADER_FIELDS_TOO_LARGE "headers_too_large" "Headers too large"
        "The headers of the request have more bytes than any call takes."
        "Send fewer or shorter headers; a cookie of another site is often the longest.";
    /// Our own bug.
    InternalError = INTERNAL_SERVER_ERROR "internal_error" "Internal error"
        "Something went wrong on our side. What it was stands in the server's log under the request id."
        "Try again; if it stays so, report the value of `X-Request-Id`.";
    /// The database or the server cannot answer just now.
    Unavailable = SERVICE_UNAVAILABLE "unavailable" "Unavailable"
        "The server or its database cannot answer just now. Nothing was changed, unless this took the server a minute to say: what it had begun may then be done all the same."
        "Send the same request again after the time in `Retry-After`, a `POST` with the same `Idempotency-Key`.";
}
