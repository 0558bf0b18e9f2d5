internal import FileStore
internal import S3Documents

/// Reads the index for a page of a listing, jumping over what a common prefix stands for.
enum ListingReader {
  /// Rows that are read at once: few after a jump, more as long as all of them are wanted.
  private static let fewest = 16
  private static let most = 1_001

  /// Fills a page.
  static func fill(
    _ page: inout ListingCollator<ListedObject>, from objects: any ObjectLister
  ) throws(BucketError) {
    guard var position = page.start.map({ ListingStart.at($0) }) else { return }
    var count = fewest
    while true {
      let rows = try objects.list(from: position, limit: count)
      var next = ListingStart.beginning
      var isDone = rows.count < count
      count = min(count * 4, most)
      for row in rows {
        // A jump that led into the rows that are there already.
        if case .at(let bound) = next, row.key.lexicographicallyPrecedes(bound) { continue }
        switch page.add(row.key, row) {
        case .next: next = .after(row.key)
        case .seek(let bound): next = .at(bound)
        case .done: return
        }
      }
      if case .at(let bound) = next, let last = rows.last?.key, last.lexicographicallyPrecedes(bound) {
        count = fewest
        isDone = false
      }
      if isDone || rows.isEmpty { return }
      position = next
    }
  }
}
