"""A broker that is away for a while."""

from shared.messaging.errors import BrokerUnavailable
from shared.messaging.memory import MemoryBroker


class AbsentBroker(MemoryBroker):
    """A broker that does not answer until it is back."""

    back = False

    async def create(self, topic: str) -> None:
        """Make the topic, once it is back."""
        if not self.back:
            raise BrokerUnavailable("nobody answers")
        await super().create(topic)
