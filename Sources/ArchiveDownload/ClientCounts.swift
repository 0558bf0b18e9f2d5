public import Posix

/// Downloads in flight by client address, in memory that all workers share: the address's place is found by a hash.
///
/// Two addresses may share a place, with a likelihood of one in sixteen thousand. A worker's figures end with it.
public struct ClientCounts: Sendable {
  private static let places = 16_384

  private let cells: SharedCounters
  private let slots: Int

  /// Maps memory for so many workers; before the first fork.
  public init(slots: Int) throws(Errno) {
    self.slots = slots
    cells = try SharedCounters(count: slots * Self.places)
  }

  /// The downloads of an address, in all workers.
  func total(_ address: String) -> UInt64 {
    let place = Self.place(address)
    return (0..<slots).reduce(0) { $0 &+ cells[$1 * Self.places + place] }
  }

  func add(_ address: String, of slot: Int) {
    cells.add(1, to: slot * Self.places + Self.place(address))
  }

  func subtract(_ address: String, of slot: Int) {
    cells.subtract(1, from: slot * Self.places + Self.place(address))
  }

  /// The one who had the slot before may have died in the middle of things.
  func clear(_ slot: Int) {
    for place in 0..<Self.places { cells[slot * Self.places + place] = 0 }
  }

  /// FNV-1a, folded.
  private static func place(_ address: String) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in address.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int((hash ^ hash >> 32) & UInt64(places - 1))
  }
}
