internal import PostgreSQL

/// The tables, version by version. Each version only adds to the one before: programs of the one before go on working on it,
/// so that hosts are upgraded one by one.
enum SchemaVersions {
  /// What is done for each version, in order; the first one is version 1.
  static let all: [[SQLStatement]] = [names, pictures, search, trash, queue, packs]

  /// Buckets, objects, uploads in parts, blobs, documents.
  private static let names: [SQLStatement] = [
    // A bucket. `id` tells it from another of the same name that comes after it.
    .once(
      """
      CREATE TABLE buckets (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text COLLATE "C" NOT NULL UNIQUE,
        owner text NOT NULL,
        created bigint NOT NULL,
        acl text NOT NULL,
        location text)
      """),
    .once(
      """
      CREATE TABLE bucket_documents (
        bucket bigint NOT NULL REFERENCES buckets ON DELETE CASCADE,
        kind text COLLATE "C" NOT NULL,
        content bytea NOT NULL,
        PRIMARY KEY (bucket, kind))
      """),
    // An object: its key as bytes, so that lists are in their order, and the ranges of blobs that it consists of. Times are
    // nanoseconds since 1970. `metadata` is JSON; what lists show stands beside it.
    .once(
      """
      CREATE TABLE objects (
        bucket bigint NOT NULL,
        key bytea NOT NULL,
        size bigint NOT NULL,
        modified bigint NOT NULL,
        etag text NOT NULL,
        owner text NOT NULL,
        storage_class text,
        metadata text NOT NULL,
        blobs text[] NOT NULL,
        starts bigint[] NOT NULL,
        lengths bigint[] NOT NULL,
        PRIMARY KEY (bucket, key))
      """),
    // A blob that the engine keeps, or is about to: how many objects, parts and pictures it belongs to. State 0: noted before
    // it is put. 1: named. 2: not named any more. 3: about to be removed; nothing can name it any more.
    .once(
      """
      CREATE TABLE blobs (
        id text COLLATE "C" PRIMARY KEY,
        length bigint NOT NULL,
        uses bigint NOT NULL DEFAULT 0 CHECK (uses >= 0),
        state smallint NOT NULL DEFAULT 0,
        since timestamptz NOT NULL DEFAULT clock_timestamp())
      """),
    .once("CREATE INDEX unnamed_blobs ON blobs (state, since) WHERE state <> 1"),
    .once(
      """
      CREATE TABLE uploads (
        id text COLLATE "C" PRIMARY KEY,
        bucket bigint NOT NULL,
        key bytea NOT NULL,
        metadata text NOT NULL,
        checksum_algorithm text,
        begun timestamptz NOT NULL DEFAULT clock_timestamp())
      """),
    .once("CREATE INDEX uploads_of_buckets ON uploads (bucket, key, id)"),
    .once(
      """
      CREATE TABLE parts (
        upload text COLLATE "C" NOT NULL REFERENCES uploads ON DELETE CASCADE,
        number bigint NOT NULL,
        metadata text NOT NULL,
        blobs text[] NOT NULL,
        starts bigint[] NOT NULL,
        lengths bigint[] NOT NULL,
        PRIMARY KEY (upload, number))
      """),
    .once(
      """
      CREATE TABLE documents (
        name text COLLATE "C" PRIMARY KEY,
        content bytea NOT NULL,
        version bigint NOT NULL)
      """),
    .once("CREATE SEQUENCE document_versions"),
    // Commits by the id of their operation, so that one whose answer never came can be settled.
    .once(
      """
      CREATE TABLE operations (
        id bytea PRIMARY KEY,
        committed boolean NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp())
      """),
    .once("CREATE INDEX operations_by_time ON operations (at)"),
    // Checksums of photos that others put into the engine: of which content each is.
    .once("CREATE TABLE photo_checksums (name bytea PRIMARY KEY, version text NOT NULL, crc32 bigint NOT NULL)"),
  ]

  /// Pictures, and those that are blocked.
  private static let pictures: [SQLStatement] = [
    .once(
      """
      CREATE TABLE pictures (
        name bytea PRIMARY KEY,
        uploaded bigint NOT NULL,
        listed boolean NOT NULL,
        expires bigint,
        size bigint NOT NULL,
        sha256 bytea NOT NULL,
        md5 bytea NOT NULL,
        metadata text NOT NULL,
        object text,
        blob text NOT NULL)
      """),
    .once("CREATE INDEX pictures_by_time ON pictures (uploaded DESC, name DESC)"),
    .once("CREATE INDEX pictures_by_content ON pictures (sha256)"),
    .once("CREATE INDEX pictures_by_expiry ON pictures (expires) WHERE expires IS NOT NULL"),
    .once(
      """
      CREATE TABLE blocked_pictures (
        sha256 bytea PRIMARY KEY,
        name bytea NOT NULL,
        blocked bigint NOT NULL)
      """),
  ]

  /// What pictures are searched by. A program of the version before leaves these columns empty: they are filled in before a
  /// search.
  private static let search: [SQLStatement] = [
    .once("ALTER TABLE pictures ADD COLUMN folded text, ADD COLUMN trigrams text[], ADD COLUMN uploader text"),
    .once("CREATE INDEX pictures_by_trigrams ON pictures USING gin (trigrams)"),
    .once("CREATE INDEX pictures_by_uploader ON pictures (uploader, uploaded, name) WHERE uploader IS NOT NULL"),
    .once("CREATE INDEX pictures_by_size ON pictures (size, name)"),
    .once("CREATE INDEX unsearchable_pictures ON pictures (name) WHERE folded IS NULL"),
  ]

  /// Pictures that moderators removed. A program of the version before does not know of them.
  private static let trash: [SQLStatement] = [
    .once(
      """
      CREATE TABLE trashed_pictures (
        name bytea PRIMARY KEY,
        uploaded bigint NOT NULL,
        listed boolean NOT NULL,
        expires bigint,
        size bigint NOT NULL,
        sha256 bytea NOT NULL,
        md5 bytea NOT NULL,
        metadata text NOT NULL,
        object text,
        blob text NOT NULL,
        trashed bigint NOT NULL)
      """),
    .once("CREATE INDEX trashed_pictures_by_time ON trashed_pictures (trashed, name)"),
  ]

  /// How many objects the directory of a blob names, where it has one, and the blobs of which some are gone. A program of the
  /// version before makes none, and does not note those that it takes from.
  private static let packs: [SQLStatement] = [
    .once("ALTER TABLE blobs ADD COLUMN packed smallint"),
    .once(
      """
      CREATE TABLE packs_with_gaps (
        id text COLLATE "C" PRIMARY KEY,
        since timestamptz NOT NULL DEFAULT clock_timestamp())
      """),
    .once("CREATE INDEX packs_with_gaps_by_time ON packs_with_gaps (since)"),
  ]

  /// Which pictures wait for a moderator: their records say so.
  private static let queue: [SQLStatement] = [
    .once(
      """
      ALTER TABLE pictures ADD COLUMN queued boolean NOT NULL
        GENERATED ALWAYS AS (position('"queued":true}' in metadata) > 0) STORED
      """),
    .once("CREATE INDEX queued_pictures ON pictures (uploaded, name) WHERE queued"),
  ]
}
