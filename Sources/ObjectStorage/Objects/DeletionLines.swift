/// Which of the objects of one DeleteObjects request the logs tell of one by one: a request names a thousand keys of a
/// kilobyte each, and would write as much into each log. All others are counted.
struct DeletionLines {
  /// The bytes of keys that are logged.
  static let limit = 32_768
  /// Refusals that are logged.
  static let refusalLimit = 10

  private var bytes = 0
  private var refusals = 0
  /// Deleted objects that were not logged.
  private(set) var deleted = 0
  /// Refused ones that were not logged.
  private(set) var refused = 0

  /// Whether the deletion of an object with a key of so many bytes is logged.
  mutating func takesLineForDeletion(keyLength: Int) -> Bool {
    guard takes(keyLength) else {
      deleted += 1
      return false
    }
    return true
  }

  /// Whether it is logged that such an object's deletion was refused.
  mutating func takesLineForRefusal(keyLength: Int) -> Bool {
    guard refusals < Self.refusalLimit, takes(keyLength) else {
      refused += 1
      return false
    }
    refusals += 1
    return true
  }

  private mutating func takes(_ length: Int) -> Bool {
    guard bytes + length <= Self.limit else { return false }
    bytes += length
    return true
  }
}
