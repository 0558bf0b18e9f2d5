internal import PostgreSQL
public import Posix
public import Storage

extension EnginePictureCatalog {
  /// Up to so many pictures whose names may fit are looked at one by one, and put in order. Where there are more, the list
  /// is walked in its order instead: then the next one that fits is never far.
  private static let candidateLimit: Int64 = 5_000

  private static let newest = SQLStatement(columns).followed(by: "pictures").followed(by: visible)
  private static let filtered = SQLStatement.once(columns).followed(by: "pictures").followed(by: visible)
    .followed(by: conditions)
  private static let walked = SQLStatement.once(columns).followed(by: "(SELECT * FROM pictures").followed(by: visible)
    .followed(by: conditions)
  private static let endOfWalk = SQLStatement.once("SELECT uploaded, size, name FROM pictures").followed(by: visible)
    .followed(by: conditions)
  private static let candidates = SQLStatement.once(
    "WITH candidates AS MATERIALIZED (SELECT * FROM pictures WHERE trigrams @> $15 OR name = $12)"
  ).followed(by: columns).followed(by: "candidates").followed(by: visible).followed(by: conditions).followed(by: named)

  private static let columns: StaticString =
    "SELECT name, uploaded, listed, expires, size, sha256, md5, metadata FROM"
  private static let visible: StaticString = "WHERE (listed OR $1) AND (expires IS NULL OR expires > $2)"
  /// The server plans these for their values: those that are not set cost nothing.
  private static let conditions: StaticString = """
    AND ($4::text IS NULL OR listed = ($4 = 'public') AND queued = ($4 = 'queued')) AND ($5::text IS NULL OR uploader = $5)
    AND ($6::bytea IS NULL OR sha256 = $6)
    AND ($7::bigint IS NULL OR uploaded >= $7) AND ($8::bigint IS NULL OR uploaded < $8)
    AND ($9::bigint IS NULL OR size >= $9) AND ($10::bigint IS NULL OR size <= $10)
    """
  private static let named: StaticString = "AND ($11::text IS NULL OR position($11 in folded) > 0 OR name = $12)"
  private static let countFiltered = SQLStatement.once("SELECT count(*) FROM (SELECT 1 FROM").followed(by: "pictures")
    .followed(by: visible).followed(by: conditions).followed(by: named).followed(by: "LIMIT $3) AS found")
  private static let countFew = SQLStatement.once(
    "WITH candidates AS MATERIALIZED (SELECT * FROM pictures WHERE trigrams @> $13 OR name = $12)"
  ).followed(by: "SELECT count(*) FROM (SELECT 1 FROM").followed(by: "candidates").followed(by: visible)
    .followed(by: conditions).followed(by: named).followed(by: "LIMIT $3) AS found")
  private static let countCandidates = SQLStatement.once(
    "SELECT count(*) FROM (SELECT 1 FROM pictures WHERE trigrams @> $1 LIMIT $2) AS found")

  /// Reads one more than is asked for, to know whether there is more.
  public nonisolated(nonsending) func list(_ query: PictureQuery) async throws(StorageError) -> PictureListing {
    let limit = max(0, min(query.limit, 10_000))
    let (page, end) = try await queries(query, limit: limit)
    let found = try pictures(try await names.read(page)[0])
    let images = Array(found.prefix(limit))
    var next = found.count > limit ? images.last.map { PictureCursor(after: $0, in: query.order) } : nil
    if next == nil, found.count <= limit, let end { next = try await endOfWalk(end, query.order) }
    return PictureListing(images: images, next: next)
  }

  /// What asks for a page, and where the list is walked for it, what asks how far.
  private nonisolated(nonsending) func queries(
    _ query: PictureQuery, limit: Int
  ) async throws(StorageError) -> (page: SQLQuery, end: SQLQuery?) {
    let (filter, after) = (query.filter, query.after)
    let common: [SQLValue] = [
      .boolean(query.includesUnlisted), .integer(query.now.totalNanoseconds), .integer(Int64(limit) + 1),
    ]
    let cursor: [SQLValue] = [.integer(after?.position), .bytes(after.map { Array($0.name.utf8) })]
    let order = query.order.order
    guard filter != PictureFilter() else {
      let statement = Self.newest.followed(by: query.order.plainContinuation(isFirst: after == nil))
      return (SQLQuery(statement: statement.followed(by: order).followed(by: "LIMIT $3"), values: common + cursor), nil)
    }
    let continuation = query.order.continuation(isFirst: after == nil)
    let trigrams = try await fewCandidates(filter)
    let values = common + Self.values(of: filter) + cursor + [.texts(trigrams ?? [])]
    func ordered(_ statement: SQLStatement) -> SQLStatement {
      statement.followed(by: continuation).followed(by: order)
    }
    if trigrams != nil {
      return (SQLQuery(statement: ordered(Self.candidates).followed(by: "LIMIT $3"), values: values), nil)
    }
    guard filter.name != nil else {
      return (SQLQuery(statement: ordered(Self.filtered).followed(by: "LIMIT $3"), values: values), nil)
    }
    let page = ordered(Self.walked).followed(by: "LIMIT $16) AS walked WHERE true").followed(by: Self.named)
      .followed(by: "LIMIT $3")
    let end = ordered(Self.endOfWalk).followed(by: "LIMIT 2 OFFSET $16")
    return (
      SQLQuery(statement: page, values: values + [.integer(Int64(query.reach))]),
      SQLQuery(statement: end, values: values + [.integer(Int64(max(0, query.reach - 1)))])
    )
  }

