"""Invite, accept, list, plan, remove: the life of a user, with the client of openapi-python-client."""

import os
import re
import time
import uuid
from typing import TypeVar, cast

import httpx

from vestibule import AuthenticatedClient, Client
from vestibule.api.entities import create_entity
from vestibule.api.invitation_links import accept_invitation
from vestibule.api.invitations import invite_user
from vestibule.api.organizations import create_organization
from vestibule.api.sessions import sign_in
from vestibule.api.users import get_removal_plan, list_users, remove_user
from vestibule.models import (
    AcceptInvitation,
    AssignableRole,
    CreateEntity,
    CreateOrganization,
    Credentials,
    EntityRole,
    InviteUser,
    NewPrimaryAdmin,
    Problem,
    StartingMembership,
    User,
    UserStatus,
)
from vestibule.types import UNSET

SERVER = os.environ.get("VESTIBULE_URL", "http://127.0.0.1:8080")
PASSWORD = "plum-Kettle-47-orbit"

Answer = TypeVar("Answer")


def good(answer: Answer | Problem | None) -> Answer:
    """The answer; a refusal has a stable code to decide by, and a sentence for people."""
    if isinstance(answer, Problem):
        raise SystemExit(f"{answer.code}: {answer.detail}")
    if answer is None:
        raise SystemExit("an answer that the document does not know")
    return answer


def token_mailed_to(email: str) -> str:
    """The token in the link of the mail, as the mailbox of a server without SMTP shows it."""
    row = r'"(/mailbox/[\w-]+)"><span class="mails-to">' + re.escape(email)
    for _ in range(100):
        if mail := re.search(row, httpx.get(f"{SERVER}/mailbox").text):
            text = httpx.get(SERVER + mail[1]).text
            return str(re.findall(r"/invitations/([\w.~-]+)", text)[0])
        time.sleep(0.1)
    raise SystemExit(f"no mail to {email} came within ten seconds")


def main() -> None:
    # An organization of its own for every run, made with the operator key.
    run = uuid.uuid4().hex[:8]
    nora = NewPrimaryAdmin(email=f"nora-{run}@northwind.example", name="Nora North", password=PASSWORD)
    operator = AuthenticatedClient(base_url=SERVER, token=os.environ["VESTIBULE_OPERATOR_KEY"])
    founding = CreateOrganization(name="Northwind Group", primary_admin=nora)
    org = good(create_organization.sync(client=operator, body=founding)).id

    # Its Primary Admin signs in, makes a company and invites somebody into it.
    credentials = Credentials(email=nora.email, password=PASSWORD)
    session = good(sign_in.sync(client=Client(base_url=SERVER), body=credentials))
    client = AuthenticatedClient(base_url=SERVER, token=session.token)
    foods = good(create_entity.sync(org, client=client, body=CreateEntity(name="Foods")))
    email = f"carl-{run}@northwind.example"
    clerk = StartingMembership(entity_id=foods.id, role=EntityRole.CLERK)
    invite = InviteUser(email=email, role=AssignableRole.USER, memberships=[clerk])
    invitation = good(invite_user.sync(org, client=client, body=invite))

    # The invited person accepts, with the token out of the mail; by a client of their own, since one
    # that has signed in keeps the cookie of its session. Accepting takes a session or none, which
    # the generator takes for always one.
    acceptance = AcceptInvitation(name="Carl Clerk", password=PASSWORD)
    stranger = cast(AuthenticatedClient, Client(base_url=SERVER))
    good(accept_invitation.sync(token_mailed_to(email), client=stranger, body=acceptance))

    # Everybody, page by page: a cursor leads on until there is none.
    users: list[User] = []
    cursor: str | None = None
    while True:
        page = good(
            list_users.sync(
                org, client=client, status=[UserStatus.ACTIVE], limit=1, cursor=cursor or UNSET
            )
        )
        users.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break

    # What removing him would take away, and then exactly that: `If-Match` refuses anything else.
    user = invitation.user_id
    plan = good(get_removal_plan.sync(org, user, client=client))
    good(remove_user.sync(org, user, client=client, if_match=f'"{plan.fingerprint}"'))

    names = " and ".join(str(one.name) for one in users)
    lost = ", ".join(f"{one.role} of {one.entity_name}" for one in plan.memberships)
    print(f"{names} were there; Carl Clerk is removed, and no longer {lost}.")


if __name__ == "__main__":
    main()
