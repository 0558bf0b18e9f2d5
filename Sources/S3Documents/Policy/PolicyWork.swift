internal import Synchronization

/// What it has cost so far to judge a request, in steps: looking at one character, or at one pattern, is one.
///
/// Policies are written by accounts, and what they are held against by anybody: without a bound, either could make the
/// program reckon for as long as they like. Where the bound is reached, policies deny.
public final class PolicyWork: Sendable {
  /// The most steps of an ordinary request, of which a deletion of 1,000 keys is one: tens of milliseconds.
  public static let ordinaryLimit = 32 << 20

  private let limit: Int
  private let spent = Atomic<Int>(0)

  /// Nothing was spent.
  public init(limit: Int = ordinaryLimit) {
    self.limit = limit
  }

  /// Steps that were made.
  public var steps: Int { spent.load(ordering: .relaxed) }

  /// Whether there were more than may be.
  public var isExhausted: Bool { steps > limit }

  func spend(_ steps: Int) {
    spent.wrappingAdd(steps, ordering: .relaxed)
  }

  /// Lets no step more be made.
  func exhaust() {
    spend(limit)
    spend(1)
  }
}
