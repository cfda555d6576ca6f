"""Whether this server is well, in sentences: /readyz gives them, and pages for the admin do."""

from typing import NamedTuple

from quiz import store


class Readiness(NamedTuple):
    """What is `wrong` now, and what somebody should look at some day."""

    wrong: list[str]
    noted: list[str]


def readiness() -> Readiness:
    """What the database and the outbox say. Anybody may read it: there is no data in it."""
    trouble = store.ready()
    no_room = store.no_room_in_outbox()
    wrong, noted = [said for said in (trouble, no_room) if said], []
    try:
        waiting = store.waiting_in_outbox()
    except store.StoreError as error:
        wrong.append(str(error))
    else:
        if waiting.rows:
            wrong.append(f"Answers that wait in the outbox of this server: {waiting.rows}.")
        if waiting.damaged:
            noted.append(f"Damaged records set aside in the outbox: {waiting.damaged}.")
        if waiting.other_release:
            noted.append(
                f"Answers of another release set aside in the outbox: {waiting.other_release}."
            )
    return Readiness(wrong, noted)
