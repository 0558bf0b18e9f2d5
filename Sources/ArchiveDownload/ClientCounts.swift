internal import Digests
internal import HTTPSemantics
public import Posix

/// Downloads in flight by client, in memory that all workers share: the client's index is found by a hash. A client is
/// an address, or in version 6 of IP a network of 64 bits.
///
/// Two clients may share an index, with a likelihood of one in sixteen thousand; the hash is keyed, so that nobody can
/// look for an address that shares somebody's. A worker's figures end with it.
public struct ClientCounts: Sendable {
  private static let indexCount = 16_384

  private let cells: SharedCounters
  private let slots: Int
  private let key = SecureRandom.bytes(SHA256.byteCount)

  /// Maps memory for so many workers; before the first fork.
  public init(slots: Int) throws(Errno) {
    self.slots = slots
    cells = try SharedCounters(count: slots * Self.indexCount)
  }

  /// The downloads of an address, in all workers.
  func total(_ address: String) -> UInt64 {
    let index = index(address)
    return (0..<slots).reduce(0) { $0 &+ cells[$1 * Self.indexCount + index] }
  }

  func add(_ address: String, of slot: Int) {
    cells.add(1, to: slot * Self.indexCount + index(address))
  }

  func subtract(_ address: String, of slot: Int) {
    cells.subtract(1, from: slot * Self.indexCount + index(address))
  }

  /// The one who had the slot before may have died in the middle of things.
  func clear(_ slot: Int) {
    for index in 0..<Self.indexCount { cells[slot * Self.indexCount + index] = 0 }
  }

  private func index(_ address: String) -> Int {
    let client = Array(ClientNetwork.text(of: address).utf8)
    return HMACSHA256.authenticate(key: key, message: client).prefix(4).reduce(0) { $0 << 8 | Int($1) }
      % Self.indexCount
  }
}
