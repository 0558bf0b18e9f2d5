internal import Database
internal import Posix
internal import Storage

extension ImageIndex {
  /// Up to so many pictures whose names may fit are looked at one by one, and put in order. Where there are more, the list
  /// is walked in its order instead: then the next one that fits is never far.
  private static let candidateLimit: Int64 = 5_000

  /// A page of the list.
  func page(_ query: PictureQuery) throws(StorageError) -> PictureListing {
    let limit = max(0, min(query.limit, 10_000))
    return try access { (connection) throws(DatabaseError) in
      let conditions = try Self.conditions(query, &connection)
      // One row more than wanted tells whether there is a next page.
      let (sql, values) = conditions.select(Entry.columns, in: query.order, limit: limit + 1)
      var images: [PictureMetadata] = []
      try connection.query(sql, values) { row in
        if let entry = Entry(row) { images.append(entry.metadata) }
      }
      let hasMore = images.count > limit
      images.removeLast(max(0, images.count - limit))
      return PictureListing(
        images: images, next: hasMore ? images.last.map { PictureCursor(after: $0, in: query.order) } : nil)
    }
  }

  /// How many pictures a filter accepts, `limit` at most; unlisted ones too.
  func count(_ filter: PictureFilter, limit: Int, now: Timestamp) throws(StorageError) -> Int {
    let query = PictureQuery(limit: 0, filter, includesUnlisted: true, now: now)
    return try access { (connection) throws(DatabaseError) in
      let (sql, values) = try Self.conditions(query, &connection).count(limit: limit)
      return Int(try connection.first(sql, values) { $0.integer(0) } ?? 0)
    }
  }

  private static func conditions(
    _ query: PictureQuery, _ connection: inout Connection
  ) throws(DatabaseError) -> Conditions {
    var conditions = Conditions(query)
    if let trigrams = query.filter.name.flatMap({ match(SearchText($0)) }), try areFew(trigrams, &connection) {
      conditions.addCandidates(trigrams, name: query.filter.name ?? "")
    }
    return conditions
  }

  /// What finds all trigrams of a text in the table of names; nil where it has none.
  private static func match(_ text: SearchText) -> String? {
    let trigrams = text.trigrams.map { trigram in
      "\"" + trigram.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
    return trigrams.isEmpty ? nil : trigrams.joined(separator: " AND ")
  }

  private static func areFew(_ trigrams: String, _ connection: inout Connection) throws(DatabaseError) -> Bool {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM names WHERE names MATCH ?1 LIMIT ?2)"
    let count = try connection.first(sql, [.text(trigrams), .integer(candidateLimit + 1)]) { $0.integer(0) } ?? 0
    return count <= candidateLimit
  }
}

/// The conditions of a query, with their values. The text has no part that comes from outside.
private struct Conditions {
  private var texts: [String] = []
  private var values: [DatabaseValue] = []
  /// The table. Where candidates are named, they are looked up: no index may be walked instead.
  private var table = "images"

  init(_ query: PictureQuery) {
    let filter = query.filter
    add("(expires IS NULL OR expires > ?)", .integer(query.now.totalNanoseconds))
    if !query.includesUnlisted { texts.append("unlisted = 0") }
    if let visibility = filter.visibility { add("unlisted = ?", .integer(visibility.column)) }
    if let uploader = filter.uploader { add("uploader = ?", .text(uploader)) }
    if let sha256 = filter.sha256 { add("sha256 = ?", .blob(sha256)) }
    if let from = filter.uploadedFrom { add("uploaded >= ?", .integer(from.totalNanoseconds)) }
    if let before = filter.uploadedBefore { add("uploaded < ?", .integer(before.totalNanoseconds)) }
    if let minimum = filter.minimumSize { add("size >= ?", .integer(Int64(clamping: minimum))) }
    if let maximum = filter.maximumSize { add("size <= ?", .integer(Int64(clamping: maximum))) }
    if let name = filter.name {
      add("(instr(folded, ?) > 0 OR name = ?)", .text(SearchText(name).folded), .text(name))
    }
    if let after = query.after {
      add(
        "(\(query.order.column), name) \(query.order.isDescending ? "<" : ">") (?, ?)",
        .integer(after.position), .text(after.name))
    }
  }

  private mutating func add(_ text: String, _ values: DatabaseValue...) {
    texts.append(text)
    self.values += values
  }

  /// Only pictures of these trigrams, of this stored name, or whose names have no trigrams yet are looked at.
  mutating func addCandidates(_ trigrams: String, name: String) {
    table = "images NOT INDEXED"
    add(
      """
      number IN (
        SELECT rowid FROM names WHERE names MATCH ?
        UNION ALL SELECT number FROM images WHERE name = ?
        UNION ALL SELECT number FROM images WHERE number > (SELECT up_to FROM named))
      """, .text(trigrams), .text(name))
  }

  func select(_ columns: String, in order: PictureOrder, limit: Int) -> (sql: String, values: [DatabaseValue]) {
    let direction = order.isDescending ? "DESC" : "ASC"
    let sql = """
      SELECT \(columns) FROM \(table) WHERE \(texts.joined(separator: " AND "))
      ORDER BY \(order.column) \(direction), name \(direction) LIMIT ?
      """
    return (sql, values + [.integer(Int64(limit))])
  }

  func count(limit: Int) -> (sql: String, values: [DatabaseValue]) {
    let sql = """
      SELECT count(*) FROM (SELECT 1 FROM \(table) WHERE \(texts.joined(separator: " AND ")) LIMIT ?)
      """
    return (sql, values + [.integer(Int64(max(0, limit)))])
  }
}

extension PictureOrder {
  fileprivate var column: String {
    switch self {
    case .newest, .oldest: "uploaded"
    case .largest, .smallest: "size"
    }
  }
}
