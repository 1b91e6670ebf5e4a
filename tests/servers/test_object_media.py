"""Media in a real S3-compatible server, which checks signatures, behind a line that is cut."""

from __future__ import annotations

import hashlib
import io
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from posto_desktop.server import launch
from posto_desktop.server import media as library_module
from posto_desktop.server.errors import StartError
from posto_desktop.server.folder_media import FolderMedia
from posto_desktop.server.media import MediaLibrary
from posto_desktop.server.media_cache import MediaCache
from posto_desktop.server.media_location import MediaLocation
from posto_desktop.server.media_store import GRACE, MediaAway, MediaDamaged, MediaStore
from posto_desktop.server.object_media import ObjectMedia
from posto_desktop.server.publishers.attachments import open_attachment
from posto_desktop.server.publishers.base import Account, Part, Record, Result
from posto_desktop.server.store import Store
from tests.end2end.waiting import wait_for
from tests.needs import require
from tests.servers import s3
from tests.servers.cutting_proxy import Cut, CuttingProxy, cutting_proxy, refusal
from tests.servers.install import missing
from tests.unit.server.conftest import POSTO, WP, Client, png
from tests.unit.server.media_at_once import WaveringStore, lost_files
from tests.unit.server.sending import Bench, Network

LARGE = 12 * 1024 * 1024  # three parts

Open = Callable[..., ObjectMedia]


@pytest.fixture(scope="module")
def server() -> Iterator[s3.S3Server]:
    require(missing(*s3.NEEDED))
    with s3.running_s3() as running:
        yield running


@pytest.fixture
def proxy(server: s3.S3Server) -> Iterator[CuttingProxy]:
    with cutting_proxy(server.port) as line:
        yield line


@pytest.fixture
def direct(server: s3.S3Server) -> Iterator[str]:
    """The address of a line that is not cut."""
    with cutting_proxy(server.port) as line:
        yield line.url


