internal import Digests
internal import HTTPSemantics
public import Posix

/// What clients have of archives that were not sent to them whole, in memory that all workers share.
///
/// A client that resumes with `If-Range` says itself which archive it has a part of (RFC 9110 §13.1.5). Many do not: wget
/// and aria2 would join the beginning of one archive with the rest of another, and report success. Here they are
/// distinguished from clients that resume the present archive. Slots are found by a keyed hash and overwritten by later downloads; an
/// entry that is lost costs the protection of one download. The memory ends with the supervisor.
public struct PartialDownloads: Sendable {
  private static let slotCount = 16_384
  /// The cells of a slot: which archive and client it is about, the entity tag, and how many bytes were sent.
  fileprivate enum Cell: Int, CaseIterable {
    case subject, tag, end
  }

  private let cells: SharedCounters
  private let key = SecureRandom.bytes(SHA256.byteCount)

  /// Maps the memory; before the first fork.
  public init() throws(Errno) {
    cells = try SharedCounters(count: Self.slotCount * Cell.allCases.count)
  }

  /// A client is being sent bytes of an archive up to `end`, or was sent them. The furthest end counts: programs ask for
  /// several parts at once, and a connection that is lost without a word is not seen to have ended.
  func remember(_ tag: EntityTag, upTo end: UInt64, of archive: String, by address: String) {
    let (index, subject) = find(archive, address)
    let isKnown = cells[index, .subject] == subject && cells[index, .tag] == hash(tag)
    let furthest = isKnown ? max(end, cells[index, .end]) : end
    // While the other cells are written, the slot is about nothing.
    cells[index, .subject] = 0
    cells[index, .tag] = hash(tag)
    cells[index, .end] = furthest
    cells[index, .subject] = subject
  }

  /// A client has got all of an archive in one piece.
  func forget(_ tag: EntityTag, of archive: String, by address: String) {
    let (index, subject) = find(archive, address)
    if cells[index, .subject] == subject, cells[index, .tag] == hash(tag) { cells[index, .subject] = 0 }
  }

  /// Whether a client that asks for the rest of an archive, from an offset on, is known to have the beginning of another
  /// one.
  func isMismatch(_ tag: EntityTag, from offset: UInt64, of archive: String, by address: String) -> Bool {
    let (index, subject) = find(archive, address)
    return cells[index, .subject] == subject && cells[index, .tag] != hash(tag) && offset <= cells[index, .end]
  }

  private func find(_ archive: String, _ address: String) -> (index: Int, subject: UInt64) {
    let digest = digest(Array((ClientNetwork.text(of: address) + "\n" + archive).utf8))
    return (Int(number(digest[..<8]) % UInt64(Self.slotCount)), number(digest[8..<16]) | 1)
  }

  private func hash(_ tag: EntityTag) -> UInt64 { number(digest(Array(tag.description.utf8))[..<8]) }

  private func digest(_ message: [UInt8]) -> [UInt8] { Array(HMACSHA256.authenticate(key: key, message: message)) }

  private func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}

extension SharedCounters {
  fileprivate subscript(index: Int, cell: PartialDownloads.Cell) -> UInt64 {
    get { self[index * PartialDownloads.Cell.allCases.count + cell.rawValue] }
    set { self[index * PartialDownloads.Cell.allCases.count + cell.rawValue] = newValue }
  }
}
