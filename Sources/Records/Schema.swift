import GRDB

/// The tables of `registry.sqlite` and how they came to be.
///
/// Runs, metrics and settings have integer keys: rows of points are short, and a registry of a
/// million points takes 30 MB where one keyed by texts takes 240.
enum Schema {
  /// `CSBK` in ASCII, in the header of the file: what tells it from other programs' databases.
  static let applicationID = 0x4353_424B

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: runs, points, artifacts") { database in
      try database.execute(sql: "PRAGMA application_id = \(applicationID)")
      try database.execute(sql: version1)
    }
    migrator.registerMigration("2: seals, verdicts, labels, deletion") { database in
      try database.execute(sql: version2)
    }
    migrator.registerMigration("3: progress") { database in
      try database.execute(
        sql: """
          ALTER TABLE run ADD COLUMN done INTEGER;
          ALTER TABLE run ADD COLUMN total INTEGER;
          ALTER TABLE run ADD COLUMN unit TEXT;
          """)
    }
    migrator.registerMigration("4: values in their order") { database in
      try database.execute(sql: "CREATE INDEX valueByNumber ON value (metric, number)")
    }
    migrator.registerMigration("5: packed points, attempts") { database in
      try database.execute(sql: version5)
    }
    migrator.registerMigration("6: values and settings by their run") { database in
      try database.execute(sql: version6)
    }
    migrator.registerMigration("7: settings by their value") { database in
      try database.execute(sql: "CREATE INDEX choiceByValue ON choice (setting, value)")
    }
    return migrator
  }

  // `provenance` is shared by the runs of one program on one machine, so the four facts that
  // differ from process to process are columns of `run`.
  //
  // A point is the bit pattern of its value: SQLite would make NULL of not-a-number. `value` holds
  // the last value of each metric, as bits and as a number to compare with (NULL if it is none).
  private static let version1 = """
    CREATE TABLE provenance (key INTEGER PRIMARY KEY, json TEXT NOT NULL UNIQUE);
    CREATE TABLE run (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      slug TEXT NOT NULL,
      status TEXT NOT NULL
        CHECK (status IN ('running', 'finished', 'failed', 'cancelled')),
      seed INTEGER NOT NULL,
      preset TEXT NOT NULL,
      startedAt REAL NOT NULL,
      heartbeat REAL NOT NULL,
      duration REAL,
      failure TEXT,
      verdict TEXT,
      threads INTEGER NOT NULL,
      host TEXT NOT NULL,
      bootID TEXT NOT NULL,
      pidSpace TEXT NOT NULL,
      processID INTEGER NOT NULL,
      processStart INTEGER NOT NULL,
      parent TEXT,
      provenance INTEGER NOT NULL REFERENCES provenance
    );
    CREATE INDEX runBySlug ON run (slug);
    CREATE INDEX runByStart ON run (startedAt);
    CREATE INDEX runOpen ON run (status) WHERE status = 'running';

    CREATE TABLE metric (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE setting (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

    CREATE TABLE choice (
      setting INTEGER NOT NULL REFERENCES setting,
      run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      kind TEXT NOT NULL,
      value,
      PRIMARY KEY (setting, run)
    ) WITHOUT ROWID;
    CREATE INDEX choiceByRun ON choice (run);

    CREATE TABLE point (
      run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      metric INTEGER NOT NULL REFERENCES metric,
      step INTEGER NOT NULL,
      bits INTEGER NOT NULL,
      PRIMARY KEY (run, metric, step)
    ) WITHOUT ROWID;

    CREATE TABLE value (
      metric INTEGER NOT NULL REFERENCES metric,
      run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      number REAL,
      bits INTEGER NOT NULL,
      isWhole INTEGER NOT NULL,
      step INTEGER,
      digest TEXT,
      PRIMARY KEY (metric, run)
    ) WITHOUT ROWID;
    CREATE INDEX valueByRun ON value (run);

    CREATE TABLE artifact (
      run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      role TEXT NOT NULL,
      mediaType TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      PRIMARY KEY (run, position),
      UNIQUE (run, name)
    ) WITHOUT ROWID;
    CREATE INDEX artifactByContent ON artifact (sha256);
    """

  // A thousand points are packed together, with what they span, so that a chart of a million reads a
  // thousand rows. `value` has the same of a whole series. A run that was taken up again has the number
  // of its attempt; what an earlier one had logged beyond the checkpoint is put aside.
  private static let version5 = """
    ALTER TABLE run ADD COLUMN attempt INTEGER;
    ALTER TABLE run ADD COLUMN idle REAL;
    CREATE TABLE attempt (
      run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      number INTEGER NOT NULL,
      json TEXT NOT NULL,
      PRIMARY KEY (run, number)
    ) WITHOUT ROWID;

    ALTER TABLE point ADD COLUMN time INTEGER;
    CREATE TABLE chunk (
      run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      metric INTEGER NOT NULL REFERENCES metric,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      count INTEGER NOT NULL,
      least REAL,
      greatest REAL,
      sum REAL,
      data BLOB NOT NULL
    );
    CREATE UNIQUE INDEX chunkBySeries ON chunk (run, metric, first);
    CREATE TABLE superseded (
      run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      metric INTEGER NOT NULL REFERENCES metric,
      attempt INTEGER NOT NULL,
      step INTEGER NOT NULL,
      bits INTEGER NOT NULL,
      time INTEGER,
      PRIMARY KEY (run, metric, attempt, step)
    ) WITHOUT ROWID;

    ALTER TABLE value ADD COLUMN count INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE value ADD COLUMN least REAL;
    ALTER TABLE value ADD COLUMN greatest REAL;
    ALTER TABLE value ADD COLUMN sum REAL;
    UPDATE value SET (count, least, greatest, sum) = (
      SELECT count(real_of(bits)), min(real_of(bits)), max(real_of(bits)), total(real_of(bits))
      FROM point WHERE point.run = value.run AND point.metric = value.metric)
    WHERE step IS NOT NULL;

    CREATE TABLE newArtifact (
      run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      position INTEGER NOT NULL,
      attempt INTEGER NOT NULL DEFAULT 1,
      name TEXT NOT NULL,
      role TEXT NOT NULL,
      mediaType TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      PRIMARY KEY (run, position),
      UNIQUE (run, attempt, name)
    ) WITHOUT ROWID;
    INSERT INTO newArtifact SELECT run, position, 1, name, role, mediaType, bytes, sha256 FROM artifact;
    DROP TABLE artifact;
    ALTER TABLE newArtifact RENAME TO artifact;
    CREATE INDEX artifactByContent ON artifact (sha256);
    """

  // What a run is loaded with stands together, so that it takes one look and not one for each of its
  // values; a query by a metric goes through the index of its numbers.
  private static let version6 = """
    CREATE TABLE newValue (
      run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      metric INTEGER NOT NULL REFERENCES metric,
      number REAL,
      bits INTEGER NOT NULL,
      isWhole INTEGER NOT NULL,
      step INTEGER,
      digest TEXT,
      count INTEGER NOT NULL DEFAULT 0,
      least REAL,
      greatest REAL,
      sum REAL,
      PRIMARY KEY (run, metric)
    ) WITHOUT ROWID;
    INSERT INTO newValue
      SELECT run, metric, number, bits, isWhole, step, digest, count, least, greatest, sum
      FROM value ORDER BY run, metric;
    DROP TABLE value;
    ALTER TABLE newValue RENAME TO value;
    CREATE INDEX valueByNumber ON value (metric, number);

    CREATE TABLE newChoice (
      run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      setting INTEGER NOT NULL REFERENCES setting,
      kind TEXT NOT NULL,
      value,
      PRIMARY KEY (run, setting)
    ) WITHOUT ROWID;
    INSERT INTO newChoice SELECT run, setting, kind, value FROM choice ORDER BY run, setting;
    DROP TABLE choice;
    ALTER TABLE newChoice RENAME TO choice;
    """

  // Seals are digests of what a run was told and of what it found: a record that was changed later
  // does not fit them.
  private static let version2 = """
    ALTER TABLE run ADD COLUMN name TEXT;
    ALTER TABLE run ADD COLUMN note TEXT;
    ALTER TABLE run ADD COLUMN deletedAt REAL;
    ALTER TABLE run ADD COLUMN startSeal TEXT;
    ALTER TABLE run ADD COLUMN resultSeal TEXT;
    ALTER TABLE run ADD COLUMN verdictBasis TEXT;
    ALTER TABLE run ADD COLUMN verdictAt REAL;
    ALTER TABLE run ADD COLUMN verification TEXT;
    CREATE UNIQUE INDEX runByName ON run (name) WHERE name IS NOT NULL;
    CREATE INDEX runVerified ON run (verdict) WHERE verdict IS NOT NULL;

    CREATE TABLE tag (
      name TEXT NOT NULL,
      run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      value TEXT NOT NULL,
      PRIMARY KEY (name, run)
    ) WITHOUT ROWID;
    CREATE INDEX tagByRun ON tag (run);
    """
}
