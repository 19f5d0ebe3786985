"""Who schemathesis is where a session can end: somebody who signs in anew whenever it has.

Loaded by schemathesis. `ACCEPT_WHO` is an email, or the path of an organization; there somebody
else is invited each time, so that an account can be deleted and a password changed.
"""

import itertools
import os

import schemathesis

from scene import House

house = House(os.environ["ACCEPT_SERVER"], os.environ["ACCEPT_OPERATOR"])
who = os.environ["ACCEPT_WHO"]
numbers = itertools.count(1)


# A wrong password is 401 too, and no reason to sign in again.
@schemathesis.auth(retry_on=[401]).skip_for(operation_id="sign_in")
class Person:
    def get(self, case, context):
        if not who.startswith("/"):
            return house.sign_in(who)
        email = f"guest-{next(numbers)}@guest.example"
        house.join(who, email, "user")
        return house.sign_in(email)

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"