@pytest.fixture
def opened(direct: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens media as a server does, each with a cache of its own, in a prefix of this test."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.SECRET)
    caches = 0

    def make(url: str = "", cache_bytes: int = 2**30, **options: str) -> ObjectMedia:
        nonlocal caches
        caches += 1
        address = options.pop("address", f"s3://{s3.BUCKET}/{tmp_path.name}")
        location = MediaLocation(address, url or direct, **options)
        cache = MediaCache(tmp_path / f"cache{caches}", cache_bytes)
        return ObjectMedia(location, cache, repeats=3, pause=0.01)

    return make


def content(size: int, seed: int = 0) -> bytes:
    return random.Random(size + seed).randbytes(size)


def put(media: MediaStore, data: bytes) -> str:
    """Put bytes as an upload does; their name."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = media.incoming / f"upload-{threading.get_ident()}"
    path.write_bytes(data)
    media.put(path, sha256, len(data))
    path.unlink(missing_ok=True)
    return sha256


def read(media: MediaStore, sha256: str, size: int) -> bytes | None:
    with media.local(sha256, size) as path:
        return path.read_bytes() if path.exists() else None


def stored(server: s3.S3Server, tmp_path: Path, sha256: str) -> Path:
    """Where the server has a content."""
    return server.file(f"{tmp_path.name}/{sha256[:2]}/{sha256}")


@pytest.fixture(params=["folder", "s3"])
def pair(
    request: pytest.FixtureRequest, opened: Open, tmp_path: Path
) -> tuple[MediaStore, MediaStore]:
    """The stores of two servers that share one place."""
    if request.param == "s3":
        return opened(), opened()
    (tmp_path / "shared").mkdir()
    first, second = (FolderMedia(tmp_path / "shared", is_shared=True) for _ in range(2))
    return first, second


def test_another_server_has_what_was_put(pair: tuple[MediaStore, MediaStore]) -> None:
    first, second = pair
    data = content(200_000)
    sha256 = put(first, data)
    assert second.size(sha256) == len(data)
    assert b"".join(second.blocks(sha256, 1000, 150_000)) == data[1000:150_000]
    assert read(second, sha256, len(data)) == data
    assert b"".join(second.blocks(sha256, 199_000, 200_000)) == data[199_000:]
    (entry,) = second.contents()
    assert (entry.sha256, entry.size) == (sha256, len(data))
    age = second.age(sha256)
    assert age is not None
    assert -60 < age < 60
    second.delete(sha256)
    assert list(first.contents()) == []
    assert (second.size(sha256), second.age(sha256)) == (None, None)
    assert read(second, sha256, len(data)) is None


def test_servers_that_put_the_same_at_once_harm_nothing(
    pair: tuple[MediaStore, MediaStore],
) -> None:
    data, failures = content(6 * 1024 * 1024), list[BaseException]()
    barrier = threading.Barrier(4)

    def run(media: MediaStore) -> None:
        try:
            barrier.wait(20)
            put(media, data)
        except BaseException as error:  # noqa: BLE001 - reported below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(media,)) for media in (*pair, *pair)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [entry.size for entry in pair[0].contents()] == [len(data)]
    for media in pair:
        assert read(media, hashlib.sha256(data).hexdigest(), len(data)) == data


# -- a line that is cut ----------------------------------------------------------------------------


def test_a_cut_upload_is_repeated(opened: Open, proxy: CuttingProxy, server: s3.S3Server) -> None:
    media = opened(proxy.url)
    proxy.cuts = [Cut(down=0), Cut(up=3_000_000), Cut(up=1_000_000)]
    data = content(LARGE)
    sha256 = put(media, data)
    assert proxy.used == 3
    assert read(opened(), sha256, LARGE) == data


def test_a_file_that_comes_again_is_put_once_while_it_is_there(
    opened: Open, proxy: CuttingProxy, tmp_path: Path
) -> None:
    """A client has not waited for the end of a long upload, and sends it again."""
    media, data = opened(proxy.url), content(100_000)
    sha256 = put(media, data)
    proxy.always = Cut(up=50_000)
    threads = [threading.Thread(target=put, args=(media, data)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert media.age(sha256) is not None
    opened().delete(sha256)
    with pytest.raises(MediaAway):
        put(media, data)
    proxy.always = None
    put(media, data)
    assert read(opened(), sha256, len(data)) == data


def test_an_upload_that_stays_cut_leaves_nothing(opened: Open, proxy: CuttingProxy) -> None:
    media = opened(proxy.url)
    proxy.always = Cut(up=500_000)
    with pytest.raises(MediaAway, match="does not answer right now"):
        put(media, content(LARGE))
    assert list(opened().contents()) == []


def test_a_cut_download_goes_on(opened: Open, proxy: CuttingProxy, tmp_path: Path) -> None:
    data = content(LARGE)
    sha256 = put(opened(), data)
    media = opened(proxy.url)
    proxy.cuts = [Cut(down=4_000_000), Cut(down=2_000_000)]
    assert read(media, sha256, LARGE) == data
    assert proxy.used == 2


def test_a_download_that_stays_cut_leaves_nothing_half(
    opened: Open, proxy: CuttingProxy, tmp_path: Path
) -> None:
    data = content(LARGE)
    sha256 = put(opened(), data)
    media = opened(proxy.url)
    proxy.always = Cut(down=1_000_000)
    with pytest.raises(MediaAway), media.local(sha256, LARGE):
        pass
    assert not media.path(sha256).exists()
    assert list(media.incoming.iterdir()) == []
    proxy.always = None
    assert read(media, sha256, LARGE) == data


def test_a_store_that_asks_to_slow_down_is_asked_again(opened: Open, proxy: CuttingProxy) -> None:
    media = opened(proxy.url)
    proxy.cuts = [Cut(answer=refusal(503, "SlowDown"))] * 2
    data = content(1000)
    sha256 = put(media, data)
    assert proxy.used == 2
    proxy.always = Cut(answer=refusal(503, "SlowDown"))
    with pytest.raises(MediaAway):
        list(opened(proxy.url).blocks(sha256, 0, 10))


def test_a_short_answer_is_no_file(opened: Open, proxy: CuttingProxy) -> None:
    """What a cache on the way has cut, and gives as whole."""
    data = content(1000)
    sha256 = put(opened(), data)
    media = opened(proxy.url)
    short = (
        b'HTTP/1.1 206 Partial Content\r\nContent-Length: 400\r\nETag: "a"\r\n'
        b"Content-Range: bytes 0-399/1000\r\nLast-Modified: Sun, 29 Nov 2026 10:00:00 GMT\r\n"
        b"Connection: close\r\n\r\n" + data[:400]
    )
    proxy.cuts = [Cut(answer=short)]
    assert read(media, sha256, 1000) == data
    proxy.always = Cut(answer=short)
    media = opened(proxy.url)
    with pytest.raises((MediaDamaged, MediaAway)), media.local(sha256, 1000):
        pass
    assert not media.path(sha256).exists()


# -- what is wrong in the store --------------------------------------------------------------------


def test_another_content_under_a_name_is_not_used_and_put_right(
    opened: Open, server: s3.S3Server, tmp_path: Path
) -> None:
    data = content(5000)
    sha256 = put(opened(), data)
    stored(server, tmp_path, sha256).write_bytes(content(5000, 1))
    media = opened()
    with pytest.raises(MediaDamaged, match=sha256[:12]), media.local(sha256, 5000):
        pass
    assert not media.path(sha256).exists()
    put(media, data)
    assert read(opened(), sha256, 5000) == data


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        (Cut(answer=refusal(403, "RequestTimeTooSkewed")), "clocks of this server"),
        (Cut(answer=refusal(403, "AccessDenied")), r"refuses this server \(AccessDenied\)"),
        (Cut(answer=refusal(404, "NoSuchBucket")), "no such bucket"),
    ],
)
def test_a_store_that_does_not_let_in_is_a_sentence(
    opened: Open, proxy: CuttingProxy, cut: Cut, words: str
) -> None:
    media = opened(proxy.url)
    proxy.always = cut
    for ask in (
        lambda: put(media, content(10)),
        lambda: media.size("0" * 64),
        lambda: list(media.contents()),
        lambda: media.local("0" * 64, 1).__enter__(),
    ):
        with pytest.raises(MediaAway, match=words) as caught:
            ask()
        assert s3.SECRET not in str(caught.value)
    with pytest.raises(StartError, match=words):
        opened(proxy.url)


def test_wrong_keys_and_a_wrong_bucket_end_the_start(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StartError, match="no such bucket"):
        opened(address="s3://elsewhere")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another secret")
    with pytest.raises(
        StartError, match=r"refuses this server \(SignatureDoesNotMatch\)"
    ) as caught:
        opened()
    assert "another secret" not in str(caught.value)


def test_a_store_that_is_away_at_the_start_may_come(opened: Open, proxy: CuttingProxy) -> None:
    proxy.always = Cut(up=0)
    media = opened(proxy.url)
    with pytest.raises(MediaAway):
        media.size("0" * 64)
    proxy.always = None
    assert media.size("0" * 64) is None


# -- the library -----------------------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "workspace.db")
    yield store
    store.close()


def upload(library: MediaLibrary, data: bytes) -> int:
    blob = library.receive(io.BytesIO(data).read, len(data))
    try:
        return library.add(blob, "picture.png").id
    finally:
        library.discard(blob)


def test_the_object_goes_with_its_last_item(
    opened: Open, database: Store, server: s3.S3Server, tmp_path: Path
) -> None:
    media = opened()
    library = MediaLibrary(database, media)
    first, second = upload(library, png()), upload(library, png())
    sha256 = library.get(first).sha256
    assert list(media.incoming.iterdir()) == []
    library.delete(first)
    assert stored(server, tmp_path, sha256).exists()
    assert library.has(library.get(second))
    library.delete(second)
    assert not stored(server, tmp_path, sha256).exists()
    assert not media.path(sha256).exists()


def test_what_another_server_deletes_meanwhile_is_put_again(
    opened: Open, database: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last item of a content is deleted after this server has put it and before it lists it."""
    media = opened()
    library, other = MediaLibrary(database, media), MediaLibrary(database, opened())
    before = upload(other, png())
    real_put, puts = media.put, []

    def put_and_lose(source: Path, sha256: str, size: int) -> None:
        real_put(source, sha256, size)
        if not puts:
            other.delete(before)
        puts.append(sha256)

    monkeypatch.setattr(media, "put", put_and_lose)
    item = library.get(upload(library, png()))
    assert len(puts) == 2
    assert read(opened(), item.sha256, item.size) == png()


def test_only_old_contents_that_nothing_lists_are_swept(
    opened: Open, database: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = opened()
    library = MediaLibrary(database, media)
    listed, left_over = library.get(upload(library, png())).sha256, put(media, content(100))
    assert library.sweep() == 0, "another server may be about to list it"
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + GRACE + 60)
    assert library.sweep() == 1
    assert left_over != listed
    assert [entry.sha256 for entry in media.contents()] == [listed]


def test_a_bucket_of_another_workspace_is_neither_used_nor_swept(
    opened: Open,
    database: Store,
    proxy: CuttingProxy,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Also where the store was away at the start, so that whose it is shows later."""
    other = Store(tmp_path / "other.db")
    owner = MediaLibrary(other, opened())
    owner.begin()
    owner.close()
    item = owner.get(upload(owner, png()))
    with pytest.raises(StartError) as caught:
        MediaLibrary(database, opened()).begin()
    assert "belongs to another workspace" in caught.value.user_message
    proxy.cuts = [Cut(up=0)] * 2
    late = MediaLibrary(database, opened(proxy.url))
    late.begin()
    wait_for(lambda: "belongs to another workspace" in caplog.text, "the sweep")
    late.close()
    assert owner.has(item)
    other.close()


def test_servers_with_one_bucket_lose_no_file_of_an_item(
    opened: Open, database: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "GRACE", 0.0)
    stores = [opened(), opened()]
    libraries = [MediaLibrary(database, WaveringStore(store, 0.02)) for store in stores]
    assert lost_files(libraries, opened()) == []
    assert list(stores[0].contents()) == []


def test_an_item_is_deleted_while_the_store_is_away_and_its_object_later(
    opened: Open, database: Store, proxy: CuttingProxy
) -> None:
    media = opened(proxy.url)
    library = MediaLibrary(database, media)
    number = upload(library, png())
    proxy.always = Cut(up=0)
    library.delete(number)
    assert library.find([number]) == {}
    assert len(list(opened().contents())) == 1


# -- posts and routes ------------------------------------------------------------------------------


class ReadingNetwork(Network):
    """Reads the files of its posts when it uploads, or when it sends."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[bytes] = []

    def upload(
        self, account: Account, part: Part, record: Record, keep: Callable[[Record], None]
    ) -> Record:
        if not self.sends_files:
            self._read(part)
        return super().upload(account, part, record, keep)

    def send(self, account: Account, part: Part, record: Record) -> Result:
        if self.sends_files:
            self._read(part)
        return super().send(account, part, record)

    def _read(self, part: Part) -> None:
        for attachment in part.media:
            with open_attachment(attachment) as file:
                self.files.append(file.read())


@pytest.mark.parametrize("sends_files", [False, True])
def test_a_post_waits_for_the_store_and_goes_out_with_its_file(
    opened: Open, database: Store, proxy: CuttingProxy, tmp_path: Path, sends_files: bool
) -> None:
    """Another server has uploaded the file, so that this one has no copy."""
    number = upload(MediaLibrary(database, opened()), png(40, 40))
    bench = Bench(tmp_path, database, opened(proxy.url))
    bench.publisher = bench.network = network = ReadingNetwork()
    network.sends_files = sends_files
    bench.sender = bench.new_sender()
    schedule = bench.compose(
        upload_media=True, upload_media_type="custom", media_list_to_upload=[number]
    )
    plain = bench.compose(ref="without a file")
    proxy.always = Cut(up=0)
    assert bench.send(schedule) == "not_sent"
    assert "does not answer right now" in bench.row(schedule)["error_msg"]
    assert bench.send(plain) == "success"
    proxy.always = None
    bench.now += 600
    assert bench.send(schedule) == "success"
    assert network.files == [png(40, 40)]
    assert network.published == ["without a file", "ref"]


def test_a_post_whose_file_is_another_one_says_so(
    opened: Open, database: Store, server: s3.S3Server, tmp_path: Path
) -> None:
    media = opened()
    library = MediaLibrary(database, media)
    number = upload(library, png())
    stored(server, tmp_path, library.get(number).sha256).write_bytes(b"x" * len(png()))
    bench = Bench(tmp_path, database, opened())
    schedule = bench.compose(
        upload_media=True, upload_media_type="custom", media_list_to_upload=[number]
    )
    assert bench.send(schedule) == "error"
    assert "in the media store is damaged" in bench.row(schedule)["error_msg"]
    assert bench.network.published == []


def test_the_routes_of_media_read_from_the_bucket(
    opened: Open, server: s3.S3Server, direct: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file was uploaded by another server, so that this one has no copy of it."""
    folder, data, own = tmp_path / "workspace", png(64, 64), png(16, 16)
    folder.mkdir()
    store = Store(folder / "workspace.db")
    number = upload(MediaLibrary(store, opened()), data)
    store.close()
    monkeypatch.setenv("POSTO_MEDIA", f"s3://{s3.BUCKET}/{tmp_path.name}")
    monkeypatch.setenv("AWS_ENDPOINT_URL", direct)
    client = Client(launch.start(folder))
    try:
        assert client.upload(own)["media_details"]["width"] == 16
        assert stored(server, tmp_path, hashlib.sha256(own).hexdigest()).read_bytes() == own
        item = client.call("GET", f"{WP}/media/{number}")
        path = urlsplit(item["source_url"]).path
        part = client.send("GET", path, headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, data[10:20])
        assert part.headers["Content-Range"] == f"bytes 10-19/{len(data)}"
        whole = client.send("GET", path)
        assert (whole.status_code, whole.content) == (200, data)
        assert client.send("HEAD", path).headers["Content-Length"] == str(len(data))
        thumb = urlsplit(item["posto"]["thumb"])
        assert client.send("GET", f"{thumb.path}?{thumb.query}").content[:2] == b"\xff\xd8"
        missing_ids = client.call("GET", f"{POSTO}/media/missing", params={"ids": number})
        assert missing_ids == {"missing": []}
        client.call("DELETE", f"{WP}/media/{number}", params={"force": "true"})
        assert client.send("GET", path).status_code == 404
        assert not stored(server, tmp_path, item["posto"]["sha256"]).exists()
    finally:
        client.session.close()
        client.running.stop(60)
    written = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert s3.SECRET.encode() not in written
