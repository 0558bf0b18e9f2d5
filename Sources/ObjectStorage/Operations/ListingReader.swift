internal import LocalStorage
internal import S3Documents
internal import Storage

/// Reads the index for a page of a listing, jumping over what a common prefix stands for.
enum ListingReader {
  /// Rows that are read at once: few where a jump passes over some, more as long as all of them are wanted.
  private static let fewest = 2
  private static let first = 16
  private static let most = 1_001

  /// Fills a page.
  static func fill(
    _ page: inout ListingCollator<ListedObject>, from objects: any ObjectLister
  ) throws(BucketError) {
    guard var position = page.start.map({ ListingStart.at($0) }) else { return }
    var count = first
    while true {
      let rows = try objects.list(from: position, limit: count)
      var bound: [UInt8]?
      var passed = 0
      for row in rows {
        // A jump that led into the rows that are there already.
        if let bound, row.key.lexicographicallyPrecedes(bound) {
          passed += 1
          continue
        }
        switch page.add(row.key, row) {
        case .next: bound = nil
        case .seek(let next): bound = next
        case .done: return
        }
      }
      guard rows.count == count, let last = rows.last?.key else { return }
      position = bound.map { .at($0) } ?? .after(last)
      count = passed == 0 ? min(count * 4, most) : fewest
    }
  }
}
