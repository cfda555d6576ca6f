"""Windows of time that all processes count in together. Imported only where Redis is set."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from redis import ConnectionError as NoConnection
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from quiz.web.windows import Away, Counted, Window

ANSWER_SECONDS = 0.25
COUNT = """
local counts = {}
for i, name in ipairs(KEYS) do
  counts[i] = redis.call('INCR', name)
  if counts[i] == 1 then redis.call('EXPIRE', name, ARGV[2 * i - 1]) end
  if counts[i] > tonumber(ARGV[2 * i]) then return {counts, redis.call('PTTL', name)} end
end
return {counts, 0}
"""


class InRedis:
    """Windows that all processes share. Raises Away when there is no answer."""

    def __init__(self, address: str) -> None:
        """Connects at the first count."""
        # A connection that a restarted server has forgotten is made anew once, and at once.
        again = Retry(NoBackoff(), 1, supported_errors=(NoConnection,))
        self._server = Redis.from_url(
            address,
            socket_connect_timeout=ANSWER_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            retry=again,
        )
        self._script = self._server.register_script(COUNT)

    def count(self, windows: Sequence[Window]) -> Counted:
        """Count one more in each window, in one go."""
        numbers = [number for window in windows for number in (window.seconds, window.most)]
        names = [_named(window.name) for window in windows]
        try:
            found: Any = self._script(keys=names, args=numbers)
        except (RedisError, OSError) as error:
            raise Away from error
        counts, milliseconds = found
        return Counted(counts, ceil(milliseconds / 1000))

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def forget(self, name: str) -> None:
        """Close a window."""
        try:
            self._server.delete(_named(name))
        except (RedisError, OSError) as error:
            raise Away from error


def _named(name: str) -> str:
    return f"quiz {name}"
