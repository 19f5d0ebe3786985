"""A real SMTP server for tests: it prints its port, then one JSON line for each mail it takes.

Run with one JSON object as argument; every key is optional:
  tls           "starttls" or "wrapped"
  credentials   [user, password] that must be given before a mail
  recipient     replies to RCPT, used up one after the other; "" accepts
  silent        "greeting": never says a word; "data": takes a mail and never answers
  ascii         true: offers no SMTPUTF8
"""

import asyncio
import email.policy
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

HERE = pathlib.Path(__file__).parent
OPTIONS = json.loads(sys.argv[1])


def say(**what):
    print(json.dumps(what), flush=True)


class Handler:
    def __init__(self):
        self.replies = list(OPTIONS.get("recipient", []))

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        reply = self.replies.pop(0) if self.replies else ""
        if reply:
            say(refused=address, reply=reply)
            return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):
        read = email.message_from_bytes(envelope.content, policy=email.policy.SMTPUTF8)
        say(
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            headers={name: str(value) for name, value in read.items()},
            text=read.get_body(("plain",)).get_content(),
            html=read.get_body(("html",)).get_content(),
            encrypted=session.ssl is not None or OPTIONS.get("tls") == "wrapped",
            authenticated=bool(session.authenticated),
            hello=session.host_name,
        )
        if OPTIONS.get("silent") == "data":
            await asyncio.Event().wait()
        return "250 2.0.0 taken"


def authenticate(server, session, envelope, mechanism, data):
    given = [data.login.decode(), data.password.decode()]
    return AuthResult(success=given == OPTIONS.get("credentials"), handled=False)


class Silent(asyncio.Protocol):
    def connection_made(self, transport):
        say(connected=True)


async def main():
    tls = OPTIONS.get("tls")
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(HERE / "server.pem", HERE / "server.key")
    handler = Handler()

    def conversation():
        if OPTIONS.get("silent") == "greeting":
            return Silent()
        return SMTP(
            handler,
            hostname="mail.test",
            enable_SMTPUTF8=not OPTIONS.get("ascii"),
            tls_context=context if tls == "starttls" else None,
            require_starttls=tls == "starttls",
            authenticator=authenticate if "credentials" in OPTIONS else None,
            auth_required="credentials" in OPTIONS,
            auth_require_tls=False,
        )

    server = await asyncio.get_running_loop().create_server(
        conversation, "127.0.0.1", OPTIONS.get("port", 0), ssl=context if tls == "wrapped" else None
    )
    say(port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
