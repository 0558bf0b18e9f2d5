internal import Digests
internal import HTTPSemantics

/// The name of a blob in the engine, below the prefix that the settings give: fresh for every blob, and never used again.
/// Only letters, digits, `.`, `-`, `_` and single slashes between segments, so that every engine keeps it as it is.
public struct BlobID: Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let name: String

  /// A name that is read back, such as from a table or a list; nil for what this program never gives.
  public init?(_ name: String) {
    let segments = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard name.utf8.count <= 512, segments.allSatisfy(Self.isSegment) else { return nil }
    self.name = name
  }

  private init(unchecked name: String) { self.name = name }

  /// The name of a blob that this program puts and removes; nil for any other, such as a photo's.
  init?(own name: String) {
    guard let id = BlobID(name), let kind = name.split(separator: "/").first, Kind(rawValue: String(kind)) != nil
    else { return nil }
    self = id
  }

  /// The name of a photo, which others gave: it may be any that an engine keeps.
  static func photo(_ name: String) -> BlobID { BlobID(unchecked: name) }

  /// What blobs are put for: the first segment of their names.
  public enum Kind: String, Sendable {
    /// Objects, and parts of them.
    case blobs
    /// Pictures.
    case images
  }

  /// A fresh name, `blobs/<xx>/<32 hexadecimal digits>`: engines that keep folders get 256 of them.
  public static func fresh(_ kind: Kind = .blobs) -> BlobID {
    let digits = Hexadecimal.encode(SecureRandom.bytes(16))
    return BlobID(unchecked: "\(kind.rawValue)/\(digits.prefix(2))/\(digits)")
  }

  private static func isSegment(_ segment: Substring.UTF8View.SubSequence) -> Bool {
    !segment.isEmpty && segment.first != UInt8(ascii: ".")
      && segment.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// The name.
  public var description: String { name }
}
