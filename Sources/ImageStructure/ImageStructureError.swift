/// Why a file is not taken for a whole image.
public enum ImageStructureError: Error, Sendable, Equatable {
  /// The first bytes are the signature of none of the kinds in `ImageKind`.
  case notAnImage
  /// All is well as far as the bytes go, but they end before the end marker.
  case truncated
  /// A rule of the format is broken.
  /// - Parameter at: offset of the segment, chunk or block in which it is.
  case corrupt(Corruption, at: UInt64)
  /// The header announces more pixels than are allowed.
  case tooManyPixels(width: Int, height: Int)

  /// A stable name of the case.
  public var code: String {
    switch self {
    case .notAnImage: "not-an-image"
    case .truncated: "truncated"
    case .corrupt: "corrupt"
    case .tooManyPixels: "too-many-pixels"
    }
  }
}

extension ImageStructureError: CustomStringConvertible {
  /// One line for the operator's log.
  public var description: String {
    switch self {
    case .notAnImage: "no JPEG, PNG or GIF signature"
    case .truncated: "ends before its end marker"
    case .corrupt(let reason, let offset): "\(reason.rawValue) at byte \(offset)"
    case .tooManyPixels(let width, let height): "\(width) x \(height) pixels are more than allowed"
    }
  }
}