  /// The place up to which the list was walked, where there is more behind it.
  private nonisolated(nonsending) func endOfWalk(
    _ query: SQLQuery, _ order: PictureOrder
  ) async throws(StorageError) -> PictureCursor? {
    let rows = try await names.read(query)[0]
    return try NameDatabase.decode { () throws(PostgreSQLError) in
      guard rows.count == 2, let row = rows.first else { return nil }
      return PictureCursor(
        position: try row.integer(order.isBySize ? 1 : 0), name: String(decoding: try row.bytes(2), as: UTF8.self))
    }
  }

  /// Those of `conditions`.
  private static func values(of filter: PictureFilter) -> [SQLValue] {
    [
      .text(filter.visibility?.rawValue), .text(filter.uploader.map { SearchText.withoutNUL($0) }),
      .bytes(filter.sha256), .integer(filter.uploadedFrom?.totalNanoseconds),
      .integer(filter.uploadedBefore?.totalNanoseconds), .integer(filter.minimumSize.map { Int64(clamping: $0) }),
      .integer(filter.maximumSize.map { Int64(clamping: $0) }), .text(filter.name.map { SearchText($0).folded }),
      .bytes(filter.name.map { Array($0.utf8) }),
    ]
  }

  /// Counts rows, as many as the limit at most.
  public nonisolated(nonsending) func pictureCount(
    _ filter: PictureFilter, limit: Int, now: Timestamp
  ) async throws(StorageError) -> Int {
    let trigrams = try await fewCandidates(filter)
    let common: [SQLValue] = [.boolean(true), .integer(now.totalNanoseconds), .integer(Int64(max(0, limit)))]
    let values = common + Self.values(of: filter)
    let query =
      trigrams.map { SQLQuery(statement: Self.countFew, values: values + [.texts($0)]) }
      ?? SQLQuery(statement: Self.countFiltered, values: values)
    let rows = try await names.read(query)[0]
    return try NameDatabase.decode { () throws(PostgreSQLError) in Int(try rows.first?.integer(0) ?? 0) }
  }

  /// The trigrams of the name that is looked for, where few pictures have all of them; nil where the list is to be walked.
  private nonisolated(nonsending) func fewCandidates(
    _ filter: PictureFilter
  ) async throws(StorageError) -> [String]? {
    if filter.name != nil || filter.uploader != nil { try await fillSearchColumns() }
    let trigrams = filter.name.map { SearchText($0).trigrams } ?? []
    return try await hasFewCandidates(trigrams) ? trigrams : nil
  }

  private nonisolated(nonsending) func hasFewCandidates(_ trigrams: [String]) async throws(StorageError) -> Bool {
    guard !trigrams.isEmpty else { return false }
    let rows = try await names.read(Self.countCandidates(.texts(trigrams), .integer(Self.candidateLimit + 1)))[0]
    return try NameDatabase.decode { () throws(PostgreSQLError) in
      try rows.first?.integer(0) ?? 0 <= Self.candidateLimit
    }
  }

  private static let unsearchable = SQLStatement(
    """
    SELECT name, uploaded, listed, expires, size, sha256, md5, metadata FROM pictures
    WHERE folded IS NULL ORDER BY name LIMIT 500
    """)
  private static let makeSearchable = SQLStatement(
    "UPDATE pictures SET folded = $2, trigrams = $3, uploader = $4 WHERE name = $1")

  /// Fills in what programs of an older version left empty.
  private nonisolated(nonsending) func fillSearchColumns() async throws(StorageError) {
    while true {
      let found = try pictures(try await names.read(Self.unsearchable())[0])
      guard !found.isEmpty else { return }
      try await names.transaction { _ in
        .commit(
          found.map { picture in
            let name = SearchText(picture.originalName)
            return Self.makeSearchable(
              .bytes(Array(picture.name.text.utf8)), .text(name.folded), .texts(name.trigrams),
              .text(picture.searchableUploader))
          }, ())
      }
    }
  }
}

extension PictureOrder {
  fileprivate var isBySize: Bool { self == .largest || self == .smallest }

  /// How a filtered list begins behind a place.
  fileprivate func continuation(isFirst: Bool) -> StaticString {
    switch (self, isFirst) {
    case (_, true): ""
    case (.newest, false): "AND (uploaded, name) < ($13, $14)"
    case (.oldest, false): "AND (uploaded, name) > ($13, $14)"
    case (.largest, false): "AND (size, name) < ($13, $14)"
    case (.smallest, false): "AND (size, name) > ($13, $14)"
    }
  }

  /// The same for a list without a filter, whose statements have fewer parameters.
  fileprivate func plainContinuation(isFirst: Bool) -> StaticString {
    switch (self, isFirst) {
    case (_, true): ""
    case (.newest, false): "AND (uploaded, name) < ($4, $5)"
    case (.oldest, false): "AND (uploaded, name) > ($4, $5)"
    case (.largest, false): "AND (size, name) < ($4, $5)"
    case (.smallest, false): "AND (size, name) > ($4, $5)"
    }
  }

  fileprivate var order: StaticString {
    switch self {
    case .newest: "ORDER BY uploaded DESC, name DESC"
    case .oldest: "ORDER BY uploaded, name"
    case .largest: "ORDER BY size DESC, name DESC"
    case .smallest: "ORDER BY size, name"
    }
  }
}
