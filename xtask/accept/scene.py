"""Sets the scene of the acceptance run: for each run of schemathesis an organization and somebody.

Prints one line a run, its name and its phases, and writes `<folder>/<name>.toml`: schemathesis.toml
with the ids of what this actor may try, and with who they are. Nothing but Python's own library.
"""

import json
import pathlib
import re
import sys
import time
import urllib.request

PASSWORD = "correct horse battery staple 77"
EACH_ALONE = "examples,coverage,fuzzing"
STORIES = "stateful"


class House:
    """The API as the operator, who may do everything that a scene needs."""

    def __init__(self, url, operator):
        self.url, self.operator = url, operator

    def ask(self, method, path, body=None, token=None):
        headers = {"Authorization": f"Bearer {token or self.operator}"}
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def page(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return answer.read().decode()

    def sign_in(self, email):
        credentials = {"email": email, "password": PASSWORD}
        return self.ask("POST", "/v1/sessions", credentials)["token"]

    def organization(self, domain):
        """An organization with its Primary Admin, an entity and somebody invited."""
        owner = {"email": f"owner@{domain}", "name": "Olive Owner", "password": PASSWORD}
        made = self.ask("POST", "/v1/organizations", {"name": domain, "primary_admin": owner})
        path = f"/v1/organizations/{made['id']}"
        entity = self.ask("POST", path + "/entities", {"name": "North"})
        invitation = self.invite(path, f"invited@{domain}", "user")
        ids = {
            "org": made["id"],
            "entity": entity["id"],
            "user": invitation["user_id"],
            "invitation": invitation["id"],
        }
        return path, ids

    def invite(self, path, email, role):
        return self.ask("POST", path + "/invitations", {"email": email, "role": role})

    def join(self, path, email, role):
        """Invites somebody, who accepts."""
        self.invite(path, email, role)
        answer = {"name": "Ann Archer", "password": PASSWORD}
        self.ask("POST", f"/v1/invitations/{self.token_mailed_to(email)}/accept", answer)

    def token_mailed_to(self, email):
        """The token of the link that was mailed: the mailbox has it, and nothing else."""
        row = r'href="(/mailbox/[^"]+)"><span class="mails-to">' + re.escape(email)
        for _ in range(200):
            mail = re.search(row, self.page("/mailbox"))
            if mail:
                return re.search(r"/invitations/([A-Za-z0-9_.~-]+)", self.page(mail[1]))[1]
            time.sleep(0.05)
        raise SystemExit(f"no mail to {email} came within ten seconds")


class Scene:
    def __init__(self, house, base, folder):
        self.house, self.folder = house, pathlib.Path(folder)
        self.head, self.rest = pathlib.Path(base).read_text().split("[generation]", 1)

    def run(self, name, who, phases, given, links_of="", more=""):
        """One run: `who` writes what says who asks, given the domain and the organization's path."""
        domain = f"{name.replace('_', '-')}.example"
        path, ids = self.house.organization(domain)
        text = who(domain, path)
        tokens = []
        for number in range(4):
            self.house.invite(path, f"linked-{number}@{domain}", "user")
            tokens.append(self.house.token_mailed_to(f"linked-{number}@{domain}"))
        config = [
            text,
            self.head,
            f"[dictionaries.tokens]\nvalues = {json.dumps(tokens)}\n",
            "[parameters]",
            '"path.token" = { dictionary = "tokens", probability = 0.3 }',
            *(f'"path.{part}" = "{ids[part]}"' for part in given),
            f"\n[generation]{self.rest}",
            links_of,
            more,
        ]
        (self.folder / f"{name}.toml").write_text("\n".join(config))
        print(name, phases, flush=True)


def bearer(token):
    return f'headers = {{ Authorization = "Bearer {token}" }}\n'


def without(*operations):
    return f"[[operations]]\ninclude-operation-id = {json.dumps(operations)}\nenabled = false\n"


def main(url, operator, base, folder):
    house = House(url, operator)
    scene = Scene(house, base, folder)

    def person(email_of, role=None):
        """Somebody whose session begins anew whenever it has ended: see person.py."""

        def who(domain, path):
            email = email_of(domain)
            if role:
                house.join(path, email, role)
            return f"# as: {email}\n"

        return who

    def guest(_, path):
        return f"# as: {path}\n"

    def key(role):
        def who(domain, path):
            token = house.sign_in(f"owner@{domain}")
            body = {"name": role, "role": role}
            return bearer(house.ask("POST", path + "/api-keys", body, token)["secret"])

        return who

    def stranger(domain, _):
        house.organization(f"elsewhere-{domain}")
        return f"# as: owner@elsewhere-{domain}\n"

    def the_operator(*_):
        return bearer(operator)

    def nobody(*_):
        return ""

    owner = person(lambda domain: f"owner@{domain}")
    admin = person(lambda domain: f"admin@{domain}", "admin")
    user = person(lambda domain: f"user@{domain}", "user")
    everything = ["org", "entity", "user", "invitation"]
    # Who deletes their account is not there any more; the guest does it instead.
    stays = without("delete_me")
    scene.run("primary_admin", owner, EACH_ALONE, everything)
    scene.run("admin", admin, EACH_ALONE, everything, more=stays)
    scene.run("user", user, EACH_ALONE, everything, more=stays)
    for role in ["auditor", "admin", "user_manager"]:
        scene.run(f"key_{role}", key(role), EACH_ALONE, everything)
    scene.run("operator", the_operator, EACH_ALONE, everything)
    scene.run("nobody", nobody, EACH_ALONE, everything)
    scene.run("other_organization", stranger, EACH_ALONE, everything)
    # What ends the session, asked by somebody who is made anew whenever that has happened.
    guests = [
        "[[operations]]",
        'exclude-operation-id = ["sign_out", "end_session", "change_password", "delete_me"]',
        "enabled = false",
        "[[operations]]",
        'include-operation-id = ["change_password"]',
        'parameters."body.current_password" = { dictionary = "passwords", probability = 0.7 }',
        'parameters."body.new_password" = { dictionary = "passwords", probability = 0.7 }',
        f'[dictionaries.passwords]\nvalues = ["{PASSWORD}", "plum-Kettle-47-orbit"]',
    ]
    scene.run("guest", guest, EACH_ALONE, [], more="\n".join(guests))
    # Stories make what they go on with; only the organization is given. Once along the links that
    # the document declares, once along those that schemathesis infers as well.
    declared = "[phases.stateful.inference]\nalgorithms = []\n"
    keeps = without("transfer_ownership")
    scene.run("links_operator", the_operator, STORIES, ["org"], declared)
    scene.run("links_primary_admin", owner, STORIES, ["org"], declared, keeps)
    scene.run("stories_operator", the_operator, STORIES, ["org"])
    scene.run("stories_primary_admin", owner, STORIES, ["org"], more=keeps)


if __name__ == "__main__":
    main(*sys.argv[1:])
