"""Sets the scene of the acceptance run: two organizations, and a credential of every kind.

Writes `<folder>/<actor>.toml` for each actor, which is schemathesis.toml with the ids of what that
actor may try, and `<folder>/tokens.json`. Uses nothing but Python's own library.
"""

import json
import pathlib
import re
import sys
import time
import urllib.request

PASSWORD = "correct horse battery staple 77"


class House:
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

    def organization(self, name, domain):
        """An organization with its Primary Admin, an entity and somebody invited."""
        email = f"owner@{domain}"
        owner = {"email": email, "name": "Olive Owner", "password": PASSWORD}
        made = self.ask("POST", "/v1/organizations", {"name": name, "primary_admin": owner})
        path, token = f"/v1/organizations/{made['id']}", self.sign_in(email)
        entity = self.ask("POST", path + "/entities", {"name": "North"}, token)
        invited = {"email": f"invited@{domain}", "role": "user"}
        invitation = self.ask("POST", path + "/invitations", invited, token)
        ids = {
            "org": made["id"],
            "entity": entity["id"],
            "user": invitation["user_id"],
            "invitation": invitation["id"],
        }
        return path, token, ids

    def join(self, path, token, email, role):
        """Invites somebody and accepts by the link in their mail, as the mailbox shows it."""
        self.ask("POST", path + "/invitations", {"email": email, "role": role}, token)
        link = self.link_to(email)
        self.ask("POST", f"/v1/invitations/{link}/accept", {"name": "Ann", "password": PASSWORD})
        return self.sign_in(email)

    def link_to(self, email):
        """The token of the link that was mailed to an email: the mailbox has it and nothing else."""
        row = r'href="(/mailbox/[^"]+)"><span class="mails-to">' + re.escape(email)
        for _ in range(100):
            mail = re.search(row, self.page("/mailbox"))
            if mail:
                return re.search(r"/invitations/([A-Za-z0-9_.~-]+)", self.page(mail[1]))[1]
            time.sleep(0.1)
        raise SystemExit(f"no mail to {email} came within ten seconds")


def main(url, operator, base, folder):
    house, folder = House(url, operator), pathlib.Path(folder)
    path, owner, ids = house.organization("House", "house.example")
    _, stranger, _ = house.organization("Elsewhere", "elsewhere.example")
    tokens = {
        "primary_admin": owner,
        "admin": house.join(path, owner, "admin@house.example", "admin"),
        "user": house.join(path, owner, "user@house.example", "user"),
        "other_organization": stranger,
        "operator": operator,
        "nobody": None,
    }
    for role in ["auditor", "admin", "user_manager"]:
        key = house.ask("POST", path + "/api-keys", {"name": role, "role": role}, owner)
        tokens[f"key_{role}"] = key["secret"]
    parameters = "".join(f'"path.{name}" = "{value}"\n' for name, value in ids.items())
    text = pathlib.Path(base).read_text()
    head, rest = text.split("[generation]", 1)
    for actor in tokens:
        config = f"{head}[parameters]\n{parameters}\n[generation]{rest}"
        (folder / f"{actor}.toml").write_text(config)
    # Stories make what they go on with; only the organization is given.
    only = f'{head}[parameters]\n"path.org" = "{ids["org"]}"\n\n[generation]{rest}'
    (folder / "stateful.toml").write_text(only)
    (folder / "tokens.json").write_text(json.dumps(tokens))
    for actor, token in tokens.items():
        print(actor, token or "-")


if __name__ == "__main__":
    main(*sys.argv[1:])
