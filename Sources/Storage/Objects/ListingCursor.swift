/// Where somebody stands in a list who jumps over parts of it, and how many objects to read next: few where a jump passes
/// over some, more as long as all of them are wanted.
public struct ListingCursor: Sendable {
  private static let fewest = 2
  private static let first = 16
  private static let most = 1_001

  /// Where to read next.
  public private(set) var position: ListingStart
  /// How many objects to read there.
  public private(set) var count = first
  /// Whether no more are wanted, or there are no more.
  public private(set) var isAtEnd = false
  /// Whether there were jumps among the objects that were read last.
  public private(set) var hasJumped = false
  private let leavesOut: Bool

  /// A cursor at a place.
  /// - Parameter leavesOut: whether nothing that is jumped over is read where the last objects had jumps. Then it does not
  ///   matter how many of them are read at once.
  public init(from start: ListingStart, leavesOut: Bool = false) {
    position = start
    self.leavesOut = leavesOut
  }

  /// Hands objects on that were read where the cursor stood.
  /// - Parameter objects: fewer than `count` if there are no more.
  public mutating func take(_ objects: [ListedObject], _ step: (ListedObject) -> ListingStep) {
    var bound: [UInt8]?
    var passed = 0
    hasJumped = false
    for object in objects {
      // A jump that led into the objects that are there already.
      if let bound, object.key.lexicographicallyPrecedes(bound) {
        passed += 1
        continue
      }
      switch step(object) {
      case .next: bound = nil
      case .seek(let next):
        bound = next
        hasJumped = true
      case .done:
        isAtEnd = true
        return
      }
    }
    guard objects.count == count, let last = objects.last?.key else {
      isAtEnd = true
      return
    }
    position = bound.map { .at($0) } ?? .after(last)
    count = passed == 0 || (leavesOut && hasJumped) ? min(count * 4, Self.most) : Self.fewest
  }
}

/// What somebody who reads a list wants next.
public enum ListingStep: Equatable, Sendable {
  /// The next object.
  case next
  /// The first object whose key is not before these bytes.
  case seek([UInt8])
  /// Nothing more.
  case done
}
