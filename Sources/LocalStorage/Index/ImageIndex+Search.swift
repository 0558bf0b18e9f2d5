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
      let (sql, values) = conditions.select(Entry.columns, in: query.order, limit: limit + 1, reach: query.reach)
      var images: [PictureMetadata] = []
      try connection.query(sql, values) { row in
        if let entry = Entry(row) { images.append(entry.metadata) }
      }
      let hasMore = images.count > limit
      images.removeLast(max(0, images.count - limit))
      if hasMore {
        return PictureListing(images: images, next: images.last.map { PictureCursor(after: $0, in: query.order) })
      }
      return PictureListing(images: images, next: try Self.endOfWalk(conditions, query, &connection))
    }
  }

  /// The place up to which the list was walked, where there is more behind it.
  private static func endOfWalk(
    _ conditions: Conditions, _ query: PictureQuery, _ connection: inout Connection
  ) throws(DatabaseError) -> PictureCursor? {
    guard let (sql, values) = conditions.end(in: query.order, reach: query.reach) else { return nil }
    var places: [PictureCursor] = []
    try connection.query(sql, values) { row in
      places.append(PictureCursor(position: row.integer(0), name: row.text(1)))
    }
    return places.count == 2 ? places.first : nil
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
  /// What is looked for in names, where no table names the candidates: the list is walked for it.
  private var walk: (text: String, values: [DatabaseValue])?
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
      walk = ("(instr(folded, ?) > 0 OR name = ?)", [.text(SearchText(name).folded), .text(name)])
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
    if let walk {
      texts.append(walk.text)
      values += walk.values
    }
    walk = nil
    add(
      """
      number IN (
        SELECT rowid FROM names WHERE names MATCH ?
        UNION ALL SELECT number FROM images WHERE name = ?
        UNION ALL SELECT number FROM images WHERE number > (SELECT up_to FROM named))
      """, .text(trigrams), .text(name))
  }

  func select(
    _ columns: String, in order: PictureOrder, limit: Int, reach: Int
  ) -> (sql: String, values: [DatabaseValue]) {
    let end: DatabaseValue = .integer(Int64(limit))
    guard let walk else { return ("SELECT \(columns) FROM \(list(in: order)) LIMIT ?", values + [end]) }
    // The inner part is walked row by row, and no further than the outer one asks for.
    let sql = """
      SELECT \(columns) FROM (SELECT * FROM \(list(in: order)) LIMIT ?) WHERE \(walk.text) LIMIT ?
      """
    return (sql, values + [.integer(Int64(reach))] + walk.values + [end])
  }

  /// The last row that a walk looks at, and the one behind it; nil where nothing is walked.
  func end(in order: PictureOrder, reach: Int) -> (sql: String, values: [DatabaseValue])? {
    guard walk != nil else { return nil }
    let sql = "SELECT \(order.column), name FROM \(list(in: order)) LIMIT 2 OFFSET ?"
    return (sql, values + [.integer(Int64(max(0, reach - 1)))])
  }

  private func list(in order: PictureOrder) -> String {
    let direction = order.isDescending ? "DESC" : "ASC"
    return """
      \(table) WHERE \(texts.joined(separator: " AND ")) ORDER BY \(order.column) \(direction), name \(direction)
      """
  }

  func count(limit: Int) -> (sql: String, values: [DatabaseValue]) {
    let texts = texts + (walk.map { [$0.text] } ?? [])
    let sql = "SELECT count(*) FROM (SELECT 1 FROM \(table) WHERE \(texts.joined(separator: " AND ")) LIMIT ?)"
    return (sql, values + (walk?.values ?? []) + [.integer(Int64(max(0, limit)))])
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
