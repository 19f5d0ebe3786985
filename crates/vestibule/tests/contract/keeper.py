"""Receives mail over SMTP for the contract checks, and clears up after them.

Every mail is printed as one JSON line. What stands on standard input as JSON lines is kept until that
input ends, which it does however the test process ends: then processes are ended, commands run and
folders removed, so that nothing of a run is left behind.
"""

import asyncio
import email
import email.policy
import json
import os
import shutil
import signal
import subprocess
import sys
import threading

from aiosmtpd.smtp import SMTP


class Receiver:
    """Takes every mail, save those to an address that begins with `refused`."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 no such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = message.get_body(("plain",))
        html = message.get_body(("html",))
        say(
            {
                "to": envelope.rcpt_tos,
                "header_to": str(message["To"]),
                "header_from": str(message["From"]),
                "subject": str(message["Subject"]),
                "message_id": str(message["Message-ID"]),
                "text": text.get_content() if text else None,
                "html": html.get_content() if html else None,
            }
        )
        return "250 OK"


def say(what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def clear_up_when_input_ends():
    kept = [json.loads(line) for line in sys.stdin]
    for task in kept:
        if "end" in task:
            try:
                os.kill(task["end"], signal.SIGKILL)
            except ProcessLookupError:
                pass
    for task in kept:
        if "run" in task:
            subprocess.run(task["run"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        if "remove" in task:
            shutil.rmtree(task["remove"], ignore_errors=True)
    os._exit(0)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Receiver(), enable_SMTPUTF8=True, hostname="localhost"), "127.0.0.1", 0
    )
    say({"port": server.sockets[0].getsockname()[1]})
    threading.Thread(target=clear_up_when_input_ends, daemon=True).start()
    await server.serve_forever()


asyncio.run(main())
