internal import Digests
internal import HTTPSemantics
internal import Posix
public import Storage

/// A condition of a search, as a parameter or an option states it.
public enum PictureCondition: String, CaseIterable, Sendable {
  /// Part of the original name, or the whole stored name.
  case name
  /// The address that it came from.
  case address
  /// The SHA-256 of its bytes.
  case sha256
  /// The first day, or moment.
  case from
  /// The last day, or the moment before which it was received.
  case until
  /// The fewest bytes.
  case minimumSize = "min-size"
  /// The most bytes.
  case maximumSize = "max-size"
  /// Listed, not listed, or not yet.
  case visibility

  /// Those that everybody may search by: what they tell is in the public list anyway.
  public static let ofEverybody: [PictureCondition] = [.name, .from, .until]

  /// What its value has to be.
  public var expectation: String {
    switch self {
    case .name: "a part of a name"
    case .address: "an address"
    case .sha256: "a SHA-256, 64 hexadecimal digits"
    case .from, .until: "a day such as 2025-01-24, or a moment such as 2025-01-24T14:00:00Z"
    case .minimumSize, .maximumSize: "a size such as 5MiB"
    case .visibility: "public, unlisted or queued"
    }
  }
}

extension PictureFilter {
  /// Adds a condition.
  /// - Returns: false where the text is not what the condition wants.
  public mutating func add(_ condition: PictureCondition, _ text: String) -> Bool {
    switch condition {
    case .name:
      name = text
      return !text.isEmpty
    case .address:
      uploader = text
      return !text.isEmpty
    case .sha256:
      sha256 = Hexadecimal.decode(text.utf8, byteCount: SHA256.byteCount)
      return sha256 != nil
    case .from:
      uploadedFrom = DayText.range(text).map { Timestamp(seconds: $0.lowerBound) }
      return uploadedFrom != nil
    case .until:
      uploadedBefore = DayText.range(text).map { Timestamp(seconds: $0.upperBound) }
      return uploadedBefore != nil
    case .minimumSize:
      minimumSize = try? SizeText.count(text)
      return minimumSize != nil
    case .maximumSize:
      maximumSize = try? SizeText.count(text)
      return maximumSize != nil
    case .visibility:
      visibility = PictureMetadata.Visibility(rawValue: text)
      return visibility != nil
    }
  }
}
