"""Waiting in a loop of asyncio."""

import asyncio
from collections.abc import Callable

from tests.support.http import SECONDS


async def settle() -> None:
    """Let all tasks run on until they wait for something other than each other."""
    for _ in range(20):
        await asyncio.sleep(0)


async def until(condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.01)
