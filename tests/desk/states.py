"""The states that a desk writes (docs/desk.md, "A start"), as somebody sees them who looks in its folder."""


def newest_whole(folder):
    """(path, size in bytes) of the newest that is whole; None while there is none.

    A copy of the desk writes them, so the last may be half there, and a kill leaves it so; the first
    line of each says how long it is. They come and go while this looks.
    """
    for path in sorted(folder.glob("state-*.bin"), reverse=True):
        try:
            with path.open("rb") as file:
                head = file.readline(256)
            size = path.stat().st_size
        except FileNotFoundError:
            continue
        said = dict(part.partition("=")[::2] for part in head.decode(errors="replace").split("|")[1:])
        if head.endswith(b"\n") and size == len(head) + int(said["length"]) + int(said["beside"]):
            return path, size
    return None
