#!/usr/bin/env python3
"""Makes a registry of many runs out of a few: registry.py FOLDER RUNS [CASE …]

Runs the preset `quick` of the cases (or of those below) once, and copies those runs with other ids and seeds. In
each copy every number of every series and figure is another one, so that no two runs draw the same
picture but for what does not depend on the seed (their networks).
"""
import json, os, pathlib, random, shutil, sqlite3, struct, subprocess, sys, hashlib

CASES = """cms-anomaly-autoencoder denoising-autoencoder lung-segmentation-unet mnist-c-header
    multimodal-fusion super-resolution transfer-learning variational-autoencoder virgo-autoencoder
    virgo-exercises""".split()
PROGRAM = pathlib.Path(__file__).resolve().parents[2] / ".build/release/casebook"
KEPT = {"run": "key id seed startedAt", "choice": "run", "tag": "run"}


def varied(value, draw):
    """The figure with other numbers; whole numbers, such as sizes and places, stay."""
    if isinstance(value, float):
        return value * draw.uniform(0.98, 1.02) if value != int(value) else value
    if isinstance(value, list):
        return [varied(item, draw) for item in value]
    if isinstance(value, dict):
        return {key: varied(item, draw) for key, item in value.items()}
    return value


def bits(number, draw):
    value = struct.unpack("<d", struct.pack("<q", number))[0] * draw.uniform(0.98, 1.02)
    return struct.unpack("<q", struct.pack("<d", value))[0]


def copy(db, folder, key, new, draw):
    def rows(table):
        names = [column[1] for column in db.execute(f"PRAGMA table_info({table})")]
        return [dict(zip(names, row)) for row in db.execute(f"SELECT * FROM {table} WHERE run = ?", (key,))]

    def insert(table, row):
        marks = ", ".join("?" * len(row))
        db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))

    names = [column[1] for column in db.execute("PRAGMA table_info(run)")]
    run = dict(zip(names, db.execute("SELECT * FROM run WHERE key = ?", (key,)).fetchone()))
    run.update(key=new, id="%032x" % draw.getrandbits(128), seed=new, startedAt=run["startedAt"] + new)
    insert("run", run)
    for table in ("choice", "tag"):
        for row in rows(table):
            insert(table, {**row, "run": new})
    for row in rows("point"):
        insert("point", {**row, "run": new, "bits": bits(row["bits"], draw)})
    for row in rows("value"):
        number = row["number"]
        if not row["isWhole"] and number is not None:
            row["bits"] = bits(row["bits"], draw)
            row["number"] = struct.unpack("<d", struct.pack("<q", row["bits"]))[0]
        insert("value", {**row, "run": new, "digest": None})
    for row in rows("artifact"):
        if row["role"] == "figure":
            old = folder / "artifacts" / row["sha256"][:2] / row["sha256"][2:]
            data = json.dumps(varied(json.loads(old.read_bytes()), draw), separators=(",", ":")).encode()
            row["sha256"], row["bytes"] = hashlib.sha256(data).hexdigest(), len(data)
            path = folder / "artifacts" / row["sha256"][:2] / row["sha256"][2:]
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        insert("artifact", {**row, "run": new})


def main():
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    for case in sys.argv[3:] or CASES:
        subprocess.run([PROGRAM, "run", case, "--preset", "quick", "--quiet", "--home", folder],
                       check=True, stdout=subprocess.DEVNULL)
    db = sqlite3.connect(folder / "registry.sqlite")
    keys = [row[0] for row in db.execute("SELECT key FROM run ORDER BY key")]
    draw = random.Random(1)
    for number in range(len(keys), count):
        copy(db, folder, keys[number % len(keys)], 1000 + number, draw)
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


main()
