import asyncio

import pytest
from werkzeug.wrappers import Response

from {= cookiecutter.package_name =}.serving import streams


class Client:
    """What the server hands over: `reads` pieces and then goes away or waits for ever."""

    def __init__(self, reads=1_000_000, *, stalls=False):
        self.reads, self.stalls = reads, stalls
        self.sent, self.left = [], asyncio.Event()

    async def receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        if len(self.sent) >= self.reads:
            if self.stalls:
                await asyncio.sleep(60)
            self.left.set()
        self.sent.append(message)
        await asyncio.sleep(0)


class Source:
    """Pieces that tell how many were asked for, and whether they were closed."""

    def __init__(self, count, error=None):
        self.count, self.error = count, error
        self.asked, self.closed = 0, False

    def __iter__(self):
        return self

    def __next__(self):
        self.asked += 1
        if self.asked > self.count:
            raise self.error or StopIteration
        return b"piece"

    def close(self):
        self.closed = True


async def in_thread(work):
    return await asyncio.to_thread(work)


def send(source, sent, **client):
    """Send what a source has; what was sent comes into the list, also where it ends badly."""

    async def run():
        made = Client(**client)
        try:
            await streams.send_pieces(Response(source), made.receive, made.send, in_thread)
        finally:
            sent.extend(made.sent)

    try:
        asyncio.run(run())
    finally:
        assert source.closed


def test_pieces_are_sent_one_by_one():
    sent = []
    send(Source(3), sent)
    assert [message["body"] for message in sent] == [b"piece"] * 3 + [b""]
    assert [message.get("more_body", False) for message in sent] == [True] * 3 + [False]


def test_who_goes_away_is_not_sent_the_rest():
    source = Source(100_000)
    send(source, [], reads=5)
    assert source.asked < 20


def test_who_stalls_is_cut_off(monkeypatch):
    monkeypatch.setattr(streams, "SECONDS", 0.02)
    source = Source(100_000)
    with pytest.raises(TimeoutError):
        send(source, [], reads=5, stalls=True)
    assert source.asked < 20


def test_half_an_answer_never_ends_as_a_whole_one():
    source, sent = Source(3, RuntimeError("the disk is gone")), []
    with pytest.raises(RuntimeError, match="the disk is gone"):
        send(source, sent)
    assert [message["more_body"] for message in sent] == [True] * 3


def test_only_what_has_no_length_is_long():
    assert streams.is_long(Response(Source(3)))
    assert not streams.is_long(Response(b"all of it"))
    assert not streams.is_long(Response(Source(3), status=304))


def test_who_has_read_it_all_may_ask_again_at_once():
    source, closed = Source(1), []

    async def send(_):
        closed.append(source.closed)

    asyncio.run(streams.send_pieces(Response(source), Client().receive, send, in_thread))
    assert closed == [False, True]
