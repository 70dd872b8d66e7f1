"""What is made once for all threads that ask for it meanwhile, and kept for those who ask again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Once(Generic[K, V]):
    """Makes things by a key; threads that ask for the same wait for it, and for nothing else."""

    def __init__(self, make: Callable[[K], V], weigh: Callable[[V], int], most: int) -> None:
        """Of what was made, that which was asked for last is kept, up to a weight of `most`; no weight, not at all."""
        self._make, self._weigh, self._left = make, weigh, most
        self._lock = Lock()
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._making: dict[K, Future[V]] = {}

    def __call__(self, key: K) -> V:
        """What belongs to a key; an error in making it is told to all who wait for it, and not kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            made = self._making.get(key)
            is_made_here = made is None
            if made is None:
                made = self._making[key] = Future()
        if is_made_here:
            try:
                made.set_result(self._make(key))
            except BaseException as error:
                made.set_exception(error)
            with self._lock:
                del self._making[key]
                if made.exception() is None:
                    self._keep(key, made.result())
        return made.result()

    def __contains__(self, key: K) -> bool:
        """Whether what belongs to a key is kept, and so had at once."""
        return key in self._kept

    def _keep(self, key: K, value: V) -> None:
        if not (weight := self._weigh(value)):
            return
        self._kept[key] = value
        self._left -= weight
        while self._left < 0:
            self._left += self._weigh(self._kept.popitem(last=False)[1])
